"""From where a login may be tried: guessing is slow, and never stops the right person at a known place."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from bot.registry.models_staff import SignInPlace
from bot.registry.sign_in import (
    STRANGERS_TRIES,
    TRIES,
    WRONG,
    Whence,
    address_place,
    admit,
    begin,
    forget_places,
    give_back,
    is_known,
)
from bot.registry.staff import make_staff
from core.errors import NotAllowed
from tests.fakes import FrozenClock

GOOD = "correct horse"
OFFICE, HOME, ATTACKER = Whence("10.0.0.1"), Whence("10.0.0.2"), Whence("203.0.113.9")


@pytest.fixture
def wang(session):
    return make_staff(session, "wang", "王芳", GOOD, "admin")


def fail(session, clock, whence, times=1, login="wang"):
    for _ in range(times):
        begin(session, login, whence, clock())


def may(session, clock, whence, login="wang"):
    try:
        begin(session, login, whence, clock())
    except NotAllowed as refused:
        assert refused.message == WRONG
        return False
    return True


def signed_in(session, clock, whence):
    """A sign-in from there; the same place with the browser's new cookie."""
    _, token = admit(session, begin(session, "wang", whence, clock()), whence, clock())
    return Whence(whence.address, token)


def hammer(session, clock, times):
    """That many failures, each from another address."""
    for n in range(times):
        fail(session, clock, Whence(f"198.51.{n // 250}.{n % 250}"))


def test_five_failures_lock_the_address_for_a_quarter_of_an_hour(session, clock, wang):
    fail(session, clock, ATTACKER, TRIES)
    assert not may(session, clock, ATTACKER)
    clock.forward(minutes=15, seconds=1)
    assert may(session, clock, ATTACKER)


def test_the_lock_grows_up_to_eight_hours(session, clock, wang):
    fail(session, clock, ATTACKER, TRIES)
    for minutes in (30, 60, 120, 240, 480, 480):
        clock.forward(hours=9)
        fail(session, clock, ATTACKER)
        locked = session.scalars(
            select(SignInPlace.locked_until).where(SignInPlace.place.startswith("address"))
        )
        assert locked.one() - clock() == timedelta(minutes=minutes)


def test_a_day_without_a_failure_is_a_new_beginning(session, clock, wang):
    fail(session, clock, ATTACKER, TRIES - 1)
    clock.forward(days=1, seconds=1)
    fail(session, clock, ATTACKER, TRIES - 1)
    assert may(session, clock, ATTACKER)


def test_a_lock_at_one_address_does_not_stop_another(session, clock, wang):
    fail(session, clock, ATTACKER, TRIES)
    assert may(session, clock, OFFICE)


def test_a_sign_in_clears_the_failures_of_its_place(session, clock, wang):
    for _ in range(3):
        fail(session, clock, OFFICE, TRIES - 1)
        signed_in(session, clock, OFFICE)


def test_an_attack_from_everywhere_stops_strangers_but_not_a_known_browser_or_address(session, clock, wang):
    known = signed_in(session, clock, OFFICE)
    hammer(session, clock, STRANGERS_TRIES)
    assert not may(session, clock, HOME)
    assert may(session, clock, Whence("192.0.2.77", known.device))
    assert may(session, clock, Whence(OFFICE.address))


def test_an_attack_from_the_persons_own_address_does_not_stop_the_known_browser(session, clock, wang):
    known = signed_in(session, clock, OFFICE)
    fail(session, clock, Whence(OFFICE.address), TRIES)
    assert not may(session, clock, Whence(OFFICE.address))
    assert may(session, clock, known)


def test_the_browser_of_one_person_is_not_known_for_another(session, clock, wang):
    make_staff(session, "li", "李强", GOOD, "viewer")
    known = signed_in(session, clock, OFFICE)
    assert not is_known(session, "li", known, clock())


def test_a_known_browser_is_locked_by_its_own_failures_alone(session, clock, wang):
    known = signed_in(session, clock, OFFICE)
    fail(session, clock, known, TRIES)
    assert not may(session, clock, known)
    assert may(session, clock, OFFICE)


def test_the_proof_of_a_browser_moves_on_at_each_sign_in_and_ends_after_half_a_year(session, clock, wang):
    first = signed_in(session, clock, OFFICE)
    second = signed_in(session, clock, first)
    assert not is_known(session, "wang", first, clock())
    clock.forward(days=179)
    assert is_known(session, "wang", second, clock())
    clock.forward(days=2)
    assert not is_known(session, "wang", second, clock())


@pytest.mark.parametrize("device", ["", "made-up", "x" * 200, "设备"])
def test_a_made_up_proof_is_worth_nothing(session, clock, wang, device):
    assert not is_known(session, "wang", Whence("10.0.0.9", device), clock())


def test_a_login_that_does_not_exist_is_locked_like_one_that_does(session, clock, wang):
    for login in ("wang", "nobody"):
        assert [may(session, clock, ATTACKER, login) for _ in range(TRIES + 2)] == [True] * TRIES + [
            False
        ] * 2
    counted = session.execute(select(SignInPlace.place, SignInPlace.failures)).all()
    assert sorted(counted) == sorted([(address_place(ATTACKER.address), TRIES), ("strangers", TRIES)] * 2)


def test_what_was_typed_as_login_is_not_kept(session, clock):
    fail(session, clock, ATTACKER, login="my-secret-password")
    kept = session.execute(select(SignInPlace.__table__)).all()
    assert "my-secret-password" not in str(kept)


def test_a_right_password_before_a_second_step_gives_its_own_try_back_and_no_more(session, clock, wang):
    for _ in range(3):
        fail(session, clock, ATTACKER)
        give_back(session, begin(session, "wang", ATTACKER, clock()), clock())
    fail(session, clock, ATTACKER, TRIES - 3)
    assert not may(session, clock, ATTACKER)


def test_strangers_who_prove_themselves_do_not_free_other_strangers(session, clock, wang):
    hammer(session, clock, STRANGERS_TRIES - 2)
    signed_in(session, clock, HOME)
    hammer(session, clock, 2)
    assert not may(session, clock, Whence("192.0.2.1"))


def test_one_network_of_ipv6_is_one_address(session, clock, wang):
    assert address_place("2001:db8::1") == address_place("2001:db8::ffff") != address_place("2001:db8:0:1::1")
    assert address_place("::ffff:10.0.0.1") == address_place("10.0.0.1")
    assert address_place("") == address_place("strange") == "address ?"


def test_an_account_closed_meanwhile_is_not_let_in(session, clock, wang):
    attempt = begin(session, "wang", OFFICE, clock())
    wang.active = False
    with pytest.raises(NotAllowed):
        admit(session, attempt, OFFICE, clock())


def test_forgotten_places_are_deleted_and_known_ones_stay(session, clock, wang):
    signed_in(session, clock, OFFICE)
    fail(session, clock, ATTACKER, login="nobody")
    clock.forward(days=2)
    assert forget_places(session, clock()) == 3  # the stranger's address, and strangers twice
    clock.forward(days=200)
    assert forget_places(session, clock()) == 2
    assert session.scalars(select(SignInPlace)).all() == []


STEPS = some.lists(
    some.tuples(some.sampled_from(["guess", "sign-in", "wait"]), some.integers(0, 3), some.integers(1, 600)),
    max_size=60,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_strangers_do_a_known_browser_gets_in_and_guesses_stay_few(session, wang, steps):
    """Guesses come from four addresses, the person's own among them, at any pace; each address gets few."""
    clock = FrozenClock()
    with session.begin_nested() as undone:
        known, guesses = signed_in(session, clock, OFFICE), 0
        for what, address, minutes in steps:
            if what == "guess":
                guesses += may(session, clock, Whence(f"10.0.0.{address}"))
            elif what == "sign-in":
                known = signed_in(session, clock, known)
            else:
                clock.forward(minutes=minutes)
        assert may(session, clock, known)
        passed = (clock() - FrozenClock()()) / timedelta(days=1)
        assert guesses <= 4 * TRIES * (2 + 6 * passed)
        undone.rollback()
