"""What a text must be before residents may read it: short enough, and nothing in it that a phone would take for a link."""

import re
import unicodedata

from core.errors import Refusal

WELCOME_BYTES = 400
CONSENT_BYTES = 1000
NAME_BYTES = 90
MESSAGE_BYTES = 2000
"""One WeChat message; beyond it a text is cut in two."""
_CONTROL = re.compile(r"[^\S\n ]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKUP = re.compile(r"[<>＜＞]|weixin://", re.I)


def plain_text(typed: str, most_bytes: int, what: str, *, one_line: bool = False) -> str:
    """The text as it may be sent, trimmed line by line. Raises Refusal naming `what` is wrong with it.

    `<` and `>` are refused because WeChat makes links and menus of them.
    """
    text = _CONTROL.sub(" ", typed.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    lines = unicodedata.normalize("NFC", text).split("\n")
    text = "\n".join(line.strip() for line in lines).strip()
    text = " ".join(text.split()) if one_line else text
    if not text:
        raise Refusal(f"{what}不能为空。")
    if _MARKUP.search(text):
        raise Refusal(f"{what}里不能有 < 和 >，微信会把它们当成链接。")
    if len(text.encode()) > most_bytes:
        raise Refusal(f"{what}太长：现在{_letters(len(text.encode()))}，最多{_letters(most_bytes)}。")
    return text


def _letters(size: int) -> str:
    return f"约 {size // 3} 个汉字（{size} 字节）"
