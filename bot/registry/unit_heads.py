"""What changed a unit's head-count between two days: the entries it is made of, one by one."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.registry.history import Head, History, history
from bot.registry.models import CountKind


class HeadChange(NamedTuple):
    """One unit's part of a head-count, before and after; None where it had none or was not counted."""

    code: str
    name: str
    before: int | None
    after: int | None
    entry: Head | None
    """The entry that holds at the end, with its source."""


def head_changes(past: History, unit_id: int, days: tuple[date, date], kind: CountKind) -> list[HeadChange]:
    """The entries behind the unit's head-count of that kind that differ at the end of the two days.

    Their differences, None counted as 0, add up to the difference of the head-count.
    """
    old, new = (parts(past, unit_id, day, kind) for day in days)
    named = {unit.id: unit for unit in past.units}
    changed = [key for key in old | new if _people(old, key) != _people(new, key)]
    return [
        HeadChange(named[key].code, named[key].name, _people(old, key), _people(new, key), new.get(key))
        for key in sorted(changed, key=lambda key: named[key].code)
    ]


def _people(parts: dict[int, Head], key: int) -> int | None:
    return parts[key].people if key in parts else None


def parts(past: History, unit_id: int, day: date, kind: CountKind) -> dict[int, Head]:
    """The entries that make up the unit's head-count: its own, else those of the units below, the highest of each line."""
    tree = past.tree(day)
    found: dict[int, Head] = {}
    waiting, seen = [unit_id] if unit_id in tree.units else [], set()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        own = past.head(key, kind, day)
        if own is not None:
            found[key] = own
        else:
            waiting.extend(tree.children.get(key, []))
    return found


def own_heads(session: Session, unit_ids: Iterable[int], day: date) -> list[tuple[str, int]]:
    """(name, people) of those of the units that have a head-count of their own, of the kind their rate is taken of."""
    past = history(session)
    units, found = past.tree(day).units, []
    for key in unit_ids:
        if key in units and (own := past.head(key, units[key].basis, day)) is not None:
            found.append((units[key].name, own.people))
    return found
