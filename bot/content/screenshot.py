"""From lines on a page to what was said: bubbles in reading order, without the clock, titles and buttons around them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.sight import Line, Page

LONGEST = 1000
"""Characters of a picture that are judged and kept."""
_CLOCK = r"(?:[0-9０-９]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?)"
_DAY = (
    r"(?:今天|昨天|前天|(?:星期|周)[一二三四五六日天]|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日"
    r"|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?)"
)
_STAMP = re.compile(rf"(?:{_DAY})?(?:凌晨|早上|上午|中午|下午|傍晚|晚上)?{_CLOCK}|{_DAY}(?:{_CLOCK})?")
_STATUS = re.compile(
    r"(?:[0-9]%?|[345]g|hd|lte|wi-?fi|中国移动|中国联通|中国电信|[·.…‹<>《＜○●+⊕:：|])+",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"[<‹＜《(（]?(?:微信|信息|短信|消息|返回|通讯录|发现|发送|语音|按住说话|输入消息|短信/彩信|文本信息|imessage|更多|编辑"
    r"|详情|联系人|聊天信息|新消息|以下为新消息|已读|未读|已送达|复制|转发|删除|多选|收起|展开|表情|相册|拍摄|位置"
    r"|视频通话|语音通话)(?:[(（][0-9]+[)）])?[>›]?",
    re.IGNORECASE,
)
_TOP, _TITLE, _TITLE_LONGEST = 0.05, 0.13, 10
_STATUS_LONGEST = 14  # characters of the phone's own line at the top


class Bubble(NamedTuple):
    """What one side said in one piece. `own`: on the right, where the phone's owner speaks."""

    text: str
    own: bool


def bubbles(page: Page) -> list[Bubble]:
    """The pieces of talk on a page, from top to bottom."""
    lines = sorted((line for line in page.lines if not _is_chrome(line, page)), key=lambda line: line.top)
    groups: list[list[Line]] = []
    for line in lines:
        near = next((group for group in reversed(groups[-3:]) if _continues(group[-1], line)), None)
        if near is None:
            groups.append([line])
        else:
            near.append(line)
    return [Bubble(_joined(group), _is_own(group, page.width)) for group in groups]


def words_of(said: Sequence[Bubble]) -> str:
    """All that was said, a line for each bubble."""
    return "\n".join(bubble.text for bubble in said)[:LONGEST]


def _is_chrome(line: Line, page: Page) -> bool:
    """The clock, the battery, time stamps, buttons, and the short title at the top."""
    plain = re.sub(r"\s+", "", line.text)
    if not plain or _STAMP.fullmatch(plain) or _BUTTONS.fullmatch(plain):
        return True
    middle = (line.top + line.bottom) / 2 / page.height
    if middle < _TOP and (_STATUS.fullmatch(plain) or len(plain) <= _STATUS_LONGEST):
        return True
    return middle < _TITLE and len(plain) <= _TITLE_LONGEST and _is_centred(line, page.width)


def _is_centred(line: Line, width: int) -> bool:
    return abs((line.left + line.right) / 2 - width / 2) < width * 0.08 and line.left > width * 0.15


def _continues(above: Line, line: Line) -> bool:
    """Whether a line goes on where the one above broke off: right under it, as large, beginning at the same place."""
    height = above.bottom - above.top
    gap = line.top - above.bottom
    as_large = 0.7 < (line.bottom - line.top) / max(height, 1) < 1.45
    return as_large and -height * 0.5 < gap < height * 0.8 and abs(line.left - above.left) < height * 1.2


def _joined(group: Sequence[Line]) -> str:
    """Lines of one bubble without the breaks; a space where two Latin words would grow together."""
    text = group[0].text.strip()
    for line in group[1:]:
        more = line.text.strip()
        apart = text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha()
        text += f" {more}" if apart else more
    return text


def _is_own(group: Sequence[Line], width: int) -> bool:
    """Shifted to the right; a bubble as wide as they get only by a little, beside the room for the faces."""
    left, right = min(line.left for line in group), max(line.right for line in group)
    shift = left - (width - right)
    return right > width * 0.7 and (shift > width * 0.04 or (shift > width * 0.02 and left > width * 0.15))
