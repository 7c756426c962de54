"""Tables people send us: read as they were meant, or refused in words, and never computed, followed or swallowed whole."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import sheets
from core.errors import Refusal
from core.sheets import cell, has_column, read_date, read_rows, read_table

SHEET = "xl/worksheets/sheet1.xml"
LINES = (["编号", "名称"], ["0101", "乌兰镇"], ["0102", "查干镇"])


def book(path, *lines):
    made = Workbook()
    for line in lines:
        made.active.append(line)
    made.save(path)
    return path


def repacked(path, changes):
    """The same xlsx with some parts replaced by bytes or, by a function, made from what was there."""
    with zipfile.ZipFile(path) as old:
        parts = {each.filename: old.read(each) for each in old.infolist()}
    for name, new in changes.items():
        parts[name] = new(parts.get(name, b"")) if callable(new) else new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def refused(path, *words):
    with pytest.raises(Refusal) as said:
        read_rows(path)
    assert all(word in said.value.message for word in words), said.value.message
    return said.value


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_offices_use(tmp_path, encoding):
    file = tmp_path / "单位.csv"
    file.write_bytes("编号,名称\r\n 0101 ,乌兰 镇\r\n,\r\n0102,“查干”\r\n".encode(encoding))
    assert read_rows(file) == [
        (2, {"编号": "0101", "名称": "乌兰 镇"}),
        (4, {"编号": "0102", "名称": "“查干”"}),
    ]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_may_be_separated_by_commas_tabs_or_semicolons(tmp_path, mark):
    file = tmp_path / "a.csv"
    file.write_text(f"\n编号{mark}名称\n1{mark}乌兰\n", "utf-8")
    assert read_rows(file) == [(3, {"编号": "1", "名称": "乌兰"})]


def test_other_sheets_that_hold_something_are_named(tmp_path):
    made = Workbook()
    for line in LINES:
        made.active.append(line)
    made.create_sheet("空表")
    made.create_sheet("二镇").append([7])
    made.create_sheet("选项").append(["苏木镇"])
    made["选项"].sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    read = read_table(tmp_path / "a.xlsx")
    assert read.unread == ["二镇"] and [row for row, _ in read.rows] == [2, 3]
    odd = {"xl/worksheets/sheet3.xml": lambda was: was.replace(b"<v>7</v>", b"<v>x</v>")}
    assert read_table(repacked(tmp_path / "a.xlsx", odd)) == read


def test_a_table_behind_an_empty_first_sheet_is_said_to_be_there(tmp_path):
    made = Workbook()
    for line in LINES:
        (made["二月"] if "二月" in made.sheetnames else made.create_sheet("二月")).append(line)
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(Refusal, match="第一张工作表是空的，内容在“二月”里"):
        read_table(tmp_path / "a.xlsx")


def test_xlsx_numbers_and_dates_become_plain_text(tmp_path):
    lines = (
        ["编号", "应登记人数", "起始日期"],
        [101.0, 12.5, datetime.combine(date(2026, 3, 1), time())],
        [],
        [None, None, date(2026, 3, 2)],
    )
    assert [row for _, row in read_rows(book(tmp_path / "a.xlsx", *lines))] == [
        {"编号": "101", "应登记人数": "12.5", "起始日期": "2026-03-01"},
        {"编号": "", "应登记人数": "", "起始日期": "2026-03-02"},
    ]


def test_a_title_over_the_table_is_passed_over(tmp_path):
    rows = read_rows(book(tmp_path / "a.xlsx", ["某旗单位一览表"], *LINES))
    assert rows == [(3, {"编号": "0101", "名称": "乌兰镇"}), (4, {"编号": "0102", "名称": "查干镇"})]


def test_a_table_of_one_column_has_no_title(tmp_path):
    assert read_rows(book(tmp_path / "a.xlsx", ["名称"], ["乌兰镇"])) == [(2, {"名称": "乌兰镇"})]


def test_formulas_are_refused_all_at_once_by_row_and_column(tmp_path):
    file = book(tmp_path / "a.xlsx", *LINES, ["=A2", "=HYPERLINK(0)", "=1+1"], ["0103", " =cmd|' /c'!A0"])
    faults = refused(file, "公式").rows
    assert [fault[:2] for fault in faults] == [(4, "编号"), (4, "名称"), (4, "C 列"), (5, "名称")]


def test_a_formula_that_carries_its_last_result_is_a_formula(tmp_path):
    held = b'<c r="B2"><f>[1]Sheet1!$A$1</f><v>7</v></c>'
    file = repacked(
        book(tmp_path / "a.xlsx", ["编号", "人数"], [1, 5]),
        {SHEET: lambda xml: xml.replace(b'<c r="B2" t="n"><v>5</v></c>', held)},
    )
    assert [fault[:2] for fault in refused(file, "公式").rows] == [(2, "人数")]


def test_in_csv_too(tmp_path):
    (tmp_path / "a.csv").write_text('编号,名称\n="0101",乌兰\n2,=1+1\n', "utf-8")
    assert [fault[:2] for fault in refused(tmp_path / "a.csv", "公式").rows] == [(2, "编号"), (3, "名称")]


def test_a_heading_twice_is_refused(tmp_path):
    file = book(tmp_path / "a.xlsx", ["编号", "名称", "编号（必填）"], ["1", "甲", "2"])
    assert [fault[:2] for fault in refused(file, "两列").rows] == [(1, "编号（必填）")]


def merged(path, lines, *areas):
    file = Workbook()
    for line in lines:
        file.active.append(line)
    for area in areas:
        file.active.merge_cells(area)
    file.save(path)
    return path


PLACED = (["编号", "名称", "上级编号"], ["1", "甲", "T"], ["2", "乙", None], ["3", "丙", None])


def test_cells_under_a_merged_one_are_named_for_nobody_wrote_what_they_hold(tmp_path):
    faults = refused(merged(tmp_path / "a.xlsx", PLACED, "C2:C4"), "合并").rows
    assert [fault[:2] for fault in faults] == [(3, "上级编号"), (4, "上级编号")]
    across = merged(tmp_path / "b.xlsx", PLACED[:2], "A2:B2")
    assert [fault[:2] for fault in refused(across, "合并").rows] == [(2, "名称")]


def test_a_merged_title_and_merged_cells_beside_the_table_do_no_harm(tmp_path):
    file = merged(tmp_path / "a.xlsx", (["某旗单位一览表"], *PLACED[:2]), "A1:C1", "E2:F9")
    assert read_rows(file) == [(3, {"编号": "1", "名称": "甲", "上级编号": "T"})]


def test_a_sheet_merged_without_end_is_refused(tmp_path):
    file = repacked(
        merged(tmp_path / "a.xlsx", PLACED, "A10:C11"),
        {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'"A10:C11"', b'"A10:C1048576"')},
    )
    with pytest.raises(Refusal, match="合并的单元格太多"):
        read_rows(file)


def test_links_to_other_files_are_dropped_and_never_followed(tmp_path):
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        b'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        b'Target="http://127.0.0.1:9/other.xlsx" TargetMode="External"/></Relationships>'
    )
    file = repacked(
        book(tmp_path / "a.xlsx", *LINES),
        {
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                b"</Relationships>",
                b'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                b'externalLink" Target="/xl/externalLinks/externalLink1.xml"/></Relationships>',
            ),
        },
    )
    assert [row["编号"] for _, row in read_rows(file)] == ["0101", "0102"]


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path):
    file = repacked(
        book(tmp_path / "a.xlsx", *LINES), {SHEET: lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:A2"')}
    )
    assert [row["名称"] for _, row in read_rows(file)] == ["乌兰镇", "查干镇"]


def with_row(path, row):
    return repacked(
        book(path, *LINES), {SHEET: lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>")}
    )


def bomb(path, content=b"0" * (101 * sheets.MB)):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(SHEET, content)


def liar(path):
    """Says in its directory that the 101 MB are ten bytes."""
    bomb(path)
    raw = path.read_bytes()
    path.write_bytes(raw.replace((101 * sheets.MB).to_bytes(4, "little"), (10).to_bytes(4, "little")))


BAD_FILES = {
    "big.csv": (lambda path: path.write_bytes(b"a,b\n" * 3_000_000), "10 MB"),
    "long.csv": (lambda path: path.write_text("a\n" + "1\n" * 50_001), "50,000"),
    "wide.csv": (lambda path: path.write_text("a," * 101 + "b\n1,2\n"), "100 列"),
    "wide.xlsx": (lambda path: book(path, [f"列{n}" for n in range(101)], [1]), "100 列"),
    "far.xlsx": (lambda path: with_row(path, b'<row r="9"><c r="XFD9"><v>1</v></c></row>'), None),
    "deep.xlsx": (lambda path: with_row(path, b'<row r="999999999"><c r="A1"><v>1</v></c></row>'), "200,000"),
    "bomb.xlsx": (bomb, "100 MB"),
    "liar.xlsx": (liar, "损坏"),
    "tags.xlsx": (lambda path: bomb(path, b"<a/>" * 6_100_000), "太多"),
    "parts.xlsx": (lambda path: repacked(book(path, *LINES), {f"xl/{n}": b"" for n in range(1001)}), "部件"),
    "entities.xlsx": (
        lambda path: repacked(
            book(path, *LINES), {SHEET: lambda xml: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml}
        ),
        "损坏",
    ),
    "broken.xlsx": (lambda path: path.write_bytes(b"PK\x03\x04 nothing"), "损坏"),
    "words.xlsx": (lambda path: path.write_text("编号,名称\n1,甲\n"), "损坏"),
    "picture.xlsx": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), "损坏"),
    "locked.xlsx": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "密码"),
    "no sheet.xlsx": (lambda path: repacked(book(path, *LINES), {SHEET: b""}), "损坏"),
    "xlsx.csv": (lambda path: book(path, *LINES), "xlsx 文件"),
    "empty.csv": (lambda path: path.write_text(""), "空的"),
    "blank.xlsx": (lambda path: book(path), "空的"),
    "noise.csv": (lambda path: path.write_bytes(b"\xff\xff\x80\x80\xff"), "编码"),
    "half.csv": (lambda path: path.write_bytes(b"\xff\xfea"), "编码"),
    "quote.csv": (lambda path: path.write_text('a,b\n1,"' + "x" * 200_000), "格式"),
    "old.xls": (lambda path: path.write_bytes(b"x"), "xlsx"),
    "absent.csv": (lambda path: None, "找不到"),
}


@pytest.mark.parametrize("name", [name for name, (_, reason) in BAD_FILES.items() if reason])
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(tmp_path, name):
    write, reason = BAD_FILES[name]
    write(tmp_path / name)
    refused(tmp_path / name, reason)


def test_what_stands_beyond_the_hundredth_column_is_never_unfolded(tmp_path):
    BAD_FILES["far.xlsx"][0](tmp_path / "far.xlsx")
    assert len(read_rows(tmp_path / "far.xlsx")) == 2


WHOLE = io.BytesIO()
book(WHOLE, *LINES)


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    part=st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]),
    at=st.integers(0, 600),
    gone=st.integers(0, 40),
    noise=st.binary(max_size=12),
)  # fmt: skip
def test_a_damaged_part_gives_rows_or_a_sentence(tmp_path_factory, part, at, gone, noise):
    path = tmp_path_factory.mktemp("damaged") / "a.xlsx"
    path.write_bytes(WHOLE.getvalue())
    repacked(path, {part: lambda xml: xml[:at] + noise + xml[at + gone :]})
    try:
        read_rows(path)
    except Refusal as refusal:
        assert refusal.message.endswith("。")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(raw=st.binary(max_size=400), ending=st.sampled_from(["csv", "xlsx"]))
def test_any_bytes_give_rows_or_a_sentence(tmp_path_factory, raw, ending):
    path = tmp_path_factory.mktemp("noise") / f"a.{ending}"
    path.write_bytes(raw)
    try:
        rows = read_rows(path)
    except Refusal as refusal:
        assert refusal.message.rstrip("\n").endswith("。")
    else:
        assert all(isinstance(value, str) for _, row in rows for value in row.values())


@given(day=st.dates(), mark=st.sampled_from("-/."))
def test_a_day_is_understood_as_offices_write_it(day, mark):
    assert read_date(f"{day.year:04}{mark}{day.month}{mark}{day.day}") == day
    assert read_date(f"{day.year:04}年{day.month}月{day.day}日") == day


def test_a_heading_is_found_in_any_case_and_with_its_mark():
    rows = [(2, {"Code（必填）": "1", "* 名称": "甲"})]
    assert (cell(rows[0][1], ("编号", "code")), cell(rows[0][1], ("名称",))) == ("1", "甲")
    assert has_column(rows, ("code",)) and not has_column(rows, ("类型",))
