"""Promoters: people of a unit who bring others in by a code of their own, and how many came by it."""

import secrets
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import chain, count
from typing import NamedTuple

from sqlalchemy import func, insert, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry import audit
from bot.registry.models import BroughtIn, Follower, Promoter, Unit
from bot.registry.people import holds_phone
from bot.registry.scenes import promoter_in
from core.errors import Conflict, NotFound, Refusal

LONGEST_LABEL = 20
AT_ONCE = 500
IN_A_UNIT = 5_000
FEW = 500  # a longer list of ids is more than a statement may hold: then all are read, and chosen here
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another
CODE_LENGTH = 8
NUMBERED = "推广员"


class PromoterRow(NamedTuple):
    """A promoter with the people who are registered now by their code, and all who ever were."""

    id: int
    code: str
    label: str
    unit_id: int
    unit_code: str
    unit_name: str
    now: int
    total: int
    closed: bool


def labels_in(typed: str) -> list[str]:
    """One label a line, also with commas between; empty ones are left out."""
    lines = unicodedata.normalize("NFKC", typed).replace("、", "\n").replace(",", "\n").splitlines()
    return [label for line in lines if (label := " ".join(line.split()))]


def numbered(session: Session, unit_id: int, many: int) -> list[str]:
    """Labels 推广员1, 推广员2, … that the unit does not have yet."""
    if not 1 <= many <= AT_ONCE:
        raise Refusal(f"人数应是 1 到 {AT_ONCE}。")
    held = set(session.scalars(select(Promoter.label).where(Promoter.unit_id == unit_id)))
    free = (label for n in range(1, len(held) + many + 1) if (label := f"{NUMBERED}{n}") not in held)
    return [next(free) for _ in range(many)]


def add(session: Session, unit: Unit, labels: list[str], actor: str, now: datetime) -> list[str]:
    """Add a promoter for each label, all or none; their codes in the same order. Raises Refusal, Conflict."""
    _must_be_usable(labels)
    held = set(session.scalars(select(Promoter.label).where(Promoter.unit_id == unit.id)))
    if taken := [label for label in labels if label in held]:
        raise Conflict(f"“{unit.name}”已经有：{'、'.join(taken[:5])}。已停用的可以重新启用。")
    if len(held) + len(labels) > IN_A_UNIT:
        raise Refusal(f"一个单位最多 {IN_A_UNIT:,} 个推广码。")
    rows = [
        {"code": new_code(), "unit_id": unit.id, "label": label, "total": 0, "made_at": now, "made_by": actor}
        for label in labels
    ]
    try:
        with session.begin_nested():
            session.execute(insert(Promoter), rows)
    except IntegrityError:
        raise Conflict("刚才有人添加了同名的推广员，请刷新页面再看。") from None
    audit.note(session, actor, "promoter.add", unit.name, now, after={"推广员": labels})
    return [str(row["code"]) for row in rows]


def new_code() -> str:
    """Random, so that nobody finds a neighbour's code by counting."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _must_be_usable(labels: list[str]) -> None:
    if not 1 <= len(labels) <= AT_ONCE:
        raise Refusal(f"一次可以添加 1 到 {AT_ONCE} 人。")
    for number, label in enumerate(labels, 1):
        if len(label) > LONGEST_LABEL:
            raise Refusal(f"第 {number} 个“{label[:24]}”太长，最多 {LONGEST_LABEL} 个字。")
        if holds_phone(label) or not all(letter.isprintable() for letter in label):
            raise Refusal(f"第 {number} 个不能用：请写姓名或工号，不要写手机号。")
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise Refusal(f"“{twice}”写了两次，同名的人请加上工号区分。")


def listed(session: Session, unit_ids: Collection[int]) -> list[PromoterRow]:
    """The promoters of these units: by unit, then as they were made."""
    wanted = set(unit_ids)
    few = Promoter.unit_id.in_(wanted) if len(wanted) <= FEW else true()
    rows = session.execute(
        select(
            Promoter.id, Promoter.code, Promoter.label, Promoter.unit_id, Unit.code, Unit.name,
            func.count(Follower.id), Promoter.total, Promoter.closed_at.is_not(None),
        )
        .join(Unit, Unit.id == Promoter.unit_id)
        .outerjoin(BroughtIn, BroughtIn.promoter_id == Promoter.id)
        .outerjoin(Follower, (Follower.id == BroughtIn.follower_id) & Follower.registered_at.is_not(None))
        .where(few)
        .group_by(Promoter.id, Promoter.code, Promoter.label, Promoter.unit_id, Unit.code, Unit.name,
                  Promoter.total, Promoter.closed_at)
        .order_by(Unit.code, Promoter.id)
    )  # fmt: skip
    return [PromoterRow(*row) for row in rows if row[3] in wanted]


def by_id(session: Session, promoter_id: int) -> Promoter:
    """The promoter, held until the transaction ends. Raises NotFound."""
    held = session.get(Promoter, promoter_id, with_for_update=True, populate_existing=True)
    if held is None:
        raise NotFound("没有这个推广员，页面可能放得太久，请刷新。")
    return held


def set_open(session: Session, promoter: Promoter, is_open: bool, actor: str, now: datetime) -> None:
    """Close a promoter, or open them again. People may still register by a closed one's code; it counts for nobody."""
    if is_open == (promoter.closed_at is None):
        return
    promoter.closed_at = None if is_open else now
    session.flush()
    words = ("停用", "使用中") if is_open else ("使用中", "停用")
    action = "promoter.open" if is_open else "promoter.close"
    subject = f"{session.get_one(Unit, promoter.unit_id).name} {promoter.label}"
    audit.note(session, actor, action, subject, now, {"状态": words[0]}, {"状态": words[1]})


def hand_over(session: Session, from_id: int, into_id: int) -> None:
    """The promoters of a merged unit go on in the other, with their counts; a label that is taken there gets a number."""
    taken = set(session.scalars(select(Promoter.label).where(Promoter.unit_id == into_id)))
    for promoter in session.scalars(
        select(Promoter).where(Promoter.unit_id == from_id).order_by(Promoter.id)
    ):
        tries = chain([promoter.label], (f"{promoter.label[:15]}({n})" for n in count(2)))
        promoter.label = next(label for label in tries if label not in taken)
        promoter.unit_id = into_id
        taken.add(promoter.label)
    session.flush()


def credit(session: Session, follower_id: int) -> bool:
    """Count a person who has just registered for the first time for the promoter by whose code they came, if any."""
    scene = session.scalar(select(Follower.scene).where(Follower.id == follower_id)) or ""
    code = promoter_in(scene)
    live = select(Promoter.id).where(Promoter.code == code, Promoter.closed_at.is_(None))
    promoter_id = session.scalar(live) if code else None
    if promoter_id is None or session.get(BroughtIn, follower_id) is not None:
        return False
    session.add(BroughtIn(follower_id=follower_id, promoter_id=promoter_id))
    more = update(Promoter).where(Promoter.id == promoter_id).values(total=Promoter.total + 1)
    session.execute(more.execution_options(synchronize_session=False))
    session.flush()
    return True


def totals(rows: Iterable[PromoterRow]) -> tuple[int, int]:
    """People registered now, and ever, by all of these."""
    held = list(rows)
    return sum(row.now for row in held), sum(row.total for row in held)
