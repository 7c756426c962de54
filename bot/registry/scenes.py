"""What a QR code carries: the scene string, and the unit or the promoter it names."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import Promoter, Unit
from bot.registry.models_units import UnitMerger
from bot.registry.units import NOBODY_IN

PREFIX = "u:"
BY_PROMOTER = "p:"


def scene_of(code: str) -> str:
    """The scene of a unit's code; WeChat allows 1–64 characters."""
    return f"{PREFIX}{code}"


def scene_of_promoter(code: str) -> str:
    """The scene of a promoter's code."""
    return f"{BY_PROMOTER}{code}"


def promoter_in(scene: str) -> str | None:
    """The promoter's code that a scene names, or None when it names none."""
    return scene.removeprefix(BY_PROMOTER) if len(scene) > 2 and scene.startswith(BY_PROMOTER) else None


def unit_of_scene(session: Session, scene: str, day: date) -> Unit | None:
    """The unit a scene names, when people can register with it on that day; a bare unit code is understood too.

    A promoter's code names the promoter's unit, also after the promoter was closed: posters hang for years.
    The code of a unit that was merged leads to the unit that took its people.
    """
    if code := promoter_in(scene):
        named = Unit.id == select(Promoter.unit_id).where(Promoter.code == code).scalar_subquery()
    else:
        named = Unit.code == scene.removeprefix(PREFIX)
    unit = session.scalar(select(Unit).where(named)) if scene.removeprefix(PREFIX) else None
    return unit and heir_of(session, unit, day)


def heir_of(session: Session, unit: Unit, day: date) -> Unit | None:
    """The unit itself, or whoever took its people over; None when people cannot register there on that day."""
    at: Unit | None = unit
    while at is not None and at.closed_on is not None and at.closed_on <= day:
        at = session.scalar(
            select(Unit).join(UnitMerger, UnitMerger.into_id == Unit.id).where(UnitMerger.unit_id == at.id)
        )
    takes = at is not None and at.opened_on <= day and at.kind not in NOBODY_IN
    return at if takes else None
