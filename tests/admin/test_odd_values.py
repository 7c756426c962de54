"""Addresses and forms with values nobody means: each is a page with a sentence, never a broken one."""

import pytest

from tests import make
from tests.admin.conftest import send, token

HUGE = "9" * 20
BIG = str(2**40)
"""More than a server's whole number holds, less than what stops SQLite."""


@pytest.fixture
def browser(as_role, db):
    with db.transaction() as session:
        make.unit(session, "东镇", code="E", head_count=100)
    return as_role("admin")


@pytest.mark.parametrize("page", ["rates", "rates/ranking", "rates/trend", "rates/why", "rates/app", "units"])
def test_a_day_at_the_beginning_of_the_calendar_gives_today(browser, page):
    sent = browser.get(f"/admin/{page}?day=0001-01-01")
    assert sent.status_code == 200 and ("没有 1990 年以前的数字" in sent.text or page == "rates/app")


@pytest.mark.parametrize("target", ["NaN", "Infinity", "-1", "1e9", "abc"])
def test_a_target_that_is_none_is_left_out(browser, target):
    assert "还没有目标" in browser.get(f"/admin/rates/trend?target={target}").text


def test_the_audit_log_of_all_days_there_are(browser):
    assert browser.get("/admin/audit?since=0001-01-01&until=9999-12-31").status_code == 200
    assert browser.get("/admin/audit?until=0001-01-01").status_code == 200


@pytest.mark.parametrize(
    "address", ["units/{}", "units/{}/edit", "staff/{}", "library/cases/{}", "library/drafts/{}"]
)
@pytest.mark.parametrize("number", [HUGE, BIG])
def test_a_number_no_column_holds_is_nothing_there(browser, address, number):
    assert browser.get("/admin/" + address.format(number)).status_code == 404


@pytest.mark.parametrize(
    "address", ["staff?page={}", "audit?before={}", "units?page={}", "inbox?page={}", "units/new?parent={}"]
)
@pytest.mark.parametrize("number", [HUGE, BIG])
def test_a_page_no_list_has_is_no_broken_page(browser, address, number):
    assert browser.get("/admin/" + address.format(number)).status_code in (200, 404)


@pytest.mark.parametrize(
    "address", ["units/import/{}", "inbox/{}", "inbox/undo/{}", "promoters/{}/switch", "library/files/{}"]
)
@pytest.mark.parametrize("number", [HUGE, BIG])
def test_acting_on_such_a_number_changes_nothing(browser, address, number):
    form = {"csrf_token": token(browser, "/admin/me"), "act": "ignore"}
    assert browser.post("/admin/" + address.format(number), data=form).status_code in (302, 404)


def test_a_character_that_some_database_cannot_keep_breaks_no_page(browser):
    assert send(browser, "/admin/staff/new", name="李\x00工", role="viewer").status_code in (201, 302)
