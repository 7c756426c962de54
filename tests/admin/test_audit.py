"""The page of the audit log: narrowing it, and taking it along as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.registry import audit
from bot.registry.models import Staff

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def busy(db):
    """Ten days to 1 March, at noon of the county: renames by li, closings by zhang, one with a dangerous name."""
    with db.transaction() as session:
        session.add(Staff(login="li", name="李强", password_hash="x"))
        for n in range(10):
            at = NOON - timedelta(days=9 - n)
            audit.note(session, "li", "staff.rename", f"wang{n}", at, {"name": "旧名"}, {"name": "=1+1"})
            audit.note(session, "zhang", "staff.close", f"wang{n}", at)


@pytest.fixture
def admin(as_role):
    return as_role("admin")


def shown(admin, query):
    """The subjects on the page, newest first."""
    page = admin.get(f"/admin/audit?{query}").text
    return [each.partition("<")[0] for each in page.split('<td data-label="对象" class="wrap">')[1:]]


@pytest.mark.parametrize(("query", "count"), [
    ("", 20), ("since=2026-03-01", 2), ("until=2026-02-20", 2), ("since=2026-02-21&until=2026-02-22", 4),
    ("actor=li", 10), ("action=staff.close", 10), ("about=wang7", 2), ("about=WANG%25", 0),
    ("actor=li&since=2026-02-28&about=9", 1), ("since=2026-03-02", 0), ("since=9999-12-31&until=9999-12-31", 0),
    ("since=yesterday", 20), ("action=king", 0), ("before=x", 20),
])  # fmt: skip
def test_the_log_is_narrowed_by_day_person_action_and_subject(admin, busy, query, count):
    assert len(shown(admin, query)) == count


def test_a_day_is_the_countys_day(admin, db):
    with db.transaction() as session:
        audit.note(session, "li", "staff.close", "late", datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
        audit.note(session, "li", "staff.close", "early", datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    assert shown(admin, "until=2026-02-28") == ["late"]
    assert shown(admin, "since=2026-03-01") == ["early"]


@pytest.mark.parametrize(("query", "told"), [
    ("since=yesterday", "没有看懂"), ("since=2026-03-02&until=2026-03-01", "在结束的日子之后"),
])  # fmt: skip
def test_a_senseless_day_is_said_so(admin, busy, query, told):
    assert told in admin.get(f"/admin/audit?{query}").text


def test_the_name_stands_beside_the_login(admin, busy):
    assert "李强（li）" in admin.get("/admin/audit").text


def test_values_are_said_in_the_offices_words(admin, db):
    with db.transaction() as session:
        audit.note(session, "li", "staff.grant", "wang", NOON, None, {"role": "liaison", "unit": "T"})
    assert "<div>角色：单位联络员</div>" in admin.get("/admin/audit").text


def test_older_pages_keep_the_filter(admin, db):
    with db.transaction() as session:
        for n in range(120):
            audit.note(session, "li" if n % 2 else "zhang", "staff.close", f"n{n:03}", NOON)
    page = admin.get("/admin/audit?actor=li&since=2026-03-01").text
    address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "actor=li" in address and "since=2026-03-01" in address
    assert shown(admin, address.partition("?")[2]) == [f"n{n:03}" for n in range(19, 0, -2)]


def exported(admin, kind, query=""):
    sent = admin.get(f"/admin/audit/export.{kind}?{query}")
    assert sent.status_code == 200 and "attachment" in sent.headers["Content-Disposition"]
    return sent.data


def test_a_csv_holds_the_filtered_rows_with_both_sides_and_computes_nothing(admin, busy):
    lines = list(
        csv.reader(io.StringIO(exported(admin, "csv", "actor=li&since=2026-02-28").decode("utf-8-sig")))
    )
    assert lines[0] == ["时间", "姓名", "账号", "操作", "对象", "改前", "改后"]
    assert lines[1] == ["2026-03-01 12:00:00", "李强", "li", "修改姓名", "wang9", "姓名：旧名", "姓名：=1+1"]
    assert len([line for line in lines if line[2:3] == ["li"]]) == 2
    assert any("从哪天起 2026-02-28" in line[0] for line in lines if line)


def test_a_sheet_holds_the_same(admin, busy):
    rows = list(load_workbook(io.BytesIO(exported(admin, "xlsx", "about=wang9"))).active.values)
    assert [row[4] for row in rows if row[4] == "wang9"] == ["wang9", "wang9"]


def test_a_file_of_too_many_rows_says_so(admin, busy, monkeypatch):
    monkeypatch.setattr("admin.views.audit.MOST", 5)
    text = exported(admin, "csv").decode("utf-8-sig")
    assert "只导出了最新的 5 条" in text and text.count("wang") == 5


def test_nobody_but_an_admin_takes_it_along(as_role, busy):
    assert as_role("viewer").get("/admin/audit/export.csv").status_code == 403


def test_another_kind_of_file_is_refused(admin):
    assert admin.get("/admin/audit/export.exe").status_code == 404


def test_what_no_person_did_is_told_in_the_offices_words(as_role, db):
    with db.transaction() as session:
        after = {"units_added": 3, "units_changed": 1, "head_counts_added": 2}
        audit.note(session, "system", "unit.import", "单位表", NOON, None, after)
        audit.note(session, "load-library", "library.load", "library", NOON, None, {"types": 50, "kept": 1})
    browser = as_role("admin")
    for told in (
        browser.get("/admin/audit").text,
        browser.get("/admin/audit/export.csv").data.decode("utf-8-sig"),
    ):
        assert "系统自动" in told and "新增单位：3" in told and "类型：50" in told
        assert not {"units_added", "head_counts", "load-library"} & set(re.findall(r"[\w-]+", told))
