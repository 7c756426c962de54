"""Rates recomputed from the bare rows, in plain SQL and dictionaries; nothing of the product is used."""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import text

FAMILY = {"residents", "adults"}


def day_of(value):
    """SQLite gives a text, the servers a date."""
    return str(value)


def units_on(session, day):
    """{id: (code, kind, basis)} of the units open that day."""
    rows = session.execute(text("SELECT id, code, kind, basis, opened_on, closed_on FROM units")).all()
    based = defaultdict(list)
    for unit, since, basis in session.execute(text("SELECT unit_id, since, basis FROM unit_bases")).all():
        based[unit].append((day_of(since), basis))
    found = {}
    for unit, code, kind, basis, opened, closed in rows:
        if day_of(opened) <= day and (closed is None or day_of(closed) > day):
            dated = [value for since, value in sorted(based[unit]) if since <= day]
            found[unit] = (code, kind, dated[-1] if dated else basis)
    return found


def parents_on(session, day, units):
    parents = {}
    rows = session.execute(text("SELECT unit_id, since, parent_id FROM unit_places")).all()
    for unit, since, parent in sorted(rows, key=lambda row: day_of(row[1])):
        if day_of(since) <= day:
            parents[unit] = parent
    return {unit: parents.get(unit) if parents.get(unit) in units else None for unit in units}


def here_on(session, day):
    """People of each unit itself: every event replayed, person by person."""
    where = {}
    rows = session.execute(
        text("SELECT person_no, unit_id, delta FROM registration_events WHERE day <= :day ORDER BY id"),
        {"day": day},
    )
    for person, unit, delta in rows:
        if delta > 0:
            where[person] = unit
        elif where.get(person) == unit:
            del where[person]
    return Counter(where.values())


def heads_on(session, day):
    """{(unit, kind): people}."""
    rows = session.execute(text("SELECT unit_id, kind, since, id, count FROM head_counts")).all()
    valid = {}
    for unit, kind, since, _, count in sorted(rows, key=lambda row: (day_of(row[2]), row[3])):
        if day_of(since) <= day:
            valid[unit, kind] = count
    return valid


def recount(session, day):
    """{code: (people of itself, with all below, head-count, rate)} at the end of a day."""
    day = str(day)
    units, here, heads = units_on(session, day), here_on(session, day), heads_on(session, day)
    parents = parents_on(session, day, units)
    children = defaultdict(list)
    for unit, parent in parents.items():
        children[parent].append(unit)

    def people(unit):
        return here[unit] + sum(map(people, children[unit]))

    def head(unit, kind):
        if (unit, kind) in heads:
            return heads[unit, kind]
        below = [found for found in (head(child, kind) for child in children[unit]) if found is not None]
        return sum(below) if below else None

    told = {}
    for unit, (code, _, basis) in units.items():
        total, whole = people(unit), head(unit, basis)
        rate = None
        if whole:
            rate = float((Decimal(total) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP))
        told[code] = (here[unit], total, whole, rate)
    return told
