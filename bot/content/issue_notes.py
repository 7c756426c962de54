"""Lines that editors put aside for the weekly issue, each with who wrote it and when."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.models import IssueNote, ScamType
from bot.registry import audit
from core.clock import county_date
from core.errors import Conflict, NotFound, Refusal

LONGEST = 400


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def put_aside(session: Session, text: str, type_code: str, actor: str, now: datetime) -> IssueNote:
    """Keep a line for this week's issue.

    Raises Refusal for words that are none or too many, Conflict when the week has this very line, NotFound for an
    unknown type.
    """
    plain, week = " ".join(text.split()), week_of(county_date(now))
    if not 2 <= len(plain) <= LONGEST:
        raise Refusal(f"请写 2 到 {LONGEST} 个字。")
    if type_code and session.get(ScamType, type_code) is None:
        raise NotFound("没有这个诈骗类型。")
    if any(note.text == plain for note in notes_of(session, week)):
        raise Conflict("本周的选题里已经有这一条了。")
    made = IssueNote(at=now, actor=actor, type_code=type_code or None, text=plain, week=week)
    session.add(made)
    session.flush()
    audit.note(session, actor, "issue.note", f"{week.isoformat()} 这一周", now, None, {"选题": plain})
    return made


def notes_of(session: Session, week: date) -> list[IssueNote]:
    """The lines for the issue of the week that begins with this Monday, the first first."""
    return list(session.scalars(select(IssueNote).where(IssueNote.week == week).order_by(IssueNote.id)))


def take_out(session: Session, note_id: int, actor: str, now: datetime) -> None:
    """Drop a line. Raises NotFound when somebody else did."""
    note = session.get(IssueNote, note_id, with_for_update=True)
    if note is None:
        raise NotFound("这一条已经不在选题里了。")
    audit.note(
        session, actor, "issue.note-out", f"{note.week.isoformat()} 这一周", now, {"选题": note.text}, None
    )
    session.delete(note)
    session.flush()
