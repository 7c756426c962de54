"""A limit on waiting for the database, kept also where the server itself says nothing more."""

import pytest
from sqlalchemy import make_url, text

from core.db import Database, connect
from core.errors import DatabaseAway
from core.patience import seconds_left, within
from tests.chaos.kit import Wire
from tests.services import SERVERS, scratch_database


def test_a_limit_holds_inside_and_is_gone_outside():
    assert seconds_left() is None and seconds_left(2.0) == 2.0
    with within(10):
        assert 0 < seconds_left() <= 10 and seconds_left(2.0) == 2.0
        with within(0):
            assert seconds_left() == seconds_left(2.0) == 0
        assert seconds_left() > 0
    assert seconds_left() is None


def test_who_has_no_time_left_does_not_begin(db):
    with within(0), pytest.raises(DatabaseAway), db.transaction():
        raise AssertionError("it began")


@pytest.fixture(params=SERVERS)
def behind_a_wire(request, tmp_path):
    """A database server at the end of a wire that can be frozen."""
    with scratch_database(request.param, "matrix_patience", tmp_path) as url:
        address = make_url(url)
        wire = Wire(address.host, address.port)
        near = address.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        engine = connect(near)
        yield Database(engine), wire
        wire.cut()
        engine.dispose()


@pytest.mark.parametrize("fresh_s", [5.0, 0.0], ids=["used a moment ago", "idle"])
def test_a_frozen_server_is_given_up_and_found_again(behind_a_wire, fresh_s, monkeypatch):
    db, wire = behind_a_wire
    monkeypatch.setattr("core.db.FRESH_S", fresh_s)
    with within(5), db.look() as look:
        assert look.session.scalar(text("SELECT 1")) == 1
    wire.freeze()
    with within(0.3), pytest.raises(DatabaseAway), db.look() as look:
        look.session.scalar(text("SELECT 1"))
    assert db.away
    wire.thaw()
    db._shut_until = 0.0
    with within(5), db.look() as look:
        assert look.session.scalar(text("SELECT 2")) == 2
