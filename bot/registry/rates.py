"""Registration rates: the people counted on a day, rolled up that day's tree, over its head-counts."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.counts import freeze, registered_here
from bot.registry.models import CountKind, HeadCount, UnitKind
from bot.registry.units import PlacedUnit, unit_tree
from bot.registry.verify import verify
from core.errors import NotFound

__all__ = ["UnitRate", "freeze", "rate_rows", "registered_here", "verify"]


class UnitRate(NamedTuple):
    """One unit on one day. `level` is 0 for the top row; `rate` a fraction, None without a head-count."""

    code: str
    name: str
    parent: str | None
    kind: UnitKind
    level: int
    registered_here: int
    registered: int
    head_count: int | None
    rate: float | None


def rate_rows(
    session: Session, day: date, *, kind: CountKind | None = None, parent: str | None = None
) -> list[UnitRate]:
    """Every unit open on that county day in tree order, or the unit with code `parent` and all below it.

    The head-count is the unit's own latest row valid that day of the asked kind (its `basis` when none is
    asked), else the sum over its children where any has one. Raises NotFound for an unknown `parent`.
    """
    tree = unit_tree(session, day)
    order = _in_tree_order(tree, parent)
    here = registered_here(session, day)
    below = _rolled_up(tree, order, here)
    heads = _head_counts(session, day, order, kind)
    return [
        UnitRate(
            unit.code, unit.name, _code(tree, unit.parent_id), unit.kind, level, here.get(unit.id, 0),
            below[unit.id], heads[unit.id], _share(below[unit.id], heads[unit.id]),
        )
        for unit, level in order
    ]  # fmt: skip


def _code(tree: dict[int, PlacedUnit], unit_id: int | None) -> str | None:
    return tree[unit_id].code if unit_id in tree else None


def _share(registered: int, head_count: int | None) -> float | None:
    return round(registered / head_count, 4) if head_count else None


def _in_tree_order(tree: dict[int, PlacedUnit], parent: str | None) -> list[tuple[PlacedUnit, int]]:
    """Each unit before its children, siblings by code, with its depth; a closed unit's child is a top."""
    children: dict[int | None, list[PlacedUnit]] = {}
    for unit in reversed(tree.values()):
        children.setdefault(unit.parent_id if unit.parent_id in tree else None, []).append(unit)
    waiting = [(unit, 0) for unit in children.get(None, [])]
    if parent is not None:
        waiting = [(unit, 0) for unit in tree.values() if unit.code == parent]
        if not waiting:
            raise NotFound(f"这一天没有编号为 {parent} 的单位。")
    order = []
    while waiting:
        unit, level = waiting.pop()
        order.append((unit, level))
        waiting.extend((child, level + 1) for child in children.get(unit.id, []))
    return order


def _rolled_up(
    tree: dict[int, PlacedUnit], order: list[tuple[PlacedUnit, int]], here: dict[int, int]
) -> dict[int, int]:
    total = {unit.id: here.get(unit.id, 0) for unit, _ in order}
    for unit, _ in reversed(order):
        if unit.parent_id in total:
            total[unit.parent_id] += total[unit.id]
    return total


def _head_counts(
    session: Session, day: date, order: list[tuple[PlacedUnit, int]], kind: CountKind | None
) -> dict[int, int | None]:
    rows = select(HeadCount.unit_id, HeadCount.kind, HeadCount.count).where(HeadCount.since <= day)
    latest: dict[tuple[int, str], int] = {
        (unit, kind): count
        for unit, kind, count in session.execute(rows.order_by(HeadCount.since, HeadCount.id)).all()
    }
    wanted = {kind} if kind else {unit.basis for unit, _ in order}
    by_kind = {each: _summed(order, latest, each) for each in wanted}
    return {unit.id: by_kind[kind or unit.basis].get(unit.id) for unit, _ in order}


def _summed(
    order: list[tuple[PlacedUnit, int]], latest: dict[tuple[int, str], int], kind: CountKind
) -> dict[int, int]:
    """The unit's own head-count of one kind, else its children's sum; units without any are absent."""
    known: dict[int, int] = {}
    from_children: dict[int | None, int] = {}
    for unit, _ in reversed(order):
        count = latest.get((unit.id, kind), from_children.get(unit.id))
        if count is not None:
            known[unit.id] = count
            from_children[unit.parent_id] = from_children.get(unit.parent_id, 0) + count
    return known
