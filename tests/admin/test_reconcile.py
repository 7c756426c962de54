"""A liaison compares the unit's own list; what is left of it afterwards is a count."""

import io
import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.registry import consent, people, reconcile
from bot.registry.models import UnitKind
from core.db import Base
from tests import make
from tests.admin.conftest import token

RECONCILE = "/admin/reconcile"


@pytest.fixture
def county(db, kit):
    with db.transaction() as session:
        consent.ensure(session, kit.clock())
        top = make.unit(session, "旗", code="C", kind=UnitKind.COUNTY)
        units = {code: make.unit(session, name, code=code, parent=top, kind=UnitKind.AGENCY, head_count=30)
                 for code, name in (("D01", "民政局"), ("D02", "教育局"))}  # fmt: skip
        for code, phone in (("D01", "13800000001"), ("D01", None), ("D02", "13800000002")):
            person = make.follower(session)
            people.register(session, person.id, units[code].id, 1, "chat", kit.clock())
            if phone:
                people.set_phone(session, kit.vault, person.id, phone)
        session.expunge_all()
        return units


def xlsx(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


LIST = xlsx(
    ["姓名", "手机号"], ["王某某", "13800000001"], ["李某某", "13800000002"], ["赵某某", "１３８００００００"]
)


def sent(browser, code="D01", data=LIST, name="名单.xlsx", how="page"):
    fields = {"csrf_token": token(browser, RECONCILE + "/D01"), "as": how, "file": (io.BytesIO(data), name)}
    return browser.post(f"{RECONCILE}/{code}", data=fields, content_type="multipart/form-data")


def allowed(as_role, code="D01", on="1"):
    browser = as_role("admin")
    fields = {"csrf_token": token(browser, RECONCILE), "on": on}
    return browser.post(f"{RECONCILE}/{code}/allow", data=fields)


def everything(db):
    with db.reading() as session:
        return "".join(str(session.execute(table.select()).all()) for table in Base.metadata.tables.values())


def test_it_is_off_until_the_office_switches_it_on(as_role, county):
    browser = as_role("liaison", county["D01"])
    assert "没有开通" in browser.get(f"{RECONCILE}/D01").text
    for data in (LIST, b"no table at all"):  # the file is not even looked at
        answer = sent_without_form(browser, data)
        assert answer.status_code == 403 and "没有开通" in answer.text and "xlsx" not in answer.text
    assert allowed(as_role).status_code == 302
    assert "上传名单" in browser.get(f"{RECONCILE}/D01").text


def sent_without_form(browser, data):
    fields = {"csrf_token": token(browser, "/admin/password"), "file": (io.BytesIO(data), "x.xlsx")}
    return browser.post(f"{RECONCILE}/D01", data=fields, content_type="multipart/form-data")


def test_the_answer_is_the_page_and_nothing_of_the_list_is_left_anywhere(as_role, county, db, caplog):
    caplog.set_level("DEBUG")
    allowed(as_role)
    before = set(Path(tempfile.gettempdir()).rglob("*"))
    browser = as_role("liaison", county["D01"])
    page = sent(browser).text
    assert page.count("已登记</span>") == 1 and "王某某" in page and "号码有误" in page
    assert "没留手机号" in page
    left = {path for path in set(Path(tempfile.gettempdir()).rglob("*")) - before if "upload" in path.name}
    assert left == set()
    assert "王某某" not in everything(db) and "13800000001" not in everything(db)
    assert "王某某" not in caplog.text and "13800000001" not in caplog.text
    assert "王某某" not in browser.get(f"{RECONCILE}/D01").text
    with browser.session_transaction("/admin/") as cookie:
        assert "王某某" not in str(dict(cookie))


def test_somebody_registered_elsewhere_is_not_found(as_role, county):
    allowed(as_role)
    page = sent(as_role("liaison", county["D01"])).text
    line = page.split("李某某")[1].split("</tr>")[0]
    assert "未找到" in line


def test_the_answer_as_a_table(as_role, county):
    allowed(as_role)
    answer = sent(as_role("liaison", county["D01"]), how="xlsx")
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.data)).active]
    assert ["王某某", "13800000001", "已登记"] in [row[:3] for row in cells]
    assert answer.headers["Cache-Control"] == "no-store"
    assert any("没有留手机号" in str(row) for row in cells)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (xlsx(["姓名"], ["王"]), "a.xlsx", "没有“手机号”这一列"),
        (xlsx(["姓名", "手机号"]), "a.xlsx", "空"),
        (b"not a table", "a.xlsx", "打不开"),
        (b"x", "a.doc", "xlsx 或 csv"),
        ("姓名,手机号\n王,=1+1\n".encode(), "a.csv", "公式"),
        (
            xlsx(["姓名", "手机号"], *([f"人{n}", f"138{n:08}"] for n in range(61))),
            "a.xlsx",
            "还可以核对 60 个号码",
        ),
    ],
)
def test_a_file_that_cannot_be_compared_costs_nothing(as_role, county, db, kit, data, name, said):
    allowed(as_role)
    browser = as_role("liaison", county["D01"])
    answer = sent(browser, data=data, name=name)
    assert answer.status_code in (400, 403) and said in answer.text
    assert "今天还可以核对 5 次、60 个号码" in browser.get(f"{RECONCILE}/D01").text


def test_a_liaison_compares_for_their_own_unit_only(as_role, county):
    allowed(as_role)
    with_other = as_role("liaison", county["D02"])
    fields = {"csrf_token": token(with_other, RECONCILE), "file": (io.BytesIO(LIST), "x.xlsx")}
    answer = with_other.post(f"{RECONCILE}/D01", data=fields, content_type="multipart/form-data")
    assert "王某某" not in answer.text and answer.status_code in (302, 403)
    assert with_other.get(f"{RECONCILE}/D01").status_code == 403
    denied = with_other.post(f"{RECONCILE}/D02/allow", data={"csrf_token": fields["csrf_token"], "on": "1"})
    assert denied.status_code == 403


def test_a_list_in_csv_with_an_older_coding(as_role, county):
    allowed(as_role)
    data = "姓名,联系电话\n王某某,138 0000 0001\n".encode("gb18030")
    assert (
        sent(as_role("liaison", county["D01"]), data=data, name="名单.csv").text.count("已登记</span>") == 1
    )


def test_who_may_compare_at_most_five_times_a_day(as_role, county):
    allowed(as_role)
    browser = as_role("liaison", county["D01"])
    assert [sent(browser).status_code for _ in range(6)] == [200] * 5 + [403]
    assert reconcile.LISTS_A_DAY == 5
