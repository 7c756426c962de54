"""Which one unit a person means, by its number or by what they typed, and whether they may see it."""

import re

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.kit import kit
from bot.registry.models import Unit
from bot.registry.unit_facts import Step, way_down
from core.errors import NotAllowed, NotFound, Refusal

OFFERED = 10
_WITH_CODE = re.compile(r".*（([^（）]+)）\s*")


def allowed(session: Session, unit_id: int) -> Unit:
    """The unit, when the person may see it. Raises NotFound, NotAllowed."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有这个单位。")
    if g.reach is not None and not any(step.code in g.reach for step in way_down(session, unit_id)):
        raise NotAllowed("您只能查看本单位和下级单位。")
    return unit


def visible(session: Session, unit_id: int) -> list[Step]:
    """The steps down to the unit that the person may see."""
    steps = way_down(session, unit_id)
    if g.reach is None:
        return steps
    first = next((n for n, step in enumerate(steps) if step.code in g.reach), len(steps))
    return steps[first:]


def chosen(session: Session, typed: str) -> Unit:
    """The open unit somebody typed the name or the code of. Raises NotFound, Refusal naming those it could be."""
    typed = typed.strip()
    code = found[1] if (found := _WITH_CODE.fullmatch(typed)) else typed
    still = select(Unit).where(Unit.closed_on.is_(None))
    if (unit := session.scalar(still.where(Unit.code == code))) is not None:
        return allowed(session, unit.id)
    named = list(session.scalars(still.where(Unit.name == typed).order_by(Unit.code).limit(OFFERED)))
    if len(named) == 1:
        return allowed(session, named[0].id)
    alike = named or offers(session, typed)
    if not alike:
        raise NotFound(f"没有找到“{typed}”。请填写单位的编号，或完整的名称。")
    raise Refusal(f"“{typed}”不是唯一的名称。您要的是不是：{'；'.join(map(label, alike))}？请填写编号。")


def offers(session: Session, typed: str) -> list[Unit]:
    """The open units that may be meant, best first: by part of a name, by short name, by pinyin."""
    kit().units.refresh(session)
    ids = [hit.unit_id for hit in kit().units.find(typed, OFFERED)]
    like = select(Unit).where(
        Unit.closed_on.is_(None), Unit.name.contains(typed, autoescape=True) | (Unit.code == typed)
    )
    held = {
        unit.id: unit
        for unit in session.scalars(select(Unit).where(Unit.id.in_(ids), Unit.closed_on.is_(None)))
    }
    units = [held[unit_id] for unit_id in ids if unit_id in held]
    more = session.scalars(like.order_by(Unit.code).limit(OFFERED)) if typed else ()
    return [*units, *(unit for unit in more if unit.id not in held)][:OFFERED]


def label(unit: Unit) -> str:
    """How a unit is offered, and understood again by `chosen`."""
    return f"{unit.name}（{unit.code}）"
