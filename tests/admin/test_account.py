"""Signing in, staying signed in, and changing one's own password."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.registry.audit import entries
from bot.registry.models import Staff
from bot.registry.models_staff import SignInPlace
from bot.registry.sign_in import TRIES, WRONG
from bot.registry.staff import add_staff, make_staff
from tests.admin.conftest import HALF_HOUR, PASSWORD, office, send, token, try_password

NEW = "another-long-one"


@pytest.fixture
def zhang(db):
    with db.transaction() as session:
        make_staff(session, "zhang", "张工", PASSWORD, "viewer")


@pytest.fixture
def browser(client, zhang):
    assert try_password(client, "zhang", PASSWORD).status_code == 302
    return client


def test_the_lock_is_over_after_its_time_by_the_machines_clock(client, zhang, clock, real_clock):
    for _ in range(TRIES):
        try_password(client, "zhang", "wrong-wrong-wrong")
    clock.forward(days=1)
    assert try_password(client, "zhang", PASSWORD).status_code == 400
    real_clock.moment += HALF_HOUR
    assert try_password(client, "zhang", PASSWORD).status_code == 302


def is_in(client):
    return client.get("/admin/password").status_code == 200


def cookie_of(client):
    return client.get_cookie("office", path="/admin").value


def test_who_was_made_signs_in_directly(browser):
    assert "张工" in browser.get("/admin/").text


def test_the_sign_in_page_says_nothing_about_accounts(client, zhang):
    page = client.get("/admin/sign-in").text
    assert "zhang" not in page and "admin /" not in page


@pytest.mark.parametrize("login", ["zhang", "nobody"])
def test_a_wrong_password_and_a_wrong_login_are_answered_alike(client, zhang, login):
    sent = try_password(client, login, "wrong-wrong-wrong")
    assert sent.status_code == 400
    assert WRONG in sent.text
    assert not is_in(client)


def test_wrong_passwords_are_counted_and_end_in_a_lock(client, zhang, db):
    for _ in range(TRIES):
        try_password(client, "zhang", "wrong-wrong-wrong")
    assert WRONG in try_password(client, "zhang", PASSWORD).text
    with db.reading() as session:
        assert session.scalar(select(SignInPlace.locked_until).where(SignInPlace.place.startswith("address")))


def test_an_empty_form_says_what_is_missing(client):
    page = send(client, "/admin/sign-in").text
    assert "请填写账号" in page and "请填写密码" in page


def test_nothing_is_changed_without_the_token(client, zhang):
    sent = client.post("/admin/sign-in", data={"login": "zhang", "password": PASSWORD})
    assert sent.status_code == 400
    assert "再提交一次" in sent.text
    assert not is_in(client)


def test_the_session_is_new_after_the_sign_in(client, zhang):
    with client.session_transaction("/admin/") as cookie:
        cookie["planted"] = "by somebody"
    before = client.get("/admin/sign-in").text and cookie_of(client)
    try_password(client, "zhang", PASSWORD)
    assert cookie_of(client) != before
    with client.session_transaction("/admin/") as cookie:
        assert "planted" not in cookie and "csrf_token" not in cookie


def test_the_cookie_from_before_the_sign_in_opens_nothing(app, client, zhang):
    client.get("/admin/sign-in")
    planted = cookie_of(client)
    try_password(client, "zhang", PASSWORD)
    other = app.test_client()
    other.set_cookie("office", planted, path="/admin")
    assert not is_in(other)


def test_half_an_hour_without_a_page_ends_the_session(browser, real_clock):
    real_clock.forward(minutes=29)
    assert is_in(browser)
    real_clock.moment += HALF_HOUR + timedelta(seconds=1)
    assert not is_in(browser)
    assert "登录已过期" in browser.get("/admin/sign-in").text


def test_a_form_sent_after_that_leads_back_to_its_page_and_says_that_nothing_was_kept(browser, real_clock):
    page = "http://localhost/admin/password?from=here"
    real_clock.moment += HALF_HOUR + timedelta(seconds=1)
    sent = browser.post("/admin/password", data={"old": "x"}, headers={"Referer": page})
    assert sent.location == "/admin/sign-in?next=/admin/password?from%3Dhere"
    assert "刚才提交的没有保存" in browser.get(sent.location).text


def test_even_a_busy_session_ends_after_half_a_day(browser, real_clock):
    for _ in range(12 * 3 - 1):
        real_clock.forward(minutes=20)
        assert is_in(browser)
    real_clock.forward(minutes=21)
    assert not is_in(browser)


def test_the_products_clock_does_not_end_a_session(browser, clock):
    clock.forward(days=30)
    assert is_in(browser)


def test_a_moved_session_number_voids_the_cookie(browser, db):
    with db.transaction() as session:
        session.scalars(select(Staff)).one().session_no += 1
    assert not is_in(browser)


def test_signing_out_ends_the_session(browser):
    assert send(browser, "/admin/sign-out", page="/admin/").status_code == 302
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/admin/units?find=a", "/admin/units?find=a"),
        ("https://evil.example/admin/", "/admin/"),
        ("//evil.example/admin/", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("/wechat", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_after_the_sign_in_only_our_own_pages_follow(client, zhang, wanted, place):
    assert try_password(client, "zhang", PASSWORD, next=wanted).location == place


def change(browser, old=PASSWORD, new=NEW, again=NEW):
    return send(browser, "/admin/password", old=old, new=new, again=again)


def test_a_new_password_is_used_at_the_next_sign_in(app, browser):
    assert change(browser).status_code == 302
    other = app.test_client()
    assert try_password(other, "zhang", PASSWORD).status_code == 400
    assert try_password(other, "zhang", NEW).status_code == 302


def test_a_new_password_keeps_this_browser_in_and_puts_others_out(app, browser):
    other = app.test_client()
    try_password(other, "zhang", PASSWORD)
    change(browser)
    assert is_in(browser)
    assert not is_in(other)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"new": "short-one", "again": "short-one"}, "至少 10 个字符"),
        ({"again": "different-one"}, "不一样"),
        ({"new": "1234567890123", "again": "1234567890123"}, "太容易猜"),
        ({"new": "Zhang-is-here", "again": "Zhang-is-here"}, "不要带自己的账号"),
        ({"old": "wrong-wrong-wrong"}, "invalid-feedback"),
    ],
)
def test_a_password_is_not_changed_on_a_faulty_form(app, browser, fields, told):
    sent = change(browser, **fields)
    assert sent.status_code == 400
    assert told in sent.text
    assert try_password(app.test_client(), "zhang", PASSWORD).status_code == 302


def test_coming_going_and_a_new_password_are_in_the_audit_log(browser, db):
    change(browser)
    send(browser, "/admin/sign-out", page="/admin/")
    with db.reading() as session:
        assert [entry.action for entry in entries(session)] == ["sign-out", "password", "sign-in"]


@pytest.fixture
def suspect(client):
    """An address from which 19 attempts failed already (empty forms: they cost nothing and count as well)."""
    assert {send(client, "/admin/sign-in").status_code for _ in range(19)} == {400}
    return client


def test_an_address_that_keeps_guessing_is_stopped_with_a_sentence(suspect):
    assert try_password(suspect, "guess", "wrong").status_code == 400
    last = try_password(suspect, "guess", "wrong")
    assert last.status_code == 429
    assert "请过几分钟再试" in last.text


def test_a_known_browser_is_not_stopped_for_what_others_do_at_its_address(app, suspect, browser_of_zhang):
    assert try_password(suspect, "guess", "wrong").status_code == 400
    assert try_password(app.test_client(), "zhang", PASSWORD).status_code == 429
    assert try_password(browser_of_zhang, "zhang", PASSWORD).status_code == 302


def test_a_known_browser_is_stopped_like_others_for_another_login(suspect, browser_of_zhang):
    assert try_password(suspect, "guess", "wrong").status_code == 400
    assert try_password(browser_of_zhang, "li", "wrong").status_code == 429


@pytest.fixture
def browser_of_zhang(app, zhang):
    """Signed in once, then out."""
    client = app.test_client()
    assert try_password(client, "zhang", PASSWORD).status_code == 302
    send(client, "/admin/sign-out", page="/admin/")
    return client


def test_the_lock_of_a_login_leaves_its_known_browser_alone(app, browser_of_zhang):
    stranger = app.test_client()
    for _ in range(TRIES):
        try_password(stranger, "zhang", "wrong-wrong-wrong")
    assert try_password(stranger, "zhang", PASSWORD).status_code == 400
    assert try_password(browser_of_zhang, "zhang", PASSWORD).status_code == 302


def test_a_known_browsers_proof_is_for_the_office_alone_and_out_of_a_scripts_reach(client, zhang):
    sent = try_password(client, "zhang", PASSWORD)
    [cookie] = [each for each in sent.headers.getlist("Set-Cookie") if each.startswith("known-")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/admin"} <= set(cookie.split("; "))


@pytest.mark.parametrize("login", ["zhang", "nobody", "invited"])
def test_an_unknown_login_costs_as_much_as_a_wrong_password(
    client, zhang, db, statements, login, monkeypatch
):
    with db.transaction() as session:
        add_staff(session, "invited", "王芳", "viewer")
    compared = []
    monkeypatch.setattr("bot.registry.passwords.fits", lambda *given: bool(compared.append(given)))
    form = token(client)
    statements.clear()
    client.post("/admin/sign-in", data={"csrf_token": form, "login": login, "password": "wrong-wrong-wrong"})
    assert len(compared) == 1
    assert len([each for each in statements if each.startswith(("INSERT", "UPDATE"))]) == 3


def test_no_transaction_is_open_while_a_password_is_compared(app, client, zhang, db, monkeypatch):
    """A guessing machine must not hold the one write lock that SQLite has."""
    open_now = []
    transaction = type(db).transaction

    @contextmanager
    def watched(self):
        open_now.append(True)
        with transaction(self) as session:
            yield session
        open_now.pop()

    monkeypatch.setattr(type(db), "transaction", watched)
    seen = []
    monkeypatch.setattr("bot.registry.passwords.fits", lambda *_: seen.append(list(open_now)))
    try_password(client, "zhang", PASSWORD)
    assert seen == [[]]


def test_right_passwords_are_not_counted_against_an_address(app, suspect, zhang):
    told = {try_password(app.test_client(), "zhang", PASSWORD).status_code for _ in range(3)}
    assert told == {302}


def test_people_get_in_while_redis_is_away(kit, zhang):
    nobody_listens = kit.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    client = office(replace(kit, settings=nobody_listens)).test_client()
    assert try_password(client, "zhang", PASSWORD).status_code == 302
    assert is_in(client)


def test_a_form_beyond_all_measure_is_refused(client):
    sent = client.post("/admin/sign-in", data={"login": "x" * 300_000})
    assert sent.status_code == 413
    assert "内容太大" in sent.text
