"""The units a page lists: those in the person's reach in which people can register, below a parent, found by a word."""

from typing import Any, NamedTuple

from flask import g, request
from sqlalchemy.orm import Session

from admin.forms import UnitFilter
from admin.parts import Sheet, sheet
from bot.kit import kit
from bot.registry.places import Places, takes_people
from bot.registry.units import PlacedUnit, unit_tree
from core.clock import county_date
from core.errors import NotFound

MOST_PARENTS = 300
PER_PAGE = 50


class Choice(NamedTuple):
    """All units that fit, the page of them that is shown, and the words by which they were chosen."""

    places: Places
    units: list[PlacedUnit]
    sheet: Sheet[PlacedUnit]
    parent: PlacedUnit | None
    find: str

    @property
    def parents(self) -> list[PlacedUnit]:
        """Units that have others below them, to choose one of; a very long list is cut, the search finds the rest."""
        above = [unit for unit in self.places.within(g.reach) if self.places.has_below(unit)]
        return above[:MOST_PARENTS]

    @property
    def args(self) -> dict[str, Any]:
        """For links that keep the choice."""
        return {"parent": self.parent.code if self.parent else None, "find": self.find or None}


def places(session: Session) -> Places:
    """Today's units."""
    return Places(unit_tree(session, county_date(kit().clock())))


def chosen(session: Session) -> Choice:
    """What the address asks for (`parent`, `find`, `page`), in the person's reach."""
    form = UnitFilter(request.values)
    form.validate()
    code, find = form.parent.data or "", (form.find.data or "").strip()
    held = places(session)
    parent = held.chosen(code, g.reach) if code else None
    units = [
        unit for unit in (held.under([parent]) if parent else held.within(g.reach)) if takes_people(unit)
    ]
    words = find.casefold().split()
    if words:
        units = [unit for unit in units if all(word in _said(held, unit) for word in words)]
    return Choice(held, units, sheet(units, form.page.data or 1, PER_PAGE), parent, find)


def _said(held: Places, unit: PlacedUnit) -> str:
    return f"{held.path(unit)} {unit.code}".casefold()


def one(session: Session, code: str) -> tuple[Places, PlacedUnit]:
    """The unit of this page. Raises NotFound, NotAllowed."""
    held = places(session)
    unit = held.chosen(code, g.reach)
    if not takes_people(unit):
        raise NotFound(f"“{unit.name}”只为归类，没有人登记在它本身，请选下面的单位。")
    return held, unit
