"""The page of a type, as a resident's phone gets it: whole, calm, without a script, also while the database is away."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import expect

from bot import pages
from bot.content import editing, reviews
from bot.content.bodies import TYPE
from bot.content.library import load_library
from core.clock import county_date
from tests.chromium import faults, widths
from tests.handlers.conftest import few_types  # noqa: F401  fixture
from tests.test_answering import AwayDatabase


@pytest.fixture
def phone_book(kit, few_types):  # noqa: F811
    with kit.db.transaction() as session:
        load_library(session, kit.clock(), few_types)
    return kit


def site(kit):
    app = Flask("phone", static_folder=None)
    app.extensions["kit"] = kit
    app.register_blueprint(pages.bp)
    return app


@pytest.fixture
def app(phone_book):
    return site(phone_book)


@pytest.fixture
def client(app):
    return app.test_client()


def test_a_page_says_all_there_is_to_a_type(client, phone_book):
    page = client.get("/k/shuadan")
    card = phone_book.matcher.cards["shuadan"]
    for line in (
        card.name,
        card.summary,
        *card.steps,
        *card.signs,
        *card.actions,
        card.cases[0].title,
        card.note,
    ):
        assert line in page.text
    assert "先停手，马上拨打110。" in page.text and 'href="tel:96110"' in page.text
    assert f"{county_date(phone_book.clock()):%Y}年3月2日" in page.text


def test_the_date_is_that_of_the_last_change(client, phone_book):
    phone_book.clock.forward(days=40)
    with phone_book.db.transaction() as session:
        body, seen = editing.begun(session, "type:shuadan")
        changed = body | {"summary": "先给小钱，再骗大钱。"}
        draft = editing.save(
            session,
            editing.Wish(TYPE, "type:shuadan", "shuadan", changed, "短"),
            seen,
            "李工",
            phone_book.clock(),
        )
        reviews.submit(session, draft.id, draft.version, phone_book.clock())
        reviews.approve(session, draft.id, draft.version, "王工", phone_book.clock())
    page = client.get("/k/shuadan").text
    assert "先给小钱，再骗大钱。" in page and "2026年4月11日" in page
    assert "2026年3月2日" in client.get("/k/kefu").text


@pytest.mark.parametrize("code", ["nothing", "x" * 300, "%27%3B--", "shuadan%00", "静"])
def test_an_unknown_code_is_told_so_kindly(client, code):
    page = client.get(f"/k/{code}")
    assert page.status_code == 404 and "没有找到这一页" in page.text and "110" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_list_leads_to_every_type(client, phone_book):
    page = client.get("/k/").text
    assert set(re.findall(r'href="/k/([a-z0-9]+)"', page)) == set(phone_book.matcher.cards)


def test_an_empty_library_still_gives_the_safe_rule(kit):
    page = site(kit).test_client().get("/k/")
    assert page.status_code == 200 and "不转账" in page.text


def test_phones_keep_it_some_minutes_and_ask_by_its_fingerprint(client):
    page = client.get("/k/shuadan")
    assert page.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in page.headers
    again = client.get("/k/shuadan", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert client.get("/k/kefu").headers["ETag"] != page.headers["ETag"]


def test_it_runs_no_script_and_loads_nothing_from_elsewhere(client):
    page = client.get("/k/shuadan")
    assert "script" not in page.text and "style=" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert all(
        place.startswith(("/k/", "tel:", "#")) for place in re.findall(r'(?:href|src)="([^"]+)"', page.text)
    )
    assert client.get("/k/static/page.css").mimetype == "text/css"


def test_while_the_database_is_away_the_page_is_made_from_memory(phone_book):
    with phone_book.db.reading() as session:
        phone_book.matcher.refresh(session)
    away = site(replace(phone_book, db=AwayDatabase(phone_book.db, False))).test_client()
    assert "刷单返利" in away.get("/k/shuadan").text


@pytest.mark.xdist_group(__name__)
@pytest.mark.parametrize("place", ["/k/shuadan", "/k/", "/k/nothing"])
@pytest.mark.parametrize("wide", [390, pytest.param(1440, marks=pytest.mark.long)])
def test_it_is_readable_by_everybody_at_any_size_of_type(chromium, address, place, wide):
    page = chromium.new_page(
        viewport={"width": wide, "height": 844}, base_url=address, java_script_enabled=True
    )
    page.goto(place)
    assert faults(page) == []
    for size in ("100%", "225%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        across, window = widths(page)
        assert across <= window, size
    assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    page.close()


@pytest.mark.xdist_group(__name__)
@pytest.mark.parametrize("place", ["/k/shuadan", "/k/", "/k/nothing"])
def test_who_has_paid_is_one_touch_from_what_to_do_and_one_more_from_110(chromium, address, place):
    page = chromium.new_page(viewport={"width": 390, "height": 844}, base_url=address)
    page.goto(place)
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    jump, dial = page.get_by_role("link", name="已经转了钱"), page.get_by_role("link", name="点这里拨打110")
    expect(jump).to_be_in_viewport()
    jump.click()
    expect(dial).to_be_in_viewport()
    assert dial.get_attribute("href") == "tel:110" and dial.bounding_box()["height"] >= 44
    page.close()
