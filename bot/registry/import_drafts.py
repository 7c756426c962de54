"""A unit table between its preview and its confirmation: kept for a day, for the person who sent it."""

import json
import zlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.registry.models_units import ImportDraft
from core.db import LARGEST_ID
from core.errors import NotFound
from core.sheets import Row

KEPT = timedelta(days=1)


def keep(session: Session, by: str, file: str, rows: list[Row], now: datetime) -> int:
    """Keep the rows and return their number; what the person sent before, and what is old, goes."""
    session.execute(
        delete(ImportDraft).where((ImportDraft.made_by == by) | (ImportDraft.made_at < now - KEPT))
    )
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode())
    draft = ImportDraft(made_by=by, made_at=now, file=file[:120], content=packed)
    session.add(draft)
    session.flush()
    return draft.id


def read(session: Session, draft_id: int, by: str) -> tuple[str, list[Row]]:
    """The file's name and rows of one's own draft, which stays. Raises NotFound."""
    return _held(_row(session, draft_id, by))


def take(session: Session, draft_id: int, by: str) -> tuple[str, list[Row]]:
    """The file's name and rows of one's own draft, once: it is gone afterwards. Raises NotFound."""
    draft = _row(session, draft_id, by, lock=True)
    session.delete(draft)
    session.flush()
    return _held(draft)


def _row(session: Session, draft_id: int, by: str, *, lock: bool = False) -> ImportDraft:
    wanted = select(ImportDraft).where(ImportDraft.id == draft_id, ImportDraft.made_by == by)
    draft = session.scalar(wanted.with_for_update() if lock else wanted) if draft_id <= LARGEST_ID else None
    if draft is None:
        raise NotFound("这份单位表已经导入过，或者已过期。请重新上传。")
    return draft


def _held(draft: ImportDraft) -> tuple[str, list[Row]]:
    return draft.file, [(number, cells) for number, cells in json.loads(zlib.decompress(draft.content))]
