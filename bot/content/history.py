"""What a card or a case said before: editions kept, read and compared."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE, TYPE, Body, case_body, dump, load, type_body
from bot.content.body_diff import Change, differences
from bot.content.models import Case, Edition, ScamType
from bot.registry.models import AuditEntry
from core.db import LARGEST_ID
from core.errors import NotFound

BEFORE_US = "load-library"


def subject_of(kind: str, key: str | int) -> str:
    """`type:shuadan`, `case:12`."""
    return f"{kind}:{key}"


def row_of(session: Session, subject: str) -> ScamType | Case:
    """The row a subject names. Raises NotFound."""
    kind, _, key = subject.partition(":")
    row: ScamType | Case | None = None
    if kind == TYPE:
        row = session.get(ScamType, key)
    elif (
        kind == CASE and key.isdecimal() and len(key) < 12 and str(int(key)) == key and int(key) <= LARGEST_ID
    ):
        row = session.get(Case, int(key))
    if row is None:
        raise NotFound("没有这个类型或案例，它可能还没有通过审核。")
    return row


def body_of(row: ScamType | Case) -> Body:
    """What residents read now."""
    return type_body(row) if isinstance(row, ScamType) else case_body(row)


def editions(session: Session, subject: str) -> list[Edition]:
    """Every version kept, the newest first."""
    kept = select(Edition).where(Edition.subject == subject).order_by(Edition.number.desc())
    return list(session.scalars(kept))


def edition(session: Session, subject: str, number: int) -> Edition:
    """One version kept. Raises NotFound."""
    here = select(Edition).where(Edition.subject == subject, Edition.number == number)
    row = session.scalar(here) if 0 < number <= LARGEST_ID else None
    if row is None:
        raise NotFound("没有这个版本。")
    return row


def compare(session: Session, subject: str, old: int, new: int, types: Mapping[str, str]) -> list[Change]:
    """The fields in which two versions differ, types by their names in `types`. Raises NotFound."""
    one, other = edition(session, subject, old), edition(session, subject, new)
    return differences(load(one.body), load(other.body), types)


def keep_before(session: Session, subject: str, row: ScamType | Case, now: datetime) -> None:
    """Keep what residents read so far, when it came from a file and no editor's version says it."""
    known = select(Edition.id).where(Edition.subject == subject, Edition.number == row.version)
    if row.version and session.scalar(known) is None:
        since = getattr(row, "changed_at", None) or now
        made = Edition(
            subject=subject,
            number=row.version,
            at=since,
            author=BEFORE_US,
            reviewer="",
            why="随程序或文件装入",
        )
        made.body = dump(body_of(row))
        session.add(made)


def keep(
    session: Session, subject: str, row: ScamType | Case, now: datetime, *, by: tuple[str, str], why: str
) -> None:
    """Keep the version residents read from now on; `by` is its author and its reviewer."""
    author, reviewer = by
    session.add(
        Edition(
            subject=subject, number=row.version, at=now, author=author, reviewer=reviewer, why=why,
            body=dump(body_of(row)),
        )
    )  # fmt: skip


def last_change(session: Session, code: str) -> datetime | None:
    """When the card, or a case of it, last changed: by an editor, else when the shipped files were last brought in."""
    row = session.get(ScamType, code)
    if row is None:
        return None
    cases = [
        subject_of(CASE, case_id)
        for case_id in session.scalars(select(Case.id).where(Case.type_code == code))
    ]
    subjects = Edition.subject.in_([subject_of(TYPE, code), *cases])
    edited = session.scalar(select(func.max(Edition.at)).where(subjects))
    loaded = session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.action == "library.load"))
    return max(
        (at for at in (row.changed_at, edited, loaded if not (row.changed_at or edited) else None) if at),
        default=None,
    )
