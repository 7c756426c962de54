"""Signing in with a second step, and turning it on and off."""

import re

import pyotp
import pytest

from bot.registry.audit import entries
from bot.registry.models import Staff
from bot.registry.second_factor import turn_on
from bot.registry.sign_in import TRIES
from bot.registry.staff import make_staff
from tests.admin.conftest import PASSWORD, TOKEN, send, try_password

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE_LINE = re.compile(r'<li class="code-text">([^<]+)</li>')


@pytest.fixture
def zhang(db):
    with db.transaction() as session:
        return make_staff(session, "zhang", "张工", PASSWORD, "admin").id


@pytest.fixture
def codes(db, kit, zhang):
    """zhang with the second step on; the recovery codes."""
    with db.transaction() as session:
        return turn_on(session, zhang, SECRET, 0, kit.vault)


def now_code(real_clock):
    return pyotp.TOTP(SECRET).at(real_clock())


def half_in(client, wanted=""):
    assert try_password(client, "zhang", PASSWORD, next=wanted).location == "/admin/second-step"
    return client


def give(client, code):
    return send(client, "/admin/second-step", code=code)


def is_in(client):
    return client.get("/admin/password").status_code == 200


def test_the_password_alone_opens_nothing(client, codes):
    assert not is_in(half_in(client))


def test_with_the_code_the_wanted_page_follows(client, codes, real_clock):
    assert give(half_in(client, "/admin/audit"), now_code(real_clock)).location == "/admin/audit"
    assert is_in(client)


def test_a_code_is_not_taken_twice(app, client, codes, real_clock):
    code = now_code(real_clock)
    give(half_in(client), code)
    other = half_in(app.test_client())
    assert give(other, code).status_code == 400 and not is_in(other)


def test_a_recovery_code_does_as_well(client, codes):
    assert give(half_in(client), codes[3]).status_code == 302
    assert is_in(client)


def test_a_wrong_code_is_said_and_counted_until_the_place_is_locked(client, codes, real_clock):
    half_in(client)
    told = [give(client, "000000") for _ in range(TRIES)]
    assert {sent.status_code for sent in told} == {400} and "验证码不对" in told[0].text
    assert give(client, now_code(real_clock)).status_code == 400 and not is_in(client)


def test_the_right_password_in_between_does_not_buy_new_guesses(client, codes, real_clock):
    for n in range(TRIES):
        half_in(client)
        assert give(client, f"00000{n}").status_code == 400
    assert try_password(client, "zhang", PASSWORD).status_code == 400


def test_the_half_open_door_closes_after_five_minutes(client, codes, real_clock):
    half_in(client)
    real_clock.forward(minutes=5, seconds=1)
    assert client.get("/admin/second-step").location == "/admin/sign-in"
    assert client.post("/admin/second-step", data={"csrf_token": "x"}).status_code == 400


def test_after_five_minutes_the_wanted_page_is_still_known(client, codes, real_clock):
    half_in(client, "/admin/units")
    real_clock.forward(minutes=6)
    assert client.get("/admin/second-step").location == "/admin/sign-in?next=/admin/units"


def test_nobody_begins_with_the_second_step(client, codes, real_clock):
    assert client.get("/admin/second-step").location == "/admin/sign-in"
    sent = send(client, "/admin/second-step", page="/admin/sign-in", code=now_code(real_clock))
    assert sent.location == "/admin/sign-in" and not is_in(client)


def test_a_password_changed_meanwhile_closes_the_half_open_door(client, db, zhang, codes, real_clock):
    half_in(client)
    with db.transaction() as session:
        session.get(Staff, zhang).session_no += 1
    assert give(client, now_code(real_clock)).status_code == 400


@pytest.fixture
def inside(client, zhang):
    try_password(client, "zhang", PASSWORD)
    return client


def enrol(client, real_clock, password=PASSWORD):
    page = client.get("/admin/me/second-step").text
    secret = re.search(r'code-text">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    fields = {"csrf_token": TOKEN.search(page)[1], "password": password}
    return secret, client.post(
        "/admin/me/second-step", data=fields | {"code": pyotp.TOTP(secret).at(real_clock())}
    )


def test_it_is_turned_on_with_a_code_and_the_password(app, inside, real_clock, db):
    secret, sent = enrol(inside, real_clock)
    shown = CODE_LINE.findall(sent.text)
    assert sent.status_code == 200 and len(shown) == 10
    real_clock.forward(seconds=60)
    other = half_in(app.test_client())
    assert give(other, pyotp.TOTP(secret).at(real_clock())).status_code == 302 and is_in(other)
    with db.reading() as session:
        assert [entry.action for entry in entries(session)][:2] == ["sign-in", "second-step.on"]


def test_it_is_not_turned_on_by_who_does_not_know_the_password(app, inside, real_clock):
    assert enrol(inside, real_clock, "wrong-wrong-wrong")[1].status_code == 400
    assert try_password(app.test_client(), "zhang", PASSWORD).location == "/admin/"


def test_a_wrong_first_code_shows_the_same_picture_again(inside):
    first = inside.get("/admin/me/second-step").text
    sent = send(inside, "/admin/me/second-step", code="000000", password=PASSWORD)
    picture = re.compile(r'src="(data:image/svg[^"]+)"')
    assert sent.status_code == 400 and "对不上" in sent.text
    assert picture.search(sent.text)[1] == picture.search(first)[1]


def test_it_is_not_turned_on_twice(client, codes, real_clock):
    give(half_in(client), now_code(real_clock))
    assert client.get("/admin/me/second-step").status_code == 409


def test_it_is_turned_off_with_the_password_alone(client, codes, real_clock):
    give(half_in(client), now_code(real_clock))
    assert send(client, "/admin/me/second-step-off", page="/admin/me", password="wrong").status_code == 400
    assert send(client, "/admin/me/second-step-off", page="/admin/me", password=PASSWORD).status_code == 302
    assert "还没有打开" in client.get("/admin/me").text


def test_new_recovery_codes_are_shown_once(client, codes, real_clock):
    give(half_in(client), now_code(real_clock))
    sent = send(client, "/admin/me/codes", page="/admin/me", password=PASSWORD)
    assert len(CODE_LINE.findall(sent.text)) == 10 and not set(CODE_LINE.findall(sent.text)) & set(codes)
    assert (
        "备用码换好了" in sent.text
        and "原来的备用码从现在起都不能用" in sent.text
        and "已打开" not in sent.text
    )
    assert not CODE_LINE.findall(client.get("/admin/me").text)


def test_leaving_everywhere_keeps_this_browser_in(app, inside):
    other = app.test_client()
    try_password(other, "zhang", PASSWORD)
    send(inside, "/admin/me/leave-everywhere", page="/admin/me")
    assert is_in(inside) and not is_in(other)
