"""Two at once at the office's door, on real databases with real transactions."""

from threading import get_ident

import pyotp
import pytest
from sqlalchemy import update

from bot.registry.models import Staff
from bot.registry.models_staff import SignInPlace
from bot.registry.second_factor import passes, turn_on
from bot.registry.sign_in import STRANGERS, Whence, begin
from bot.registry.staff import add_staff, close
from bot.registry.staff_links import make_link, use_link
from bot.registry.staff_roles import grant, grants_of, revoke
from core.errors import Conflict, NotAllowed, NotFound
from core.secrets import Vault
from tests import make
from tests.conftest import DATA_KEY
from tests.registry.test_races import NOW, house, together  # noqa: F401  the fixture

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
VAULT = Vault(DATA_KEY)


@pytest.fixture
def somebody(house):  # noqa: F811
    """A new person at each turn: (id, login)."""

    def made(role="viewer"):
        login = f"p{make.openid()[-8:]}"
        with house[0].transaction() as session:
            return add_staff(session, login, "名", role, password_hash="x").id, login

    return made


def or_refusal(work, *refusals):
    """The result, or the name of the refusal."""

    def tried(session):
        try:
            return work(session)
        except refusals as refusal:
            return type(refusal).__name__

    return tried


def test_two_first_failures_at_once_are_counted_as_two(house, somebody):  # noqa: F811
    for n in range(10):
        _, login = somebody()
        together(house, lambda session, who=login, n=n: begin(session, who, Whence(f"10.0.0.{n}"), NOW).paid)
        with house[0].reading() as session:
            found = session.query(SignInPlace.failures).order_by(SignInPlace.id.desc()).limit(2).all()
            assert [failures for (failures,) in found] == [2, 2]


def test_no_more_guesses_than_allowed_at_once(house, somebody):  # noqa: F811
    _, login = somebody()
    with house[0].transaction() as session:
        for _ in range(4):
            begin(session, login, Whence("10.0.1.1"), NOW)
    work = or_refusal(lambda session: begin(session, login, Whence("10.0.1.1"), NOW).paid[-1], NotAllowed)
    assert sorted(together(house, work)) == ["NotAllowed", STRANGERS]


def test_one_code_at_once_passes_once(house, somebody):  # noqa: F811
    code = pyotp.TOTP(SECRET).at(NOW)
    for _ in range(10):
        who, _ = somebody()
        with house[0].transaction() as session:
            recovery = turn_on(session, who, SECRET, 0, VAULT)[0]
        assert sorted(together(house, lambda session, who=who: passes(session, who, code, VAULT, NOW))) == [
            False,
            True,
        ]
        again = together(
            house, lambda session, who=who, word=recovery: passes(session, who, word, VAULT, NOW)
        )
        assert sorted(again) == [False, True]


def test_one_link_at_once_is_used_once(house, somebody):  # noqa: F811
    for _ in range(10):
        who, _ = somebody()
        with house[0].transaction() as session:
            _, token = make_link(session, who, "admin", NOW)
        work = or_refusal(lambda session, token=token: use_link(session, token, "y", NOW).id, NotFound)
        assert sorted(map(str, together(house, work))) == sorted([str(who), "NotFound"])


def test_one_role_given_at_once_is_held_once(house, somebody):  # noqa: F811
    for _ in range(10):
        who, _ = somebody()
        assert sorted(together(house, lambda session, who=who: grant(session, who, "editor"))) == [
            False,
            True,
        ]
        with house[0].reading() as session:
            assert len(grants_of(session, who)) == 2


@pytest.mark.parametrize("way", ["revoke", "close"])
def test_two_admins_who_remove_each_other_at_once_leave_one(house, somebody, way):  # noqa: F811
    for _ in range(5):
        pair = [somebody("admin")[0], somebody("admin")[0]]
        threads = {}

        def remove(session, pair=pair, threads=threads):
            actor, other = pair[:: 1 if threads.setdefault(get_ident(), len(threads)) else -1]
            return bool(revoke(session, other, "admin") if way == "revoke" else close(session, other, actor))

        assert sorted(map(str, together(house, or_refusal(remove, Conflict)))) == ["Conflict", "True"]
        with house[0].transaction() as session:  # so that the next pair are the only two again
            session.execute(update(Staff).where(Staff.id.in_(pair)).values(active=False))
