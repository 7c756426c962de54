"""What a unit's QR code carries: the scene string, and the unit it names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registry.models import Unit

PREFIX = "u:"


def scene_of(code: str) -> str:
    """The scene of a unit's code; WeChat allows 1–64 characters."""
    return f"{PREFIX}{code}"


def unit_of_scene(session: Session, scene: str) -> Unit | None:
    """The open unit a scene names; a bare unit code is understood too."""
    code = scene.removeprefix(PREFIX)
    return session.scalar(select(Unit).where(Unit.code == code, Unit.closed_on.is_(None)))
