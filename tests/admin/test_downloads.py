"""A table given out by the office."""

import io

import pytest
from openpyxl import load_workbook

from admin.downloads import download
from core.errors import NotFound
from core.sheets_out import Table

TABLE = Table("登记率", ["单位"], [["东镇"]])


def test_the_file_has_a_chinese_name_and_what_was_shown(app):
    with app.test_request_context():
        sent = download(TABLE, "登记率 2026/03/01", "xlsx")
        sent.direct_passthrough = False
    assert "%E7%99%BB%E8%AE%B0%E7%8E%87%202026-03-01.xlsx" in sent.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(sent.data)).active["A3"].value == "东镇"


def test_csv_says_that_it_is_utf8(app):
    with app.test_request_context():
        sent = download(TABLE, "登记率", "csv")
    assert sent.mimetype == "text/csv" and sent.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", ["exe", "", "../xlsx"])
def test_another_kind_is_refused(app, kind):
    with app.test_request_context(), pytest.raises(NotFound):
        download(TABLE, "登记率", kind)
