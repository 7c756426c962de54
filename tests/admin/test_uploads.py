"""Files from forms: on disk while they are read, and nowhere afterwards."""

import io

import pytest
from flask import get_flashed_messages
from openpyxl import Workbook
from werkzeug.datastructures import FileStorage

from admin.uploads import filename, rows_of, uploaded
from core.errors import Refusal


def sending(app, name, content=b"x"):
    sent = FileStorage(io.BytesIO(content), filename=name)
    return app.test_request_context("/admin/", method="POST", data={"file": sent})


@pytest.mark.parametrize(
    ("name", "ending"), [("单位表.XLSX", ".xlsx"), ("../../etc/passwd", ""), ("a.csv", ".csv"), ("a.exe", "")]
)
def test_the_file_has_our_name_and_is_gone_after_the_block(app, name, ending):
    with sending(app, name, b"content"), uploaded() as path:
        assert (path.name, path.read_bytes()) == (f"file{ending}", b"content")
    assert not path.parent.exists()


def test_the_file_is_gone_also_when_reading_it_fails(app):
    with sending(app, "a.csv"), pytest.raises(ValueError, match="x"), uploaded() as path:
        raise ValueError("x")
    assert not path.parent.exists()


def test_a_sheet_that_was_not_read_is_named_on_the_page(app, tmp_path):
    made = Workbook()
    made.active.append(["编号"])
    made.create_sheet("二").append(["1"])
    made.save(tmp_path / "a.xlsx")
    with sending(app, "a.xlsx", (tmp_path / "a.xlsx").read_bytes()), uploaded() as path:
        assert rows_of(path) == []
        assert "“二”里也有内容，没有读" in get_flashed_messages()[0]


def test_no_file_is_said_so(app):
    with sending(app, ""), pytest.raises(Refusal, match="先选择"), uploaded():
        pass


def test_a_name_is_shown_without_its_folder(app):
    with sending(app, "C:/桌面/单位.xlsx"):
        assert filename() == "单位.xlsx"
    with app.test_request_context("/admin/", method="POST"):
        assert filename() == ""
