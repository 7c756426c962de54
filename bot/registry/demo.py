"""Loading the demo county and removing it again: invented units and people, marked as demo in every row."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, groupby
from typing import Any

from sqlalchemy import Date, Select, Table, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.registry import consent, counts
from bot.registry.demo_county import BANNER, GROUP, MEMBERS, PEOPLE, RESIDENTS, SOURCE, TOWNS, Town
from bot.registry.demo_reports import app_reports
from bot.registry.models import (
    AppReport,
    BroughtIn,
    CountKind,
    DailyCount,
    EventKind,
    FamilyMember,
    Follower,
    FrozenDay,
    HeadCount,
    Promoter,
    Reconciled,
    Reconciling,
    RegistrationEvent,
    Staff,
    StaffRole,
    SyncSeen,
    Unit,
    UnitKind,
    UnitName,
    UnitPlace,
)
from bot.registry.models_units import FormerName, UnitBasis, UnitMerger, UnitPlan
from bot.registry.people import AGE_BANDS
from bot.registry.units import VERSION, touch, usual_basis
from core.clock import COUNTY_TIME, county_date
from core.db import Base
from core.errors import Conflict
from core.secrets import Vault

SEED = 96110
DAYS = 365
CHUNK = 5000
UNSEEN: dict[str, Any] = {"synchronize_session": False}
ONE_DAY = timedelta(days=1)
STAFF_SHARE = 0.82
"""How many of a member unit's staff have registered, on average."""
BANDS = ["", *(code for code, _ in AGE_BANDS)]
VILLAGERS = ["", "resident", "herder", "employee", "parent", "trader", "elder", "migrant", "student"]
TOLD: tuple[tuple[list[str], list[int]], ...] = (
    (VILLAGERS, [25, 26, 22, 4, 8, 5, 6, 3, 1]),
    (BANDS, [20, 3, 17, 27, 23, 10]),
    (["", "employee", "finance"], [20, 72, 8]),
    (BANDS, [15, 0, 25, 35, 25, 0]),
)
"""What people tell about themselves and how often: identity and age of villagers, then of staff."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was loaded."""

    units: int
    residents: int
    people: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Place:
    """A unit to be loaded, before it has an id. `registered` people go to the unit itself."""

    code: str
    name: str
    kind: UnitKind
    parent: str | None
    head_count: int | None
    registered: int = 0
    short_names: tuple[str, ...] = ()


def load_demo(session: Session, now: datetime, vault: Vault) -> DemoResult:
    """Add the demo county with a year of registrations up to yesterday, those days frozen.

    The same `now` gives the same people: everything comes from one seed. Demo people have openids beginning
    oDEMO and negative person numbers, so that their events are known as demo even after an erasure.
    Raises Conflict when the county is loaded already. No phone is invented, so `vault` seals nothing here.
    """
    if session.scalar(select(func.count()).select_from(Unit).where(Unit.demo)):
        raise Conflict("演示旗县已经在库里。要重新载入，请先运行 remove-demo。")
    luck = random.Random(SEED)
    places = planned(luck)
    last = county_date(now) - ONE_DAY
    first = last - ONE_DAY * (DAYS - 1)
    ids = add_places(session, places, first, now)
    version = consent.ensure(session, now)
    people = _people(luck, places, ids, first)
    _insert_people(session, people, version)
    _freeze(session, people, last, now)
    _insert(session, AppReport, list(app_reports(luck, places, ids, last, now)))
    touch(session, VERSION)
    return DemoResult(len(places), RESIDENTS, len(people), first, last)


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """`total` split by the weights into whole numbers that add up to it exactly."""
    steps = list(accumulate(weights))
    marks = [0, *(round(total * step / steps[-1]) for step in steps)]
    return [after - before for before, after in zip(marks, marks[1:], strict=False)]


def planned(luck: random.Random) -> list[Place]:
    """The banner, its towns with their villages, and the member units, parents first."""
    staff = [round(member.staff * min(0.95, luck.gauss(STAFF_SHARE, 0.12))) for member in MEMBERS]
    banner = Place("DEMO", BANNER, UnitKind.COUNTY, None, RESIDENTS)
    group = Place("DEMO-M", GROUP, UnitKind.GROUP, "DEMO", None)
    members = [
        Place(f"DEMO-M{n:02}", name, kind, "DEMO-M", size, staff[n - 1], short_names)
        for n, (name, kind, size, short_names) in enumerate(MEMBERS, 1)
    ]
    weights = [town.residents * town.pull for town in TOWNS]
    shares = _shared(PEOPLE - sum(staff), weights)
    towns = [
        place
        for n, (town, share) in enumerate(zip(TOWNS, shares, strict=True), 1)
        for place in _town(luck, f"DEMO-{n}", town, share)
    ]
    return [banner, *towns, group, *members]


def _town(luck: random.Random, code: str, town: Town, registered: int) -> list[Place]:
    sizes = _shared(town.residents, [luck.uniform(0.6, 1.5) for _ in town.villages])
    joined = _shared(registered, [size * luck.uniform(0.7, 1.25) for size in sizes])
    rows = zip(town.villages, sizes, joined, strict=True)
    villages = [
        Place(f"{code}{n:02}", name, UnitKind.VILLAGE, code, size, people)
        for n, (name, size, people) in enumerate(rows, 1)
    ]
    return [Place(code, town.name, town.kind, "DEMO", town.residents), *villages]


def add_places(session: Session, places: list[Place], since: date, now: datetime) -> dict[str, int]:
    """Add the places, open since `since`, and return their ids by code."""
    ids: dict[str, int] = {}
    heads: list[Row] = []
    for place in places:
        basis, parent_id = usual_basis(place.kind), ids.get(place.parent or "")
        unit = Unit(
            code=place.code, name=place.name, kind=place.kind, parent_id=parent_id, basis=basis,
            opened_on=since, demo=True,
        )  # fmt: skip
        session.add(unit)
        session.flush()
        ids[place.code] = unit.id
        session.add(UnitPlace(unit_id=unit.id, since=since, parent_id=parent_id))
        session.add_all(UnitName(unit_id=unit.id, name=name) for name in place.short_names)
        heads += _head_counts(unit.id, place, since, now)
    session.flush()
    _insert(session, HeadCount, heads)
    return ids


def _head_counts(unit_id: int, place: Place, since: date, now: datetime) -> list[Row]:
    if place.head_count is None:
        return []
    counted = {usual_basis(place.kind): place.head_count}
    if CountKind.RESIDENTS in counted:
        counted[CountKind.ADULTS] = round(place.head_count * 0.64)
    row = {"unit_id": unit_id, "since": since, "source": SOURCE, "entered_at": now}
    return [row | {"kind": kind, "count": count} for kind, count in counted.items()]


def _daily_odds(first: date) -> list[float]:
    """How likely a registration falls on each day: a launch that fades, campaigns, fewer on weekends."""
    odds = []
    for n in range(DAYS):
        launch = 3.0 * 0.97**n
        campaign = sum(2.2 * max(0.0, 1 - abs(n - peak) / 9) for peak in (62, 135, 204, 290, 338))
        weekend = 0.55 if (first + ONE_DAY * n).weekday() >= 5 else 1.0
        odds.append((0.8 + launch + campaign) * weekend)
    return odds


def _people(luck: random.Random, places: list[Place], ids: dict[str, int], first: date) -> list[Row]:
    """One row for each person, in the order they followed; they register in the same minute."""
    homes = [place for place in places for _ in range(place.registered)]
    luck.shuffle(homes)
    odds = list(accumulate(_daily_odds(first)))
    days = sorted(luck.choices(range(DAYS), cum_weights=odds, k=len(homes)))
    told = zip(*(_told(luck, *odds, len(homes)) for odds in TOLD), strict=True)
    rows = zip(homes, _moments(luck, first, days), told, strict=True)
    return [_person(n, ids[place.code], place.kind, at, told) for n, (place, at, told) in enumerate(rows, 1)]


def _told(luck: random.Random, words: Sequence[str], odds: Sequence[int], people: int) -> list[str]:
    return luck.choices(words, odds, k=people)


def _moments(luck: random.Random, first: date, days: list[int]) -> list[datetime]:
    """Mostly in the evening, and never two on a day in the wrong order."""
    start = datetime.combine(first, time(), COUNTY_TIME)
    return sorted(
        start + timedelta(days=day, seconds=int(luck.triangular(25_000, 81_000, 68_000))) for day in days
    )


def _person(n: int, unit_id: int, kind: UnitKind, at: datetime, told: tuple[str, ...]) -> Row:
    audience, age_band, at_work, at_work_age = told
    staff = kind != UnitKind.VILLAGE
    return {
        "openid": f"oDEMO{hashlib.sha256(f'{SEED}:{n}'.encode()).hexdigest()[:23]}", "person_no": -n,
        "unit_id": unit_id, "followed_at": at, "scene": "", "consent_by": "demo", "demo": True,
        "audience": at_work if staff else audience, "age_band": at_work_age if staff else age_band,
    }  # fmt: skip


def _insert_people(session: Session, people: list[Row], version: int) -> None:
    """Events and the moments of registering are copied inside the database, which is many times faster."""
    _insert(session, Follower, people)
    at = Follower.followed_at
    registered = update(Follower).where(Follower.demo).values(
        registered_at=at, consent_at=at, consent_version=version
    )  # fmt: skip
    session.execute(registered.execution_options(**UNSEEN))
    for day, same_day in groupby(people, key=lambda person: person["followed_at"].date()):
        numbers = [person["person_no"] for person in same_day]
        _join(session, day, numbers[-1], numbers[0])


def _join(session: Session, day: date, lowest: int, highest: int) -> None:
    joined = select(
        Follower.followed_at, literal(day, Date), Follower.unit_id, Follower.person_no,
        literal(EventKind.JOINED.value), literal(1),
    ).where(Follower.person_no.between(lowest, highest)).order_by(Follower.person_no.desc())  # fmt: skip
    columns = ["at", "day", "unit_id", "person_no", "kind", "delta"]
    session.execute(insert(RegistrationEvent).from_select(columns, joined))


def _insert(session: Session, model: type[Base], rows: list[Row]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(table), rows[start : start + CHUNK])


def _freeze(session: Session, people: list[Row], last: date, now: datetime) -> None:
    """Days frozen before the demo came get its counts beside what they hold; then the rest is frozen."""
    total: dict[int, int] = {}
    waiting = iter(people)
    person = next(waiting, None)
    rows = []
    for day in session.scalars(select(FrozenDay.day).order_by(FrozenDay.day)):
        while person is not None and person["followed_at"].date() <= day:
            total[person["unit_id"]] = total.get(person["unit_id"], 0) + 1
            person = next(waiting, None)
        rows += [{"day": day, "unit_id": unit, "registered_here": count} for unit, count in total.items()]
    _insert(session, DailyCount, rows)
    counts.freeze(session, last, now)


def demo_openids(session: Session) -> Iterator[str]:
    """The openids of the demo people who follow now."""
    people = select(Follower.openid).where(Follower.demo).order_by(Follower.id)
    yield from session.scalars(people)


def remove_demo(session: Session, *, force: bool = False) -> int:
    """Delete every demo row and nothing else; how many demo people that were.

    The caller first deletes what other rooms hold about demo people. Raises Conflict when a real unit stands
    under a demo one, or real people ever registered with a demo unit; with `force` those people stay as
    followers without a unit, and their events in demo units go. Where a demo person went through a real unit,
    these steps go too, from the events and from the frozen days.
    """
    units = select(Unit.id).where(Unit.demo)
    real = select(func.count(func.distinct(RegistrationEvent.person_no))).where(
        RegistrationEvent.unit_id.in_(units), RegistrationEvent.person_no > 0
    )
    if (strangers := session.scalar(real) or 0) and not force:
        raise Conflict(f"有 {strangers} 位真实用户登记在演示单位。确定要一并清除他们的登记，请加 --force。")
    if name := session.scalar(select(Unit.name).where(Unit.parent_id.in_(units), Unit.demo.is_(False))):
        raise Conflict(f"“{name}”还挂在演示单位下面。请先把它移到别处。")
    people = session.scalar(select(func.count()).select_from(Follower).where(Follower.demo)) or 0
    _set_free(session, units)
    _delete_people(session, units)
    _delete_units(session, units)
    touch(session, VERSION)
    session.expire_all()
    return people


def _set_free(session: Session, units: Select[int]) -> None:
    blank = {
        "unit_id": None, "registered_at": None, "consent_version": None, "consent_at": None, "consent_by": ""
    }  # fmt: skip
    real = Follower.unit_id.in_(units) & Follower.demo.is_(False)
    session.execute(update(Follower).where(real).values(blank).execution_options(**UNSEEN))


def _delete_people(session: Session, units: Select[int]) -> None:
    people = select(Follower.id).where(Follower.demo)
    brought_by = select(Promoter.id).where(Promoter.unit_id.in_(units))
    event = RegistrationEvent
    _take_back(session, units)
    gone = (
        delete(FamilyMember).where(FamilyMember.follower_id.in_(people)),
        delete(BroughtIn).where(BroughtIn.follower_id.in_(people) | BroughtIn.promoter_id.in_(brought_by)),
        delete(SyncSeen).where(SyncSeen.follower_id.in_(people)),
        delete(event).where((event.person_no < 0) | event.unit_id.in_(units)),
        delete(Follower).where(Follower.demo),
    )
    for each in gone:
        session.execute(each.execution_options(**UNSEEN))


def _take_back(session: Session, units: Select[int]) -> None:
    """Take the demo people who went through real units out of the frozen counts of those units."""
    event, held = RegistrationEvent, DailyCount
    strayed = (event.person_no < 0) & event.unit_id.not_in(units)
    steps = select(event.unit_id, event.day, event.delta).where(strayed)
    for unit_id, day, delta in session.execute(steps).all():
        since = (held.unit_id == unit_id) & (held.day >= day)
        change = update(held).where(since).values(registered_here=held.registered_here - delta)
        session.execute(change.execution_options(**UNSEEN))
    session.execute(delete(held).where(held.registered_here == 0))


def _delete_units(session: Session, units: Select[int]) -> None:
    ids = list(session.scalars(units))
    of_units = (AppReport, DailyCount, HeadCount, UnitPlace, UnitName, Promoter, Reconciling, Reconciled,
                FormerName, UnitBasis, UnitMerger, UnitPlan)  # fmt: skip
    session.execute(delete(UnitMerger).where(UnitMerger.into_id.in_(ids)))
    session.execute(delete(UnitPlan).where(UnitPlan.into_id.in_(ids)))
    for held in of_units:
        session.execute(delete(held).where(held.unit_id.in_(ids)))
    demo_staff = select(Staff.id).where(Staff.demo)
    session.execute(delete(StaffRole).where(StaffRole.unit_id.in_(ids) | StaffRole.staff_id.in_(demo_staff)))
    session.execute(delete(Staff).where(Staff.demo))
    session.execute(update(Unit).where(Unit.id.in_(ids)).values(parent_id=None))
    session.execute(delete(Unit).where(Unit.id.in_(ids)))
    first = session.scalar(select(func.min(RegistrationEvent.day)))
    empty = delete(FrozenDay) if first is None else delete(FrozenDay).where(FrozenDay.day < first)
    session.execute(empty)
