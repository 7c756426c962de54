from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.registry import people
from bot.registry.models import EventKind, Follower, FrozenDay, RegistrationEvent, UnitKind
from bot.registry.people import Registered
from core.clock import county_date
from core.errors import NotFound, Refusal
from core.secrets import Vault, new_data_key
from tests import make


@pytest.fixture
def vault():
    return Vault(new_data_key())


@pytest.fixture
def someone(session):
    return make.follower(session).id


def events(session):
    rows = select(RegistrationEvent.kind, RegistrationEvent.unit_id, RegistrationEvent.delta)
    return [tuple(row) for row in session.execute(rows.order_by(RegistrationEvent.id))]


def test_first_sight_makes_a_follower_and_the_second_finds_them(session, clock):
    openid = make.openid()
    first = people.follower_id_of(session, openid, clock(), "u:1")
    assert people.follower_id_of(session, openid, clock()) == first
    assert people.person_by_openid(session, openid).id == first


def test_openids_that_differ_by_case_are_two_people(session, clock):
    ids = {
        people.follower_id_of(session, openid, clock()) for openid in ("oAbc" + "x" * 24, "oaBC" + "x" * 24)
    }
    assert len(ids) == 2


def test_following_again_notes_the_moment_and_keeps_the_registration(session, clock, someone):
    unit = make.unit(session)
    people.register(session, someone, unit.id, 1, "chat", clock())
    clock.forward(days=1)
    people.followed(session, someone, "u:9", clock())
    person = people.person(session, someone)
    assert (person.followed_at, person.unit_id) == (clock(), unit.id)


def test_registering_writes_one_event_and_the_consent(session, clock, someone):
    unit = make.unit(session, "东镇")
    assert people.register(session, someone, unit.id, 3, "chat", clock()) == Registered("东镇", True, "")
    held = session.get(Follower, someone)
    assert (held.consent_version, held.consent_at, held.consent_by) == (3, clock(), "chat")
    assert events(session) == [(EventKind.JOINED, unit.id, 1)]


def test_moving_leaves_one_unit_and_enters_the_other_and_keeps_the_first_date(session, clock, someone):
    east, west = make.unit(session, "东镇"), make.unit(session, "西镇")
    people.register(session, someone, east.id, 1, "chat", registered := clock())
    clock.forward(days=3)
    assert people.register(session, someone, west.id, 1, "chat", clock()) == Registered("西镇", False, "东镇")
    assert events(session)[1:] == [(EventKind.MOVED_OUT, east.id, -1), (EventKind.MOVED_IN, west.id, 1)]
    assert people.person(session, someone).registered_at == registered


def test_the_same_unit_again_is_no_event(session, clock, someone):
    unit = make.unit(session, "东镇")
    people.register(session, someone, unit.id, 1, "chat", clock())
    assert people.register(session, someone, unit.id, 2, "chat", clock()) == Registered("东镇", False, "")
    assert len(events(session)) == 1 and people.person(session, someone).consent_version == 2


@pytest.mark.parametrize("kind", [UnitKind.GROUP, UnitKind.COUNTY])
def test_nobody_registers_with_a_group_or_the_county(session, clock, someone, kind):
    with pytest.raises(Refusal, match="具体单位"):
        people.register(session, someone, make.unit(session, kind=kind).id, 1, "chat", clock())


def test_nobody_registers_with_a_closed_unit(session, clock, someone):
    unit = make.unit(session)
    unit.closed_on = county_date(clock())
    session.flush()
    with pytest.raises(NotFound, match="已撤销"):
        people.register(session, someone, unit.id, 1, "chat", clock())


def test_somebody_erased_cannot_register(session, clock):
    with pytest.raises(NotFound):
        people.register(session, 999_999, make.unit(session).id, 1, "chat", clock())


def test_an_event_never_falls_on_a_frozen_day(session, clock, someone):
    today = county_date(clock())
    session.add(FrozenDay(day=today, last_event=0, frozen_at=clock()))
    session.flush()
    people.register(session, someone, make.unit(session).id, 1, "chat", clock())
    assert session.scalar(select(RegistrationEvent.day)) == today + timedelta(days=1)


def test_a_day_is_the_countys_day(session, clock, someone):
    late = clock().replace(hour=17)  # 01:00 of the next day in the county
    people.register(session, someone, make.unit(session).id, 1, "chat", late)
    assert session.scalar(select(RegistrationEvent.day)) == late.date() + timedelta(days=1)


def test_identity_and_age_are_codes_and_can_be_forgotten(session, someone):
    people.set_audience(session, someone, "herder")
    people.set_age_band(session, someone, "31-45")
    person = people.person(session, someone)
    assert (people.audience_words(person.audience), people.age_words(person.age_band)) == (
        "农牧民",
        "31–45岁",
    )
    people.set_audience(session, someone, "")
    assert people.audience_words(people.person(session, someone).audience) == "未填"
    with pytest.raises(Refusal):
        people.set_age_band(session, someone, "200")


@pytest.mark.parametrize(
    "typed", ["13812345678", " 138 1234 5678", "+86 138-1234-5678", "１３８１２３４５６７８"]
)
def test_a_phone_is_kept_sealed_and_found_by_its_hash(session, vault, someone, typed):
    people.set_phone(session, vault, someone, typed)
    held = session.get(Follower, someone)
    assert "13812345678" not in held.phone_sealed and held.phone_hash == vault.digest("phone", "13812345678")
    assert people.phone_of(session, vault, someone) == "13812345678"
    assert people.person(session, someone).has_phone
    people.set_phone(session, vault, someone, None)
    assert people.phone_of(session, vault, someone) is None and held.phone_hash is None


@pytest.mark.parametrize("typed", ["1381234567", "12812345678", "138123456789", "手机", "", "٠١٢٣٤٥٦٧٨٩٠"])
def test_what_is_not_a_mobile_number_is_refused(session, vault, someone, typed):
    with pytest.raises(Refusal, match="11 位"):
        people.set_phone(session, vault, someone, typed)


def test_phones_are_sealed_again_under_a_new_key(session, someone):
    old, new = new_data_key(), new_data_key()
    people.set_phone(session, Vault(old), someone, "13812345678")
    assert people.reseal_phones(session, Vault(f"{new},{old}")) == 1
    assert people.phone_of(session, Vault(new), someone) == "13812345678"
    assert session.get(Follower, someone).phone_hash == Vault(new).digest("phone", "13812345678")
