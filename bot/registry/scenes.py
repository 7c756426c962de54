"""What a unit's QR code carries: the scene string, and the unit it names."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import Unit
from bot.registry.units import NOBODY_IN, is_open

PREFIX = "u:"


def scene_of(code: str) -> str:
    """The scene of a unit's code; WeChat allows 1–64 characters."""
    return f"{PREFIX}{code}"


def unit_of_scene(session: Session, scene: str, day: date) -> Unit | None:
    """The unit a scene names, when people can register with it on that day; a bare unit code is understood too."""
    code = scene.removeprefix(PREFIX)
    named = select(Unit).where(Unit.code == code, is_open(day), Unit.kind.not_in(NOBODY_IN))
    return session.scalar(named) if code else None
