"""What stands on a poster, and many posters in one file that is made while it is being sent."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bot.registry.options import Options, dialled
from core.poster import Poster

TITLE = "扫码登记　全家防骗"
STEPS = ("微信扫一扫，点“关注”", "看完说明，回复 1 同意登记", "拿不准的话、短信、链接，发来问一句")
FREE = "登记免费，不收身份证号和银行卡号"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def poster(options: Options, path: str, link: str, day: date, promoter: str = "") -> Poster:
    """The sheet of one unit, or of one promoter of it."""
    return Poster(
        head=" · ".join(filter(None, (options.county_name, "全民反诈"))),
        title=TITLE, place=path, link=link, label=f"推广员：{promoter}" if promoter else "", steps=STEPS,
        numbers=tuple(dialled([line]) for line in options.hotlines[:4]),
        foot=f"{day.year}年{day.month}月{day.day}日制 · {FREE}",
    )  # fmt: skip


def safe_name(*parts: str) -> str:
    """A file name every system takes."""
    return _NOT_IN_NAMES.sub("-", "-".join(part for part in parts if part)).strip(". ")[:120]


class _Pipe:
    """Where the archive writes to; it cannot go back, so nothing has to be kept."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        data, self.held = b"".join(self.held), []
        return data


def zipped(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[bytes]:
    """An archive of (name, maker), each file made when its turn comes: one poster in memory, however many there are."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, made in files:
            archive.writestr(name, made())
            yield pipe.taken()
    yield pipe.taken()
