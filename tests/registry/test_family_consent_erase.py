from datetime import date

import pytest
from sqlalchemy import func, select

from bot.registry import consent, erase, family, people
from bot.registry.models import Departed, EventKind, FamilyMember, Follower, RegistrationEvent, UnitKind
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal
from core.secrets import Vault, new_data_key
from tests import make

NEW = "新的说明：只存您的单位和登记时间，发送“注销”就会删除。"


@pytest.fixture
def vault():
    return Vault(new_data_key())


def registered(session, clock, unit):
    follower_id = make.follower(session).id
    people.register(session, follower_id, unit.id, 1, "chat", clock())
    return follower_id


def test_family_members_are_listed_and_removed(session):
    mine, other = make.follower(session).id, make.follower(session).id
    member = family.add(session, mine, " 奶奶 ", "grandparent", "over60")
    assert [(m.called, family.word_of(m.relation)) for m in family.listed(session, mine)] == [
        ("奶奶", "祖父母")
    ]
    with pytest.raises(NotFound):
        family.remove(session, other, member)
    family.remove(session, mine, member)
    assert family.listed(session, mine) == []


def test_a_ninth_family_member_is_refused(session):
    mine = make.follower(session).id
    for n in range(8):
        family.add(session, mine, f"家人{n}", "other")
    with pytest.raises(Conflict, match="8"):
        family.add(session, mine, "家人九", "other")


@pytest.mark.parametrize("called", ["", "  ", "长" * 21, "奶奶 13812345678"])
def test_a_family_member_has_a_short_name_without_numbers(session, called):
    with pytest.raises(Refusal):
        family.add(session, make.follower(session).id, called, "other")


def test_coverage_counts_family_in_the_unit_and_below(session, clock):
    town = make.unit(session, "东镇", code="T")
    village = make.unit(session, "一村", parent=town, code="V", kind=UnitKind.VILLAGE)
    for unit, relatives in ((town, 1), (village, 2)):
        follower_id = registered(session, clock, unit)
        for n in range(relatives):
            family.add(session, follower_id, f"家人{n}", "other")
    family.add(session, make.follower(session).id, "没登记的", "other")
    assert family.coverage(session, county_date(clock())) == {"T": 3, "V": 2}


def test_the_first_consent_text_is_there_before_anything_is_stored(session, clock):
    version, text = consent.current(session)
    assert version == 1 == consent.ensure(session, clock()) == consent.ensure(session, clock())
    assert consent.text_of(session, 1) == text and "注销" in text and "取消关注" in text


def test_a_changed_consent_text_is_a_new_version_and_the_old_one_stays(session, clock):
    _, first = consent.current(session)
    assert consent.change(session, NEW, clock()) == 2 == consent.change(session, f" {NEW} ", clock())
    assert (consent.current(session), consent.text_of(session, 1)) == ((2, NEW), first)
    with pytest.raises(NotFound):
        consent.text_of(session, 3)


def test_erasing_leaves_an_event_and_a_hash_and_nothing_else(session, clock, vault):
    unit = make.unit(session)
    follower_id = registered(session, clock, unit)
    openid = people.person(session, follower_id).openid
    people.set_phone(session, vault, follower_id, "13812345678")
    family.add(session, follower_id, "奶奶", "grandparent")
    erase.erase(session, follower_id, vault, clock(), by_wish=True)
    for model in (Follower, FamilyMember):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    kinds = list(session.scalars(select(RegistrationEvent.kind).order_by(RegistrationEvent.id)))
    assert kinds == [EventKind.JOINED, EventKind.LEFT]
    mark = session.scalars(select(Departed)).one()
    assert (mark.openid_hash, mark.until, mark.by_wish) == (
        vault.digest("openid", openid),
        date(2026, 3, 31),
        True,
    )


def test_erasing_twice_does_nothing_the_second_time(session, clock, vault):
    follower_id = registered(session, clock, make.unit(session))
    for _ in range(2):
        erase.erase(session, follower_id, vault, clock(), by_wish=False)
    assert session.scalar(select(func.sum(RegistrationEvent.delta))) == 0


def test_erasing_somebody_who_never_registered_writes_no_event(session, clock, vault):
    erase.erase(session, make.follower(session).id, vault, clock(), by_wish=False)
    assert session.scalar(select(func.count()).select_from(RegistrationEvent)) == 0


def test_leaving_a_second_time_in_a_month_keeps_one_hash(session, clock, vault):
    openid = make.openid()
    for wish in (True, False):
        follower_id = people.follower_id_of(session, openid, clock())
        erase.erase(session, follower_id, vault, clock(), by_wish=wish)
    assert session.scalars(select(Departed)).one().by_wish is False


@pytest.mark.parametrize(
    ("day", "end"), [(date(2026, 2, 1), 28), (date(2028, 2, 29), 29), (date(2026, 12, 31), 31)]
)
def test_a_month_ends_on_its_last_day(day, end):
    assert erase.month_end(day) == day.replace(day=end)
