"""How readily the matcher names a type: one slider between cautious and generous, set by editors."""

import json
import math
from datetime import datetime

from sqlalchemy.orm import Session

from bot.content.library import touch_library
from bot.content.models import LibrarySetting
from bot.content.serving import Cuts
from core.errors import Conflict, Refusal

NAME = "caution"
CALIBRATED = 0.5
"""As each fit calibrated itself."""
REACH = 0.5
"""How far the ends of the slider move the cut-off, as a part of the way from it to “sure” (at least FLOOR)."""
FLOOR = 0.2


def caution(session: Session) -> float:
    """0 cautious … 1 generous."""
    row = session.get(LibrarySetting, NAME)
    return float(json.loads(row.value)) if row else CALIBRATED


def caution_version(session: Session) -> int:
    """How often it was set, for the form of a second editor; 0 while nobody did."""
    row = session.get(LibrarySetting, NAME)
    return row.version if row else 0


def set_caution(session: Session, value: float, version: int, by: str, now: datetime) -> float:
    """Set the slider, and return what it was; every process follows at its next message.

    Raises Refusal outside 0 … 1, Conflict when somebody else set it since the form was loaded.
    """
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise Refusal("松紧要在 0 到 1 之间。")
    row = session.get(LibrarySetting, NAME, with_for_update=True)
    if (row.version if row else 0) != version:
        raise Conflict(f"刚才已有人把松紧改成 {caution(session):g}，请看过再决定。")
    before = caution(session)
    row = row or LibrarySetting(name=NAME, version=0)
    row.value, row.at, row.by, row.version = json.dumps(value), now, by, row.version + 1
    session.add(row)
    touch_library(session)
    session.flush()
    return before


def shifted(cuts: Cuts, value: float) -> Cuts:
    """The cut-offs with the slider at `value`: generous lowers what a match or a mention needs, cautious raises it."""
    way = max(FLOOR * abs(cuts.match), cuts.sure - cuts.match) * REACH
    match = cuts.match + way * (CALIBRATED - value) / CALIBRATED
    return cuts._replace(match=match, sure=max(cuts.sure, match), lean=cuts.lean + (match - cuts.match))
