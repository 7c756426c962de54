"""What is asked lately, in people, and nothing that tells of fewer than five."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import issue_notes
from bot.content.radar import LEAST, REST, Part, parts, radar
from bot.registry.models import AuditEntry, UnitKind
from bot.talk import ledger
from bot.talk.ledger import Entry
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal
from tests import make


@pytest.fixture
def county(session):
    top = make.unit(session, "演示旗", kind=UnitKind.COUNTY)
    north, south = (make.unit(session, name, parent=top) for name in ("北镇", "南镇"))
    village = make.unit(session, "东村", parent=north, kind=UnitKind.VILLAGE)
    office = make.unit(session, "民政局", parent=top, kind=UnitKind.AGENCY)
    return {"north": north, "south": south, "village": village, "office": office}


@pytest.fixture
def asks(session, clock):
    def write(people, unit=None, *, days_ago=0, code="shuadan", audience="herder", outcome="card", times=1):
        made = []
        for _ in range(people):
            person = make.follower(session, unit_id=unit and unit.id, audience=audience if unit else "")
            made.append(person)
            for _ in range(times):
                at = clock() - timedelta(days=days_ago)
                entry = Entry(make.openid(), at, "text", outcome, ["…"], "问", code)
                ledger.keep(session, entry, person.id)
        return made

    return write


def seen(session, clock):
    return radar(session, county_date(clock()))


def test_people_are_counted_not_messages_by_type_town_and_audience(session, clock, county, asks):
    asks(5, county["village"], times=3)
    asks(6, county["south"], audience="elder")
    (rise,) = seen(session, clock).types
    assert (rise.code, rise.people) == ("shuadan", 11)
    assert rise.towns == [Part("南镇", 6), Part("北镇", 5)]
    assert rise.audiences == [Part("老年人", 6), Part("农牧民", 5)]


def test_fewer_than_five_people_are_not_shown(session, clock, county, asks):
    asks(4, county["north"], times=9)
    assert seen(session, clock).types == [] and seen(session, clock).hidden == 1
    asks(1, county["north"])
    assert [rise.people for rise in seen(session, clock).types] == [5]


def test_a_small_part_cannot_be_had_by_subtraction(session, clock, county, asks):
    asks(9, county["north"])
    asks(7, county["south"])
    asks(3, county["office"])
    (rise,) = seen(session, clock).types
    assert rise.towns == [Part("北镇", 9), Part(REST, 10)]


@given(
    st.dictionaries(
        st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3), st.integers(1, 30), min_size=1, max_size=8
    )
)
def test_whatever_the_parts_nothing_below_five_is_shown_or_left_over(counts):
    total, shown = sum(counts.values()), parts(counts)
    named = {part.name: part.people for part in shown if part.name != REST}
    assert all(counts[name] == people >= LEAST for name, people in named.items())
    left = {name: people for name, people in counts.items() if name not in named}
    rest = [part.people for part in shown if part.name == REST]
    if not left:
        assert rest == []
    elif total >= LEAST:
        assert rest == [sum(left.values())] and (len(left) > 1 or total == left[min(left)] < LEAST)
        assert min(sum(left.values()), total) >= LEAST
    else:
        assert rest == [None] and not named


def test_the_rise_is_measured_against_the_mean_of_four_weeks(session, clock, county, asks):
    asks(12, county["north"])
    for days_ago, people in ((7, 8), (15, 8), (22, 4), (34, 4)):
        asks(people, county["north"], days_ago=days_ago)
    asks(50, county["north"], days_ago=36)
    (rise,) = seen(session, clock).types
    assert (rise.people, rise.mean, rise.change) == (12, 6.0, 1.0)


def test_too_few_people_before_are_no_mean(session, clock, county, asks):
    asks(6, county["north"])
    asks(4, county["north"], days_ago=10)
    (rise,) = seen(session, clock).types
    assert rise.mean is None and rise.change is None


def test_emergencies_are_a_row_of_their_own_and_the_unregistered_a_town(session, clock, asks):
    asks(6, outcome="emergency", code=None)
    (rise,) = seen(session, clock).types
    assert (rise.code, rise.towns, rise.audiences) == ("emergency", [Part("未登记", 6)], [Part("未填写", 6)])


def test_the_edges_are_the_countys_days(session, clock, county, asks):
    clock.moment = clock.moment.replace(hour=15, minute=59)  # 23:59 in the county
    asks(5, county["north"], days_ago=6)
    asks(5, county["north"], days_ago=7, code="kefu")
    assert [rise.code for rise in seen(session, clock).types] == ["shuadan"]


def test_an_empty_county_has_an_empty_radar(session, clock):
    assert seen(session, clock).types == [] and seen(session, clock).hidden == 0


def test_who_was_erased_is_not_counted(session, clock, county, asks):
    people = asks(5, county["north"])
    ledger.forget(session, people[0].id)
    assert seen(session, clock).types == []


def test_parts_of_types_add_up_to_the_people_of_the_type(session, clock, county, asks):
    asks(8, county["north"])
    asks(2, county["south"])
    asks(3, county["office"])
    (rise,) = seen(session, clock).types
    assert sum(Counter(dict(rise.towns)).values()) == rise.people == 13


def test_a_line_for_the_issue_is_kept_once_with_who_and_when(session, clock, library):
    made = issue_notes.put_aside(session, " 刷单  又多了 ", "shuadan", "李工", clock())
    assert (made.text, made.actor, made.at, made.week.isoweekday()) == ("刷单 又多了", "李工", clock(), 1)
    for text, code, fault in (
        ("刷单 又多了", "", Conflict),
        ("x", "", Refusal),
        ("很好的一条", "nothing", NotFound),
    ):
        with pytest.raises(fault):
            issue_notes.put_aside(session, text, code, "李工", clock())
    week = issue_notes.week_of(county_date(clock()))
    assert len(issue_notes.notes_of(session, week)) == 1
    issue_notes.take_out(session, made.id, "王工", clock())
    assert issue_notes.notes_of(session, week) == []
    with pytest.raises(NotFound):
        issue_notes.take_out(session, made.id, "王工", clock())
    assert session.query(AuditEntry).filter(AuditEntry.action.like("issue.%")).count() == 2
