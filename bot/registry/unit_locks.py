"""Holding a unit's row while it is changed, and moving the numbers by which others notice."""

from sqlalchemy.orm import Session

from bot.registry.models import Unit
from bot.registry.units import VERSION, touch
from core.errors import Conflict, NotFound


class Stale(Conflict):
    """Somebody else changed the unit since the page was loaded."""

    def __init__(self, unit: Unit) -> None:
        super().__init__("您打开这一页以后，这个单位有了改动。请看清下面的改动，再决定是否继续。")
        self.unit_id = unit.id


def locked_unit(session: Session, unit_id: int, version: int | None = None) -> Unit:
    """The unit's row, held until the transaction ends. Raises NotFound, Stale when it is not in that `version`.

    Rows that point to the unit may still be written meanwhile; whoever wants to enter it waits (people.register).
    """
    lock = {"with_for_update": {"key_share": True}, "populate_existing": True}
    unit = session.get(Unit, unit_id, **lock)  # type: ignore[arg-type]
    if unit is None:
        raise NotFound("没有这个单位。")
    if version is not None and unit.version != version:
        raise Stale(unit)
    return unit


def open_unit(session: Session, unit_id: int) -> Unit:
    """The same for a unit that is not closed. Raises Conflict when it is."""
    unit = locked_unit(session, unit_id)
    if unit.closed_on is not None:
        raise Conflict(f"“{unit.name}”已于 {unit.closed_on} 撤销，不能再改。")
    return unit


def edited(session: Session, *units: Unit) -> Unit:
    """Move the version of these units and of the units as a whole; the first of them."""
    for unit in units:
        unit.version += 1
    session.flush()
    touch(session, VERSION)
    return units[0]
