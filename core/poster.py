"""An A4 sheet with one big QR code, drawn at 300 dots an inch; the only file that draws, and that knows segno."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Medium.ttf"
CHARACTERS = FONT.parent / "characters.txt"
DPI = 300
WIDE, HIGH = 2480, 3508  # A4
EDGE = 170
GETA = "〓"  # what printers set for a letter they do not have
BLUE, INK, GREY, PALE, WHITE = "#0b4ea2", "#111827", "#4b5563", "#e8f0fb", "#ffffff"
QR_SIDE = 1260
QR_TOP = 1010


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on the sheet, from top to bottom. `link` is what the code says."""

    head: str
    title: str
    place: str
    link: str
    label: str = ""
    steps: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    foot: str = ""


@lru_cache(1)
def _letters() -> frozenset[str]:
    return frozenset(CHARACTERS.read_text("utf-8")) - {"\n"}


def unprintable(text: str) -> list[str]:
    """The letters of a text that the font lacks, each once, in their order."""
    return list(dict.fromkeys(letter for letter in text if letter not in _letters() and letter.isprintable()))


def as_pdf(poster: Poster) -> bytes:
    """One page of A4."""
    out = BytesIO()
    _drawn(poster).save(out, "PDF", resolution=DPI, quality=90)
    return out.getvalue()


def as_png(poster: Poster) -> bytes:
    out = BytesIO()
    # few colours: a tenth of the size, and nothing of the code's edges is lost
    _drawn(poster).quantize(32, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        out, "PNG", dpi=(DPI, DPI)
    )
    return out.getvalue()


def code_png(link: str, scale: int = 12) -> bytes:
    """The code alone, with its quiet zone."""
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def _drawn(poster: Poster) -> Image.Image:
    sheet = Image.new("RGB", (WIDE, HIGH), WHITE)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, WIDE, 560), BLUE)
    _line(draw, poster.head, 120, 84, WHITE)
    _line(draw, poster.title, 255, 190, WHITE)
    _block(draw, poster.place, (600, 960), 150, INK)
    _code(sheet, poster.link)
    _line(draw, poster.label, QR_TOP + QR_SIDE + 25, 62, GREY)
    _steps(draw, poster.steps, 2400)
    draw.rectangle((0, 3130, WIDE, HIGH), PALE)
    _line(draw, "　".join(poster.numbers), 3185, 92, BLUE)
    _line(draw, poster.foot, 3325, 50, GREY)
    _line(draw, _confession(poster), 3405, 42, GREY)
    return sheet


def _confession(poster: Poster) -> str:
    """A letter the font lacks is never an empty box that nobody explains."""
    lacking = unprintable("".join((poster.head, poster.place, poster.label, *poster.numbers)))
    codes = "、".join(f"U+{ord(letter):04X}" for letter in lacking[:6])
    return f"{GETA} 处的字（{codes}）字库里没有，请用笔补写。" if lacking else ""


def _code(sheet: Image.Image, link: str) -> None:
    """The code as big as whole dots allow; level Q can be read with a quarter of it damaged."""
    code = segno.make(link, error="q", micro=False)
    scale = QR_SIDE // code.symbol_size(border=4)[0]
    out = BytesIO()
    code.save(out, kind="png", scale=scale, border=4)
    picture = Image.open(out).convert("RGB")
    left, top = (WIDE - picture.width) // 2, QR_TOP + (QR_SIDE - picture.height) // 2
    sheet.paste(picture, (left, top))
    frame = (left - 24, top - 24, left + picture.width + 24, top + picture.height + 24)
    ImageDraw.Draw(sheet).rounded_rectangle(frame, 40, outline=BLUE, width=12)


def _steps(draw: ImageDraw.ImageDraw, steps: tuple[str, ...], top: int) -> None:
    for number, step in enumerate(steps, 1):
        middle = top + 125 + (number - 1) * 215
        draw.ellipse((EDGE, middle - 70, EDGE + 140, middle + 70), BLUE)
        draw.text((EDGE + 70, middle), str(number), WHITE, _font(92), anchor="mm")
        size = _size(step, 96, WIDE - 2 * EDGE - 200)
        draw.text((EDGE + 200, middle), _printable(step), INK, _font(size), anchor="lm")


def _line(draw: ImageDraw.ImageDraw, text: str, top: int, size: int, colour: str) -> None:
    """One centred line, made smaller until it fits."""
    if text:
        font = _font(_size(text, size, WIDE - 2 * EDGE))
        draw.text((WIDE // 2, top), _printable(text), colour, font, anchor="ma")


def _block(draw: ImageDraw.ImageDraw, text: str, between: tuple[int, int], largest: int, colour: str) -> None:
    """Centred lines, as big as the room between two heights allows."""
    text, (top, bottom) = _printable(text), between
    for size in range(largest, 30, -6):
        lines = list(_wrapped(text, size, WIDE - 2 * EDGE))
        height = len(lines) * size * 5 // 4
        if height <= bottom - top:
            break
    start = top + (bottom - top - height) // 2
    for number, line in enumerate(lines):
        place = (WIDE // 2, start + number * size * 5 // 4 + size * 5 // 8)
        draw.text(place, line, colour, _font(size), anchor="mm")


def _wrapped(text: str, size: int, width: int) -> Iterator[str]:
    """Lines no wider than `width`, of equal length as far as possible."""
    font = _font(size)
    whole = font.getlength(text)
    wanted = whole / -(-whole // width) + size if whole > width else width
    line = ""
    for letter in text:
        if line and font.getlength(line + letter) > min(wanted, width):
            yield line.strip()
            line = ""
        line += letter
    yield line.strip()


def _size(text: str, largest: int, width: int) -> int:
    length = _font(largest).getlength(_printable(text))
    return largest if length <= width else max(24, int(largest * width / length))


def _printable(text: str) -> str:
    usable = (letter for letter in text if letter in _letters() or letter.isprintable())
    return "".join(letter if letter in _letters() else GETA for letter in usable)


@lru_cache(256)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
