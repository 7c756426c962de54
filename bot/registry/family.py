"""Family members without WeChat: counted in 家庭覆盖, never in a rate."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.registry.models import FamilyMember, Follower
from bot.registry.people import AGE_BANDS, locked
from bot.registry.units import unit_tree
from core.errors import Conflict, NotFound, Refusal

RELATIONS = (
    ("parent", "父母"),
    ("grandparent", "祖父母"),
    ("spouse", "配偶"),
    ("child", "子女"),
    ("grandchild", "孙子女"),
    ("sibling", "兄弟姐妹"),
    ("other", "其他亲属"),
)
MOST = 8
CALLED_LENGTH = 20
_NUMBER = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class Relative:
    """One family member: what they are called, a code of RELATIONS, a code of AGE_BANDS or ""."""

    id: int
    called: str
    relation: str
    age_band: str


def add(session: Session, follower_id: int, called: str, relation: str, age_band: str = "") -> int:
    """Add a family member and return their id. Raises Refusal; Conflict for a ninth or a namesake."""
    called = clean_called(session, follower_id, called)
    if relation not in dict(RELATIONS) or (age_band and age_band not in dict(AGE_BANDS)):
        raise Refusal("请从列出的选项中选择。")
    locked(session, follower_id)
    if len(listed(session, follower_id)) >= MOST:
        raise Conflict(f"最多添加 {MOST} 位家人。")
    member = FamilyMember(follower_id=follower_id, called=called, relation=relation, age_band=age_band)
    session.add(member)
    session.flush()
    return member.id


def word_of(relation: str) -> str:
    """The Chinese word of a relation's code."""
    return dict(RELATIONS).get(relation, "家人")


def clean_called(session: Session, follower_id: int, typed: str) -> str:
    """What a family member is called, tidied. Raises Refusal for numbers and lengths, Conflict for a namesake."""
    called = " ".join(typed.split())
    if not called or len(called) > CALLED_LENGTH:
        raise Refusal(f"称呼请写 1 到 {CALLED_LENGTH} 个字，如“奶奶”。")
    if _NUMBER.search(called):
        raise Refusal("称呼里不要写号码，如“奶奶”就可以。")
    if any(relative.called == called for relative in listed(session, follower_id)):
        raise Conflict(f"已经添加过“{called}”。")
    return called


def listed(session: Session, follower_id: int) -> list[Relative]:
    """The person's family members in the order they were added."""
    columns = FamilyMember.id, FamilyMember.called, FamilyMember.relation, FamilyMember.age_band
    mine = select(*columns).where(FamilyMember.follower_id == follower_id).order_by(FamilyMember.id)
    return [Relative(*row) for row in session.execute(mine)]


def remove(session: Session, follower_id: int, member_id: int) -> None:
    """Remove one of the person's own family members. Raises NotFound for anybody else's."""
    own = (FamilyMember.id == member_id) & (FamilyMember.follower_id == follower_id)
    if not session.execute(delete(FamilyMember).where(own)).rowcount:  # type: ignore[attr-defined]
        raise NotFound("没有找到这位家人，可能已经删除。")


def coverage(session: Session, day: date) -> dict[str, int]:
    """Family members held now, by unit code: those of people in the unit or below it in that day's tree."""
    counted = select(Follower.unit_id, func.count()).join(FamilyMember).group_by(Follower.unit_id)
    here = dict(session.execute(counted).all())
    tree = unit_tree(session, day)
    total = dict.fromkeys((unit.code for unit in tree.values()), 0)
    for unit_id in tree:
        at, seen = tree.get(unit_id), set[int]()
        while at is not None and at.id not in seen:
            total[at.code] += here.get(unit_id, 0)
            seen.add(at.id)
            at = tree.get(at.parent_id) if at.parent_id else None
    return total
