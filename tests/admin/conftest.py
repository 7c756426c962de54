"""The office as an app of its own, and people who are signed in to it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

import admin
from bot import answering
from bot.registry.models import Staff, StaffRole
from tests import make
from tests.fakes import FrozenClock

PASSWORD = "correct-horse-battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def office(kit):
    app = Flask("office", static_folder=None)
    app.secret_key = kit.settings.secret_key
    app.extensions["kit"] = kit
    app.extensions["rehearse"] = answering.rehearse
    admin.register(app)
    return app


@pytest.fixture
def real_clock():
    return FrozenClock()


@pytest.fixture
def app(kit, real_clock):
    return office(replace(kit, real_clock=real_clock))


@pytest.fixture
def client(app):
    return app.test_client()


def staff_with(db, role, unit=None, login="zhang"):
    """Somebody of the office with one role, whose password nobody knows; returns the cookie's name for them."""
    with db.transaction() as session:
        person = make.keep(session, Staff(login=login, name="张工", password_hash="-"))
        make.keep(session, StaffRole(staff_id=person.id, role=role, unit_id=unit and unit.id))
        return f"{person.id}.{person.session_no}"


def signed_in(client, cookie_name, now):
    """Put the person into the browser as a sign-in at `now` would have."""
    with client.session_transaction("/admin/") as browser:
        browser.update(
            {"_user_id": cookie_name, "_fresh": True, "since": now.timestamp(), "seen": now.timestamp()}
        )
    return client


@pytest.fixture
def as_role(app, db, real_clock):
    """as_role("viewer") or as_role("liaison", unit) → a browser in which that person is signed in."""

    def enter(role, unit=None):
        return signed_in(
            app.test_client(), staff_with(db, role, unit, login=f"{role}-{unit and unit.id}"), real_clock()
        )

    return enter


def token(client, page="/admin/sign-in"):
    """The CSRF token in the form of a page."""
    return TOKEN.search(client.get(page).text)[1]


def send(client, path, page=None, **fields):
    """Submit the form of `page` (the same address by default) as a browser does."""
    return client.post(path, data={"csrf_token": token(client, page or path)} | fields)


def try_password(client, login, password, **fields):
    return send(client, "/admin/sign-in", login=login, password=password, **fields)


HALF_HOUR = timedelta(minutes=30)
