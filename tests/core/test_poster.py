"""The sheet that hangs on the wall: A4, readable by a phone, and honest about letters it lacks."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from core import poster
from core.poster import Poster

SHEET = Poster(
    head="演示旗 · 全民反诈", title="扫码登记　全家防骗", place="乌兰镇 › 东风嘎查",
    link="http://weixin.qq.com/q/02abcdefghijklmnopqrst", steps=("一", "二", "三"), numbers=("报警110",), foot="2026年",
)  # fmt: skip


def test_the_font_holds_every_letter_it_is_said_to_hold():
    held = {chr(code) for code in TTFont(poster.FONT).getBestCmap()}
    wanted = set(poster.CHARACTERS.read_text("utf-8")) - {"\n"}
    assert wanted <= held
    assert (
        len([letter for letter in wanted if "\u4e00" <= letter <= "\u9fff" or letter > "\U00020000"]) >= 8000
    )
    assert poster.FONT.stat().st_size < 4_000_000


def test_the_fonts_licence_stands_beside_it_and_in_it():
    assert "SIL OPEN FONT LICENSE" in (poster.FONT.parent / "OFL.txt").read_text("utf-8").upper()
    assert "Open Font License" in TTFont(poster.FONT)["name"].getDebugName(13)


def test_the_picture_is_an_a4_sheet_at_300_dots_an_inch():
    picture = Image.open(BytesIO(poster.as_png(SHEET)))
    assert picture.size == (2480, 3508)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_the_page_is_a4_too():
    page = poster.as_pdf(SHEET)
    assert page.startswith(b"%PDF-") and b"/MediaBox [ 0 0 595.2 841.92 ]" in page


def test_letters_the_font_lacks_are_named():
    assert poster.unprintable("东风\U00030edd嘎查𰻝\u200b") == ["\U00030edd"]
    assert "U+30EDD" in poster._confession(Poster("旗", "", "\U00030edd镇", "x"))
    assert poster._confession(SHEET) == ""


@pytest.mark.parametrize("name", ["", "长" * 60, "长" * 60 + " › " + "名" * 60, "A" * 200, "\n\t"])
def test_names_of_any_length_find_room(name):
    poster.as_png(Poster(head=name, title="扫码", place=name, link="http://weixin.qq.com/q/1", label=name))
