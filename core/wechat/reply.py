"""What goes back in the answer to a callback: passive replies, cleaned, cut to size and sealed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from core.wechat.crypto import Crypto
from core.wechat.incoming import Incoming

ACK = b"success"  # "received, nothing to show": no retry, no notice to the person
TEXT_LIMIT = 2000  # UTF-8 bytes; WeChat refuses somewhere above 2,048
MOST_ARTICLES = 8
ONE_ARTICLE = frozenset({"text", "image", "voice", "video", "shortvideo", "location"})

_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Text:
    """A text reply; what is beyond 2,000 bytes must be sent as customer-service messages (`split`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One card of a news reply; `picurl` and `url` are https addresses or empty."""

    title: str
    description: str = ""
    picurl: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One to eight cards. In answer to a text, picture, voice, video or location WeChat takes only one."""

    articles: tuple[Article, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.articles) <= MOST_ARTICLES:
            raise ValueError("图文回复应有 1 到 8 条。")


Reply = Text | News


def legal(text: str) -> str:
    """Drop what XML cannot carry (lone surrogates too) and make every line end a plain newline."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """Text safe inside a CDATA section.

    The order matters: a filter that ran after the split could join `]]\\x0b>` into `]]>` again.
    """
    return legal(text).replace("]]>", "]]]]><![CDATA[>")


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Pieces of at most `limit` (≥ 4) UTF-8 bytes, blank ones left out, illegal characters dropped.

    Prefers to cut after a line break in the last quarter; never cuts inside a character or an emoji
    sequence, unless one sequence alone exceeds the limit.
    """
    if limit < 4:
        raise ValueError("limit must hold one character of four bytes")
    rest, pieces = legal(text), []
    while rest:
        cut = _cut(rest, limit)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [piece for piece in pieces if piece.strip()]


def _cut(text: str, limit: int) -> int:
    head = text[: limit + 1].encode()
    if len(head) <= limit:
        return len(text)
    most = len(head[:limit].decode("utf-8", "ignore"))
    cut = most
    while cut and _joined(text, cut):
        cut -= 1
    line_end = text.rfind("\n", cut * 3 // 4, cut) + 1
    return line_end or cut or most


def _joined(text: str, at: int) -> bool:
    """Whether the characters around `at` are drawn as one sign (Unicode, text segmentation)."""
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # a skin tone, a letter of a tag flag
    return _is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2 == 1


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start and _is_flag(text[start - 1]):
        start -= 1
    return at - start


def render(reply: Reply, message: Incoming, *, now: datetime) -> bytes:
    """The passive reply's XML in UTF-8, from the account to the person; ACK when the text is blank.

    Carries the first piece of a long text and as many articles as the message allows
    (WeChat docs, passive replies).
    """
    if isinstance(reply, Text):
        pieces = split(reply.text)
        if not pieces:
            return ACK
        body = f"<MsgType><![CDATA[text]]></MsgType>{_tag('Content', pieces[0])}"
    else:
        body = _news(reply.articles[: 1 if message.kind in ONE_ARTICLE else MOST_ARTICLES])
    to, sender = _tag("ToUserName", message.openid), _tag("FromUserName", message.account)
    return f"<xml>{to}{sender}<CreateTime>{int(now.timestamp())}</CreateTime>{body}</xml>".encode()


def _tag(name: str, value: str) -> str:
    return f"<{name}><![CDATA[{clean(value)}]]></{name}>"


def _news(articles: tuple[Article, ...]) -> str:
    items = "".join(
        f"<item>{_tag('Title', a.title)}{_tag('Description', a.description)}"
        f"{_tag('PicUrl', a.picurl)}{_tag('Url', a.url)}</item>"
        for a in articles
    )
    count = f"<ArticleCount>{len(articles)}</ArticleCount>"
    return f"<MsgType><![CDATA[news]]></MsgType>{count}<Articles>{items}</Articles>"


def seal(xml: bytes, crypto: Crypto, timestamp: int, nonce: str) -> bytes:
    """The reply encrypted and signed for a message that came encrypted; ACK and nothing stay as they are.

    `timestamp` is in Unix seconds; `nonce` is any short text of letters and digits.
    """
    if xml in (b"", ACK):
        return xml
    encrypted = crypto.encrypt(xml)
    signed = crypto.sign(str(timestamp), nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()
