"""The child that reads pictures: what it reads, what it refuses, and that its death is not ours."""

import os
import signal
from io import BytesIO

import pytest
from PIL import Image

from core.eyes import OVERLAP, slices, without_twins
from core.sight import Blind, NoPicture, Sight, TooLarge
from tests.shots import LOOKS, THEY, shot

pytestmark = pytest.mark.xdist_group("sight")
WORDS = "请把验证码发给我"


@pytest.fixture(scope="module")
def sight():
    made = Sight()
    yield made
    made.close()


def png(wide, high, mode="1"):
    file = BytesIO()
    Image.new(mode, (wide, high)).save(file, "PNG")
    return file.getvalue()


def read(sight, data):
    return [line.text for line in sight.read(data).lines]


def test_a_screenshot_is_read_with_the_place_of_each_line(sight):
    page = sight.read(shot([(THEY, WORDS)]))
    (line,) = [line for line in page.lines if line.text == WORDS]
    assert page.width == 1080
    assert 0 < line.left < line.right < page.width
    assert 0 < line.top < line.bottom < page.height


def test_a_photo_taken_askew_is_read_as_if_upright(sight):
    page = sight.read(shot([(THEY, "我们是贷款公司的客服现在给您办理手续")], LOOKS[4]))
    (line,) = [line for line in page.lines if "贷款公司" in line.text]
    assert line.bottom - line.top < 80


@pytest.mark.parametrize("data", [b"", b"no picture at all", b"\xff\xd8\xff\xe0" + b"\0" * 60, png(1, 1)])
def test_what_is_no_picture_is_said_to_be_none_and_the_next_is_read(sight, data):
    with pytest.raises(NoPicture):
        sight.read(data)


@pytest.mark.parametrize("side", [9000, 12000], ids=["beyond ours", "beyond Pillow's own limit"])
def test_a_picture_of_enormous_size_is_not_unpacked(sight, side):
    with pytest.raises(TooLarge):
        sight.read(png(side, side))


def test_an_empty_page_has_no_lines(sight):
    assert read(sight, png(400, 400)) == []


def test_when_the_child_dies_it_is_said_once_and_a_new_one_reads(sight):
    sight.ready()
    os.kill(sight._child.pid, signal.SIGKILL)
    sight._child.wait()
    assert WORDS in read(sight, shot([(THEY, WORDS)]))


def test_a_child_that_cannot_start_is_blindness(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(Blind):
        Sight().ready()


def test_the_child_ends_with_its_parent():
    sight = Sight()
    sight.ready()
    child = sight._child
    child.stdin.close()
    assert child.wait(timeout=20) == 0
    sight.close()


def test_a_long_picture_is_cut_into_parts_that_overlap():
    parts = slices(Image.new("1", (300, 2600)))
    assert [part.height for _, part in parts][:2] == [720, 720]
    assert parts[1][0] < 720 - 720 * OVERLAP / 2
    assert slices(Image.new("1", (300, 700)))[0][1].height == 700


def test_a_line_read_in_two_parts_counts_once():
    lines = [["同一句", 10, 100, 90, 120], ["同一句", 10, 104, 90, 124], ["同一句", 10, 300, 90, 320]]
    assert len(without_twins(lines)) == 2
