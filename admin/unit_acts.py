"""What the office does to a unit: each act carries itself out and says, in sentences, what that means."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import Form  # type: ignore[import-untyped]

from admin import doubts
from admin import forms_units as forms
from admin.picking import chosen
from bot.kit import kit
from bot.registry import unit_verbs as verbs
from bot.registry.models import CountKind, Follower, Unit, UnitKind, UnitName
from bot.registry.rates import open_book
from bot.registry.unit_facts import Act, noted, way_down
from bot.registry.unit_heads import own_heads
from bot.registry.units import COUNT_WORDS, KIND_WORDS, UnitForm, add_unit, usual_basis
from core.clock import county_date
from core.errors import NotAllowed, Refusal

PAST_STANDS = "昨天及以前的数字不变。"
_BETWEEN = re.compile(r"[、;；,，\n\r]+")
Do = Callable[[Session, Unit, Any, Act], list[str]]


class UnitAct(NamedTuple):
    """One thing to do: its words, its form, and the function that does it within a `noted` block."""

    title: str
    button: str
    action: str
    form: Callable[..., Form]
    do: Do
    hint: str


def act_of(action: str) -> Act:
    """The act of who is signed in, now."""
    now = kit().clock()
    return Act(g.person.login, action, now, county_date(now))


def short_names(text: str) -> list[str]:
    """Short names as they are typed: one a line, or with commas between."""
    return [name.strip() for name in _BETWEEN.split(text) if name.strip()]


def add(session: Session, form: Any, act: Act) -> tuple[Unit, list[str]]:
    """Add the unit of the form. Raises Refusal, Conflict, NotFound."""
    parent = chosen(session, form.target.data) if form.target.data else None
    if parent is None and g.reach is not None:
        raise NotAllowed("您只能在本单位下面新增单位，请填写上级单位。")
    _must_be_sourced(form, act)
    kind = UnitKind(form.kind.data)
    basis = CountKind(form.basis.data) if form.basis.data else usual_basis(kind)
    asked = UnitForm(
        form.code.data.strip(), form.name.data, kind, parent.code if parent else None, basis,
        tuple(short_names(form.short.data or "")), form.count.data, (form.source.data or "").strip(), form.since.data,
        act.by,
    )  # fmt: skip
    unit = add_unit(session, asked, act.now)
    under = f"在“{parent.name}”下面" if parent else "在最上级"
    said = [f"{form.since.data} 起，{under}新增{KIND_WORDS[kind]}“{unit.name}”，编号 {unit.code}。"]
    if form.count.data is not None:
        said.append(f"{COUNT_WORDS[basis]} {form.count.data:,} 人，来源：{asked.source}。")
    else:
        said.append("还没有应登记人数：登记率会显示为“—”，以后可以在单位页登记。")
    return unit, said


def _must_be_sourced(form: Any, act: Act) -> None:
    if form.count.data is None:
        return
    if not (form.source.data or "").strip():
        raise Refusal("请写明应登记人数的来源，例如“2025 年统计年鉴”。")
    if form.since.data < act.today:
        raise Refusal(
            "从过去起就有人数，会改动已经公布过的登记率。请先不填人数，新增后在单位页登记，并写明原因。"
        )


def edit(session: Session, unit: Unit, form: Any, act: Act) -> list[str]:
    old, said = unit.name, []
    kind, basis = UnitKind(form.kind.data), CountKind(form.basis.data)
    wanted, held = set(short_names(form.short.data or "")), set(_shorts(session, unit.id))
    if kind != unit.kind:
        said.append(f"类别由{KIND_WORDS[UnitKind(unit.kind)]}改为{KIND_WORDS[kind]}。")
    if basis != unit.basis:
        said.append(f"从今天起，登记率按“{COUNT_WORDS[basis]}”计算。{PAST_STANDS}")
    verbs.set_kind(session, unit.id, kind, act.now)
    verbs.set_basis(session, unit.id, basis, act.now)
    if wanted != held:
        verbs.set_short_names(session, unit.id, short_names(form.short.data or ""), act.now)
        said.append(f"简称和别名改为：{'、'.join(_shorts(session, unit.id)) or '（无）'}。")
    verbs.rename_unit(session, unit.id, form.name.data, act.now, keep_old=form.keep_old.data)
    if unit.name != old:
        kept = "旧名称仍能找到它。" if form.keep_old.data else "旧名称以后找不到它。"
        said.insert(0, f"名称由“{old}”改为“{unit.name}”。{kept}")
    return said


def _shorts(session: Session, unit_id: int) -> list[str]:
    return list(
        session.scalars(select(UnitName.name).where(UnitName.unit_id == unit_id).order_by(UnitName.id))
    )


def move(session: Session, unit: Unit, form: Any, act: Act) -> list[str]:
    parent, since = chosen(session, form.target.data), form.since.data
    standing = _standing_heads(session, unit, parent.id, since)
    verbs.move_unit(session, unit.id, parent.id, since, act.now)
    said = [f"{since} 起，“{unit.name}”连同下级单位和登记的人，都计入“{parent.name}”。"]
    if since > act.today:
        said.append("到那天自动生效，在那之前可以取消。")
    return [*said, "在那以前的数字不变。", *standing]


def _standing_heads(session: Session, unit: Unit, parent_id: int | None, since: date) -> list[str]:
    """A warning where units above have head-counts of their own: people pass from one to the other, these do not."""
    old = {step.id for step in way_down(session, unit.id)} - {unit.id}
    new = {step.id for step in way_down(session, parent_id)} if parent_id else set()
    own = own_heads(session, sorted(old ^ new), since)
    if not own:
        return []
    named = "、".join(f"“{name}”（{people:,} 人）" for name, people in own)
    return [
        f"注意：{named}的应登记人数是单独登记的，不会跟着变。请从 {since} 起重新登记，否则登记率会偏高或偏低。"
    ]


def merge(session: Session, unit: Unit, form: Any, act: Act) -> list[str]:
    heir, since = chosen(session, form.target.data), form.since.data
    people, below, old, new = _people(session, unit), _below(session, unit), unit.name, heir.name
    standing = _standing_heads(session, unit, heir.parent_id, since) if heir.id != unit.parent_id else []
    if since > act.today:
        verbs.close_unit(session, unit.id, since, act.now, into_id=heir.id, by=act.by)
        return [
            f"定于 {since} 把“{old}”并入“{new}”，到那天自动办理；在那之前一切照旧，可以取消。",
            f"现在登记在“{old}”的有 {people:,} 人，下级单位 {below} 个，到时都转到“{new}”。",
            "两边都有的应登记人数到时相加。",
            *standing,
        ]
    with noted(session, heir.id, act):
        verbs.merge_units(session, unit.id, heir.id, act.now, by=act.by, add_counts=form.add_counts.data)
    return [
        f"“{old}”从今天起撤销，并入“{new}”。这一步不能撤回。",
        f"登记在“{old}”的 {people:,} 人、下级单位 {below} 个，今天起都在“{new}”。",
        f"“{old}”的二维码和推广码以后通向“{new}”；名称“{old}”成为“{new}”的别名。",
        "两边都有的应登记人数今天起相加。" if form.add_counts.data else f"“{new}”的应登记人数不变。",
        PAST_STANDS,
        *standing,
    ]


def close(session: Session, unit: Unit, form: Any, act: Act) -> list[str]:
    since = form.since.data
    verbs.close_unit(session, unit.id, since, act.now, by=act.by)
    if since > act.today:
        return [
            f"定于 {since} 撤销“{unit.name}”，到那天自动办理；在那之前一切照旧，可以取消。",
            "到那天如果还有人登记在这里，就不会撤销，单位页上会写明。",
        ]
    return [
        f"“{unit.name}”从今天起撤销，不再出现在列表和登记里。这一步不能撤回。",
        "没有人登记在这里，没有下级单位。它的二维码从此无效。",
        PAST_STANDS,
    ]


def count(session: Session, unit: Unit, form: Any, act: Act) -> list[str]:
    kind, since, number = CountKind(form.kind.data), form.since.data, form.count.data
    asked = verbs.CountForm(kind, since, number, form.source.data, form.reason.data or "")
    book = open_book(session, [act.today])
    before = book.past.head(unit.id, kind, since)
    verbs.set_head_count(session, unit.id, asked, act.by, act.now)
    said = [f"{since} 起，“{unit.name}”的{COUNT_WORDS[kind]}为 {number:,} 人，来源：{form.source.data}。"]
    if before is not None:
        said.append(f"原来是 {before.people:,} 人（{before.since} 起）。")
    if since < act.today:
        said.append(f"{since} 到昨天的登记率会随之改变，作为更正记下来，原因：{form.reason.data}。")
    elif since > act.today:
        said.append("到那天才起作用，在那之前的登记率不变。")
    if kind != unit.basis:
        said.append(f"注意：这个单位的登记率现在按“{COUNT_WORDS[CountKind(unit.basis)]}”计算，不用这个口径。")
        return said
    people = next((row.registered for row in book.rows(act.today) if row.unit_id == unit.id), 0)
    return [*said, *doubts.of_head_count(people, number)]


def _people(session: Session, unit: Unit) -> int:
    return session.scalar(select(func.count()).select_from(Follower).where(Follower.unit_id == unit.id)) or 0


def _below(session: Session, unit: Unit) -> int:
    still = (Unit.parent_id == unit.id) & Unit.closed_on.is_(None)
    return session.scalar(select(func.count()).select_from(Unit).where(still)) or 0


ACTS: Mapping[str, UnitAct] = {
    "edit": UnitAct("修改资料", "保存", "unit.edit", forms.EditUnit, edit, ""),
    "move": UnitAct(
        "移到别的上级", "移动", "unit.move", forms.MoveUnit, move,
        "连同下级单位和登记的人一起移动。只能从今天或以后起：以前的数字不改。",
    ),
    "merge": UnitAct(
        "并入别的单位", "合并", "unit.merge", forms.MergeUnit, merge,
        "人和下级单位转到另一个单位，这个单位撤销，它的二维码通向那个单位。",
    ),
    "close": UnitAct(
        "撤销", "撤销", "unit.close", forms.CloseUnit, close,
        "只有没有人登记、没有下级单位时才能撤销。还有人的，请用“并入别的单位”。",
    ),
    "count": UnitAct(
        "登记应登记人数", "登记", "unit.count", forms.CountUnit, count,
        "从填写的那天起有效。旧的记录都保留；改动以前的日期要写明原因。",
    ),
}  # fmt: skip


def filled(name: str, session: Session, unit: Unit, today: date) -> Form:
    """The form of an act as it is first shown."""
    shown: dict[str, Any] = {"kind": unit.basis} if name == "count" else {}
    if name == "edit":
        shorts = "\n".join(_shorts(session, unit.id))
        shown = {"name": unit.name, "kind": str(unit.kind), "basis": str(unit.basis), "short": shorts}
    return forms.today_as_default(ACTS[name].form(data=shown), today)
