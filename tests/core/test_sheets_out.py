"""Tables that leave the office: formatted, with their sources, and never a formula."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.sheets_out import STARTS_A_FORMULA, Percent, Table, as_csv, as_xlsx

SAMPLE = Table(
    "各单位登记率", ["单位", "已登记", "登记率", "日期", "备注"],
    [["东镇", 1234, Percent(0.44444), date(2026, 3, 1), None], ["西镇", 0, Percent(None), None, "—"]],
    ["应登记人数来源：统计局 2026-01-01"],
)  # fmt: skip


def opened(table):
    return load_workbook(io.BytesIO(as_xlsx(table))).worksheets[0]


def cells(row):
    return [cell.value for cell in row]


def lines(table):
    return list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))))


def test_csv_begins_with_the_mark_by_which_excel_knows_its_letters():
    assert as_csv(SAMPLE).startswith(b"\xef\xbb\xbf")


def test_csv_has_headings_rows_and_the_notes_under_an_empty_line():
    assert lines(SAMPLE) == [
        ["单位", "已登记", "登记率", "日期", "备注"], ["东镇", "1234", "44.44%", "2026-03-01", ""],
        ["西镇", "0", "—", "", "—"], [], ["应登记人数来源：统计局 2026-01-01"],
    ]  # fmt: skip


def test_csv_without_notes_ends_with_its_rows():
    assert lines(Table("t", ["甲"], [["乙"]])) == [["甲"], ["乙"]]


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
def test_what_begins_like_a_formula_is_text(start):
    evil = f"{start}HYPERLINK(1)"
    table = Table(evil, [evil], [[evil]], [evil])
    assert {cell for line in lines(table) for cell in line} == {f"'{evil}"}
    found = [cell for row in opened(table).iter_rows() for cell in row if cell.value is not None]
    assert len(found) == 4 and {cell.data_type for cell in found} == {"s"}


def test_a_negative_number_stays_a_number():
    assert lines(Table("t", ["变化"], [[-5]]))[1] == ["-5"]
    assert opened(Table("t", ["变化"], [[-5]]))["A3"].value == -5


def test_xlsx_has_title_headings_rows_and_notes():
    rows = [cells(row) for row in opened(SAMPLE).iter_rows()]
    assert rows[0][0] == "各单位登记率"
    assert rows[1] == ["单位", "已登记", "登记率", "日期", "备注"]
    assert rows[2][:3] == ["东镇", 1234, 0.44444] and rows[2][3].date() == date(2026, 3, 1)
    assert rows[3] == ["西镇", 0, "—", None, "—"]
    assert rows[4][0] == "应登记人数来源：统计局 2026-01-01"


def test_xlsx_is_made_for_paper():
    sheet = opened(SAMPLE)
    assert (sheet["B3"].number_format, sheet["C3"].number_format) == ("#,##0", "0.00%")
    assert sheet.page_setup.paperSize == 9 and sheet.print_title_rows == "$1:$2"
    assert "A1:E1" in {str(merged) for merged in sheet.merged_cells.ranges}


@pytest.mark.parametrize("title", ["", "甲/乙:丙*?[丁]", "长" * 60, "'", "\x00"])
def test_any_title_makes_a_sheet(title):
    assert 0 < len(opened(Table(title, ["甲"], [])).title) <= 31


ANYTHING = st.one_of(
    st.text(max_size=20), st.integers(-(10**9), 10**9), st.none(), st.dates(), st.builds(Percent, st.floats(0, 9))
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=4), st.text(max_size=20))
def test_whatever_stands_in_it_the_table_can_be_opened_and_computes_nothing(rows, note):
    table = Table(note, ["甲", note], rows, [note])
    assert all(cell.data_type != "f" for row in opened(table).iter_rows() for cell in row)
    texts = [line[0] for line in lines(table) if line]
    dangerous = [text for text in texts if text.startswith(STARTS_A_FORMULA)]
    assert all(text.lstrip("-").isdecimal() for text in dangerous)
