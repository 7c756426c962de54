"""What may be set: each function takes what was typed and returns the value that is kept. Raises Refusal with a sentence."""

import re
import unicodedata
from datetime import date
from typing import Any

from bot.registry.options import KEPT_LINES
from bot.registry.wording import NAME_BYTES, WELCOME_BYTES, plain_text
from core.errors import Refusal

MOST_LINES = 6
MOST_BANDS = 6
LARGEST_UNIT = 1_000_000
_LINE = re.compile(r"(?P<name>\S.*?)[\s:：,，]+(?P<number>[\d(（][\d\s()（）+\-–—]*)")
_NUMBER = re.compile(r"\d[\d-]{1,19}", re.ASCII)


def county_name(typed: str) -> str:
    """The county as residents know it; "" takes it out of the texts again."""
    return plain_text(typed, NAME_BYTES, "旗县名称", one_line=True) if typed.strip() else ""


def hotlines(typed: str) -> list[list[str]]:
    """One line each: a name, a blank, a number. 110 and 96110 are always among them."""
    lines = [line.strip() for line in unicodedata.normalize("NFKC", typed).splitlines() if line.strip()]
    made = [_hotline(number, line) for number, line in enumerate(lines, 1)]
    if len(made) > MOST_LINES:
        raise Refusal(f"最多 {MOST_LINES} 个电话，太多了没有人记得住。")
    if missing := [line for line in KEPT_LINES if line.number not in {number for _, number in made}]:
        raise Refusal(f"{'、'.join(line.number for line in missing)} 必须保留。")
    return made


def _hotline(number: int, line: str) -> list[str]:
    found = _LINE.fullmatch(line)
    dialled = (
        re.sub(r"[\s()]+", "-", found["number"].translate({0x2013: "-", 0x2014: "-"})).strip("-")
        if found
        else ""
    )
    if not found or not _NUMBER.fullmatch(dialled):
        raise Refusal(f"第 {number} 行“{line[:20]}”没有看懂。请写成：反诈办 0470-1234567")
    return [plain_text(found["name"], 36, f"第 {number} 行的名称", one_line=True), dialled]


def welcome(typed: str) -> str:
    """The first sentence of the first message."""
    return plain_text(typed, WELCOME_BYTES, "欢迎语")


def target(percent: str, day: str, today: date) -> dict[str, Any]:
    """A rate in percent and the day by which it should be reached; both empty: no target."""
    if not percent.strip() and not day.strip():
        return {}
    try:
        rate = round(float(unicodedata.normalize("NFKC", percent).strip().removesuffix("%")) / 100, 6)
        until = date.fromisoformat(day.strip())
    except ValueError:
        raise Refusal("目标要同时填登记率（比如 80）和日期。都留空就是不设目标。") from None
    if not 0 < rate <= 1:
        raise Refusal("目标登记率应大于 0，不超过 100。")
    if not today <= until <= today.replace(year=today.year + 10, day=1):
        raise Refusal("目标日期应在今天以后，十年以内。")
    return {"rate": rate, "day": until.isoformat()}


def size_bands(typed: str) -> list[int]:
    """Upper bounds in people, rising: 100、500、2000."""
    parts = re.split(r"[\s,，、;；]+", unicodedata.normalize("NFKC", typed).strip())
    if not all(part.isascii() and part.isdecimal() and len(part) < 8 for part in parts):
        raise Refusal("请写几个人数，用逗号分开，比如：100，500，2000")
    bounds = [int(part) for part in parts]
    if (
        len(bounds) > MOST_BANDS
        or bounds != sorted(set(bounds))
        or not 20 <= bounds[0] <= bounds[-1] <= LARGEST_UNIT
    ):
        raise Refusal(f"应从小到大、不重复，最少 20 人，最多 {MOST_BANDS} 个。不满 20 人的单位不参加排名。")
    return bounds


def promoter_goal(typed: str) -> int:
    """How many people one promoter should bring."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9] or 0) <= 1000):
        raise Refusal("每人目标应是 1 到 1000 的整数。")
    return int(text)
