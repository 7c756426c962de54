"""The second step: codes of a phone and recovery codes, each of them once."""

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.registry.models import Staff
from bot.registry.models_staff import RecoveryCode
from bot.registry.second_factor import (
    STEP_S,
    address_of,
    codes_left,
    new_recovery_codes,
    new_secret,
    passes,
    reseal_secrets,
    step_of,
    turn_off,
    turn_on,
)
from bot.registry.staff import make_staff
from core.secrets import Vault, new_data_key
from tests.conftest import DATA_KEY
from tests.fakes import FrozenClock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
VAULT = Vault(DATA_KEY)
NOW = FrozenClock()()


def code_at(moment):
    """What an authenticator shows then, by the library's own clock-reading."""
    return pyotp.TOTP(SECRET).at(moment)


@pytest.fixture
def wang(session):
    return make_staff(session, "wang", "王芳", "correct horse", "admin").id


@pytest.fixture
def codes(session, wang):
    return turn_on(session, wang, SECRET, 0, VAULT)


def test_a_code_of_now_passes_once(session, clock, wang, codes):
    code = code_at(clock())
    assert passes(session, wang, code, VAULT, clock())
    assert not passes(session, wang, code, VAULT, clock())


def test_an_older_code_is_refused_after_a_newer_one(session, clock, wang, codes):
    older = code_at(clock())
    clock.forward(seconds=STEP_S)
    assert passes(session, wang, code_at(clock()), VAULT, clock())
    assert not passes(session, wang, older, VAULT, clock())


def test_the_code_shown_while_turning_it_on_is_used_up(session, clock, wang):
    step = step_of(SECRET, code_at(clock()), clock())
    turn_on(session, wang, SECRET, step, VAULT)
    assert not passes(session, wang, code_at(clock()), VAULT, clock())


@pytest.mark.parametrize(("off_by", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_wrong(clock, off_by, fits):
    code = code_at(clock())
    clock.forward(seconds=off_by * STEP_S)
    assert (step_of(SECRET, code, clock()) is not None) == fits


@given(some.text(max_size=12) | some.from_regex(r"\d{6}", fullmatch=True))
def test_whatever_is_typed_is_a_code_or_is_not(text):
    right = {code_at(NOW.timestamp() + off) for off in (-STEP_S, 0, STEP_S)}
    assert (step_of(SECRET, text, NOW) is not None) == ("".join(text.split()) in right)


def test_a_code_may_be_typed_with_a_space(clock):
    code = code_at(clock())
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", clock()) is not None


def test_a_recovery_code_passes_once_however_it_is_written(session, clock, wang, codes):
    assert len(set(codes)) == 10
    assert passes(session, wang, f" {codes[0].upper().replace('-', ' ')} ", VAULT, clock())
    assert not passes(session, wang, codes[0], VAULT, clock())
    assert codes_left(session, wang) == 9


def test_new_recovery_codes_void_the_old(session, clock, wang, codes):
    fresh = new_recovery_codes(session, wang)
    assert not passes(session, wang, codes[0], VAULT, clock())
    assert passes(session, wang, fresh[0], VAULT, clock())


def test_neither_secret_nor_codes_lie_open_in_the_database(session, wang, codes):
    assert SECRET not in session.get(Staff, wang).totp_sealed
    kept = {each.code_hash for each in session.query(RecoveryCode)}
    assert not kept & {*codes, *(code.replace("-", "") for code in codes)}


def test_turned_off_no_code_passes_any_more(session, clock, wang, codes):
    assert turn_off(session, wang) and not turn_off(session, wang)
    assert not passes(session, wang, code_at(clock()), VAULT, clock())
    assert not passes(session, wang, codes[0], VAULT, clock())


def test_the_secret_survives_a_new_data_key(session, clock, wang, codes):
    new = new_data_key()
    assert reseal_secrets(session, Vault(f"{new},{DATA_KEY}")) == 1
    assert passes(session, wang, code_at(clock()), Vault(new), clock())


def test_the_qr_code_says_what_an_authenticator_reads():
    read = pyotp.parse_uri(address_of(SECRET, "wang"))
    assert (read.secret, read.name, read.issuer) == (SECRET, "wang", "全民反诈矩阵")
    assert len(new_secret()) == 32
