"""A unit table sent to the office: looked at first, taken over whole or not at all, and never harmful."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from bot.registry import consent, people
from bot.registry.audit import entries
from bot.registry.models import HeadCount, Unit, UnitKind
from bot.registry.models_units import ImportDraft
from bot.registry.units import UnitForm, add_unit
from core.sheets import read_rows
from tests import make
from tests.admin.conftest import token

HEAD = ("编号", "名称", "类型", "上级编号", "应登记人数", "人数来源")
GOOD = (("B", "旗", "旗县", "", 1000, "年鉴"), ("T", "东镇", "镇", "B", 300, "年鉴"))
DRAFT = re.compile(r'action="(/admin/units/import/\d+)".*?name="version" value="(\d+)"', re.S)


@pytest.fixture
def admin(as_role):
    return as_role("admin")


def xlsx(*lines):
    book = Workbook()
    for line in (HEAD, *lines):
        book.active.append(line)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def upload(browser, content, name="单位.xlsx"):
    data = {"csrf_token": token(browser, "/admin/units/import"), "file": (io.BytesIO(content), name)}
    return browser.post("/admin/units/import", data=data)


def confirm(browser, page):
    path, version = DRAFT.search(page)[1], DRAFT.search(page)[2]
    data = {"csrf_token": token(browser, "/admin/units/import"), "version": version}
    return browser.post(path, data=data)


def units(db):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Unit))


def test_a_head_count_that_may_be_a_slip_is_doubted_before_it_is_taken_over(admin, db, kit):
    confirm(admin, upload(admin, xlsx(*GOOD)).text)
    with db.transaction() as session:
        consent.ensure(session, kit.clock())
        town = session.scalar(select(Unit.id).where(Unit.code == "T"))
        for _ in range(3):
            people.register(session, make.follower(session).id, town, 1, "chat", kit.clock())
    changed = (
        ("T", "", "", "", 2, "年鉴"),
        ("B", "", "", "", 0, "年鉴"),
        ("N", "新村", "嘎查村/社区", "T", 9, "年鉴"),
    )
    page = upload(admin, xlsx(*changed)).text
    assert "有 2 个应登记人数请再核对" in page
    assert "第 2 行，东镇（T）：注意：现在已登记 3 人（含下级），比 2 人多" in page
    assert "第 3 行，旗（B）：注意：人数是 0" in page
    assert confirm(admin, page).status_code == 302
    assert "请再核对" not in upload(admin, xlsx(("T", "", "", "", 300, "年鉴"))).text


def test_the_preview_writes_no_unit_and_the_confirmation_all(admin, db):
    look = upload(admin, xlsx(*GOOD))
    assert "请确认要导入的变化" in look.text and "东镇（T）" in look.text and units(db) == 0
    assert confirm(admin, look.text).status_code == 302
    assert units(db) == 2 and "新增 2 个单位" in admin.get("/admin/units").text
    with db.reading() as session:
        [entry] = entries(session, action="unit.import")
        assert (entry.actor, entry.subject) == ("admin-None", "单位.xlsx")
        assert set(session.scalars(select(HeadCount.entered_by))) == {"admin-None"}
        assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_confirming_twice_imports_once(admin, db):
    look = upload(admin, xlsx(*GOOD)).text
    assert [confirm(admin, look).status_code for _ in range(2)] == [302, 404]
    assert units(db) == 2


def test_a_broken_row_changes_nothing_and_is_named(admin, db):
    sent = upload(admin, xlsx(*GOOD, ("X", "", "衙门", "Q", -3, "")))
    assert sent.status_code == 400 and units(db) == 0
    for word in ("第 4 行", "名称", "不能为空", "不认识“衙门”", "没有编号为 Q", "负数", "4 处问题"):
        assert word in sent.text


def test_what_a_known_unit_changes_is_shown_before_and_after(admin, db):
    confirm(admin, upload(admin, xlsx(*GOOD)).text)
    look = upload(admin, xlsx(*GOOD[:1], ("T", "东河镇", "园区", "", 310, "核实"))).text
    for word in ("东镇</span> → 东河镇", "苏木镇/乡镇</span> → 园区", "300</span> → 310"):
        assert word in look
    assert "没有变化的行</dt><dd>1</dd>" in look


def test_a_table_that_changes_nothing_says_so(admin, db):
    confirm(admin, upload(admin, xlsx(*GOOD)).text)
    assert "完全一样" in upload(admin, xlsx(*GOOD)).text


def test_units_changed_since_the_look_are_shown_again(admin, db, clock):
    look = upload(admin, xlsx(*GOOD)).text
    with db.transaction() as session:
        add_unit(session, UnitForm("B", "旗", UnitKind.COUNTY), clock())
    again = confirm(admin, look)
    assert again.status_code == 409 and "再看一遍" in again.text and units(db) == 1
    assert confirm(admin, again.text).status_code == 302 and units(db) == 2


def test_units_changed_so_that_the_table_is_wrong_name_the_rows(admin, db, clock):
    look = upload(admin, xlsx(("T", "东镇", "镇", "", "", ""))).text
    with db.transaction() as session:
        add_unit(session, UnitForm("U", "东镇", UnitKind.TOWN), clock())
    again = confirm(admin, look)
    assert again.status_code == 409 and "同一上级下已有“东镇”" in again.text and units(db) == 1


def test_the_draft_of_another_is_not_mine(as_role, db):
    browser = as_role("admin")
    look = upload(browser, xlsx(*GOOD)).text
    with db.transaction() as session:
        for draft in session.scalars(select(ImportDraft)):
            draft.made_by = "somebody else"
    assert confirm(browser, look).status_code == 404 and units(db) == 0


def test_an_admin_of_one_town_imports_nothing(as_role, db):
    with db.transaction() as session:
        make.unit(session, "东镇", code="T")
    with db.reading() as session:
        town = session.scalars(select(Unit)).one()
    browser = as_role("admin", town)
    assert upload(browser, xlsx(*GOOD)).status_code == 302 and units(db) == 1
    assert "只有全旗县的管理员可以" in browser.get("/admin/units").text


def test_the_template_can_be_filled_in_and_sent_back(admin, db, tmp_path):
    sent = admin.get("/admin/units/import/template")
    book = load_workbook(io.BytesIO(sent.data))
    assert [cell.value for cell in book.active[1]][:4] == ["编号", "名称", "类型", "上级编号"]
    assert len(book.active.data_validations.dataValidation) == 2
    assert confirm(admin, upload(admin, sent.data).text).status_code == 302 and units(db) == 5


def test_an_export_sent_back_changes_nothing(admin, db, tmp_path):
    confirm(admin, upload(admin, xlsx(*GOOD)).text)
    for kind in ("xlsx", "csv"):
        sent = admin.get(f"/admin/units/export.{kind}").data
        assert "完全一样" in upload(admin, sent, f"单位表.{kind}").text


def test_an_export_holds_what_the_page_shows(admin, db, tmp_path):
    confirm(admin, upload(admin, xlsx(*GOOD)).text)
    path = tmp_path / "a.xlsx"
    path.write_bytes(admin.get("/admin/units/export.xlsx").data)
    rows = {cells["编号"]: cells for _, cells in read_rows(path)}
    assert (
        rows["T"]["上级名称"] == "旗" and rows["T"]["人数来源"] == "年鉴" and rows["T"]["应登记人数"] == "300"
    )
    assert admin.get("/admin/units/export.exe").status_code == 404


def test_an_empty_county_exports_an_empty_table(admin):
    assert admin.get("/admin/units/export.csv").text.startswith("\ufeff编号")


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * (101 * 1024 * 1024))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "status", "said"),
    [
        (bomb, "a.xlsx", 400, "100 MB"),
        (lambda: xlsx(("A", "=HYPERLINK(1)", "镇", "", "", "")), "a.xlsx", 400, "是公式"),
        (lambda: b"\x00" * 100, "a.xlsx", 400, "损坏"),
        (lambda: b"a,b\n" * 2_700_000, "a.csv", 400, "10 MB"),
        (lambda: b"a" * (13 * 1024 * 1024), "a.csv", 413, "内容太大"),
        (lambda: "编号,名称,类型\nA,甲,镇\n".encode("utf-16"), "a.csv", 200, "甲（A）"),
        (lambda: "编号;名称;类型\nA;甲;镇\n".encode("gb18030"), "a.csv", 200, "甲（A）"),
        (lambda: b"MZ", "a.exe", 400, "只能读"),
        (lambda: "名称\n甲\n".encode(), "a.csv", 400, "缺少这一列"),
        (lambda: "编号,名称,类型\nA,<script>alert(1)</script>,镇\n".encode(), "a.csv", 200, "&lt;script&gt;"),
    ],
)
def test_a_file_that_would_do_harm_is_refused_in_words(admin, db, content, name, status, said):
    sent = upload(admin, content(), name)
    assert sent.status_code == status and said in sent.text
    assert "<script>alert" not in sent.text and units(db) == 0


def test_no_file_is_said_so(admin):
    assert "请先选择一个文件" in upload(admin, b"", "").text


@pytest.mark.long
def test_ten_thousand_units_go_through_the_office_in_few_statements(admin, db, statements):
    towns = [(f"T{n}", f"镇{n}", "镇", "B", "", "") for n in range(100)]
    villages = [(f"V{n}", f"村{n}", "村", f"T{n % 100}", n, "台账") for n in range(9_899)]
    look = upload(admin, xlsx(("B", "旗", "旗县", "", "", ""), *towns, *villages))
    assert "还有 9,800 行" in look.text or "还有 9800 行" in look.text
    assert confirm(admin, look.text).status_code == 302
    assert len(statements) < 80
    assert units(db) == 10_000
