"""Nobody sees a page of the office who should not."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import update

from admin.pages import OPEN_PAGES, PAGES, ROLES_OF
from bot.registry.models import Staff, UnitKind
from core.errors import DatabaseAway
from tests import make
from tests.admin.conftest import office


def routes(app):
    """(endpoint, method, address) of every route of the office."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods & {"GET", "POST"}:
            yield rule.endpoint, method, re.sub(r"<[^>]+>", "nothing", rule.rule)


def test_every_page_sends_a_stranger_to_the_sign_in(app):
    for endpoint, method, address in routes(app):
        if endpoint not in OPEN_PAGES:
            sent = app.test_client().open(address, method=method)
            assert sent.status_code == 302, address
            assert sent.location.startswith("/admin/sign-in"), address


def test_every_route_stands_in_the_table_of_pages(app):
    assert {endpoint for endpoint, _, _ in routes(app)} == OPEN_PAGES | {page.endpoint for page in PAGES}


@pytest.mark.parametrize("role", ["viewer", "editor", "reviewer", "liaison", "school", "admin"])
def test_a_role_opens_its_own_pages_and_no_others(app, as_role, role):
    browser = as_role(role)
    for endpoint, method, address in routes(app):
        if method == "GET" and endpoint not in OPEN_PAGES | {"admin.nowhere"}:
            allowed = role in ROLES_OF[endpoint]
            assert browser.get(address).status_code == (200 if allowed else 403), address


def test_a_page_missing_from_the_table_is_open_to_nobody(as_role, monkeypatch):
    monkeypatch.delitem(ROLES_OF, "admin.overview.show")
    assert as_role("admin").get("/admin/").status_code == 403


def test_a_person_without_any_role_is_refused_with_a_sentence(as_role):
    sent = as_role("gardener").get("/admin/")
    assert sent.status_code == 403
    assert "没有权限" in sent.text


def test_the_menu_shows_only_what_the_person_may_open(as_role):
    assert "操作记录" not in as_role("viewer").get("/admin/").text
    assert "操作记录" in as_role("admin").get("/admin/").text


def test_an_inactive_person_is_signed_out(as_role, db):
    browser = as_role("viewer")
    with db.transaction() as session:
        session.execute(update(Staff).values(active=False))
    assert browser.get("/admin/").status_code == 302


def test_an_unknown_address_is_said_so(as_role):
    sent = as_role("viewer").get("/admin/nothing/here")
    assert sent.status_code == 404
    assert "没有找到" in sent.text


def test_a_part_of_a_page_asked_for_without_sign_in_moves_the_whole_page(client):
    sent = client.get("/admin/units?find=a", headers={"HX-Request": "true"})
    assert sent.headers["HX-Redirect"].startswith("/admin/sign-in")


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_another_site_cannot_post(client, headers):
    assert client.post("/admin/sign-in", headers=headers).status_code == 403


@pytest.fixture
def county(db):
    with db.transaction() as session:
        top = make.unit(session, "旗", code="C", kind=UnitKind.COUNTY)
        towns = [
            make.unit(session, name, code=code, parent=top) for name, code in (("东镇", "E"), ("西镇", "W"))
        ]
        make.unit(session, "东一嘎查", code="E1", parent=towns[0], kind=UnitKind.VILLAGE)
        make.unit(session, "西一嘎查", code="W1", parent=towns[1], kind=UnitKind.VILLAGE)
        session.expunge_all()
        return towns


def test_a_liaison_sees_the_own_unit_and_below(as_role, county):
    browser = as_role("liaison", county[0])
    assert browser.get("/admin/").location == "/admin/units"
    page = browser.get("/admin/units").text
    assert "东一嘎查" in page
    assert "西镇" not in page and ">旗<" not in page
    assert browser.get("/admin/units?parent=E1").status_code == 200


@pytest.mark.parametrize("code", ["C", "W", "W1"])
def test_a_liaison_cannot_open_another_unit(as_role, county, code):
    sent = as_role("liaison", county[0]).get(f"/admin/units?parent={code}")
    assert sent.status_code == 403
    assert "只能查看本单位" in sent.text


def test_a_liaisons_search_stays_in_the_own_unit(as_role, county):
    page = as_role("liaison", county[0]).get("/admin/units?find=嘎查").text
    assert "东一嘎查" in page and "西一嘎查" not in page


class Away:
    @contextmanager
    def reading(self):
        raise DatabaseAway("test")
        yield

    transaction = reading


def test_a_missing_database_is_said_so(kit, as_role, real_clock, db):
    app = office(replace(kit, db=Away(), real_clock=real_clock))
    browser = app.test_client()
    with browser.session_transaction("/admin/") as cookie:
        cookie.update(
            {"_user_id": "1.1", "since": real_clock().timestamp(), "seen": real_clock().timestamp()}
        )
    sent = browser.get("/admin/")
    assert sent.status_code == 503
    assert "数据库暂时连不上" in sent.text


def test_a_mistake_of_ours_is_a_page_with_a_sentence(app, as_role, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "admin.audit.show", lambda: 1 / 0)
    sent = as_role("admin").get("/admin/audit")
    assert sent.status_code == 500
    assert "系统出错了" in sent.text and "ZeroDivision" not in sent.text
