"""Nobody sees a page of the office who should not."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import update

import bot.tables  # noqa: F401  every room's models
from admin import pages
from admin.pages import OPEN_PAGES, PAGES, ROLES_OF, Page
from admin.words import ROLES
from bot.registry.models import Staff, UnitKind
from core.db import Base
from core.errors import DatabaseAway
from tests import make
from tests.admin.conftest import office


def address_of(rule):
    """An address of the route: a number or a word that nothing is called by in place of each part that varies."""
    return re.sub(r"<[^>]+>", "nothing", re.sub(r"<int:[^>]+>", "999999", rule.rule))


def routes(app):
    """(endpoint, method, address) of every route of the office."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule.endpoint, method, address_of(rule)


def test_the_walk_reaches_every_route(app):
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(address, method)[0] for _, method, address in routes(app)}
    assert reached == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_page_sends_a_stranger_to_the_sign_in(app):
    for endpoint, method, address in routes(app):
        if endpoint not in OPEN_PAGES:
            sent = app.test_client().open(address, method=method)
            assert sent.status_code == 302, address
            assert sent.location.startswith("/admin/sign-in"), address


def test_every_route_stands_in_the_table_of_pages(app):
    assert {endpoint for endpoint, _, _ in routes(app)} == OPEN_PAGES | {page.endpoint for page in PAGES}


def test_every_role_of_the_table_exists():
    assert {role for page in PAGES for role in page.roles} <= set(ROLES)


@pytest.mark.parametrize("role", [*ROLES, "gardener"])
def test_a_role_reads_its_own_pages_and_no_others(app, as_role, role):
    """A page that is open but finds nothing says 404; behind the wall it is 403, whatever the address names."""
    browser = as_role(role)
    for endpoint, method, address in routes(app):
        if method == "GET" and endpoint not in OPEN_PAGES:
            sent = browser.get(address)
            allowed = role in ROLES_OF[endpoint]
            assert (sent.status_code != 403) == allowed, (role, address)
            assert sent.status_code < 500, (role, address)
            assert "sign-in" not in (sent.location or ""), (role, address)


@pytest.mark.parametrize("role", [*ROLES, "gardener"])
def test_a_role_changes_nothing_but_on_its_own_pages_and_never_without_the_token(app, as_role, role):
    """Without the token even who may do it gets 400: a page whose form is not protected would answer otherwise."""
    browser = as_role(role)
    for endpoint, method, address in routes(app):
        if method == "POST":
            allowed = endpoint in OPEN_PAGES or role in ROLES_OF[endpoint]
            assert browser.post(address).status_code == (400 if allowed else 403), (role, address)


def test_reading_a_page_changes_nothing(app, as_role, db):
    """GET is what a link, a preview or another site can make a browser do."""
    browser = as_role("admin")
    before = everything(db)
    for endpoint, method, address in routes(app):
        if method == "GET" and endpoint != "admin.static":
            browser.get(address)
    assert everything(db) == before


def everything(db):
    """Every row of every table."""
    with db.reading() as session:
        return {name: session.execute(table.select()).all() for name, table in Base.metadata.tables.items()}


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


def test_pages_of_one_group_stand_together_and_one_alone_is_a_link(monkeypatch):
    both = frozenset({"admin", "viewer"})
    rows = (Page("x", both, "台账", "单位"), Page("y", pages.ADMIN, "导入", "单位"), Page("z", both, "总览"))
    monkeypatch.setattr(pages, "PAGES", rows)
    assert [(group.name, [page.menu for page in group.pages]) for group in pages.menu(lambda _: True)] == [
        ("总览", ["总览"]), ("单位", ["台账", "导入"]),
    ]  # fmt: skip
    seen = pages.menu("y".__ne__)
    assert [(group.name, len(group.pages)) for group in seen] == [("总览", 1), ("单位", 1)]


def test_the_menu_marks_the_group_of_a_page_that_is_not_in_it(monkeypatch):
    monkeypatch.setattr(
        pages, "PAGES", (Page("x", pages.ADMIN, "单位"), Page("y", pages.ADMIN, group="单位"))
    )
    assert pages.group_here("y") == "单位" and pages.group_here("elsewhere") == ""


def test_figures_of_the_whole_county_are_not_for_a_viewer_of_one_town(as_role, db):
    with db.transaction() as session:
        town = make.unit(session, "东镇", code="E")
        session.expunge_all()
    browser = as_role("viewer", town)
    assert (
        browser.get("/admin/radar").status_code == browser.get("/admin/radar/export/csv").status_code == 403
    )
    assert "/admin/radar" not in browser.get("/admin/rates").text


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
    assert browser.get("/admin/").location == "/admin/rates"
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
