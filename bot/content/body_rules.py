"""What a card or a case must keep to before anybody may read it."""

import re
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.bodies import KINDS, LABELS, Body
from bot.content.models import Case, ScamType
from core.errors import Refusal

LINE, NAME, TITLE, STORY, SHORTEST_STORY, MOST_LINES = 200, 40, 60, 1000, 20, 30
_LONG_NUMBER = re.compile(r"\d[\d -]{9,}\d")
_UNPROVED = "〔待核〕"


class FieldFaults(Refusal):
    """A form was refused: `fields` gives each faulty field its sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("；".join(f"{LABELS.get(name, name)}：{told}" for name, told in fields.items()))


def check_type(session: Session, code: str, body: Body) -> None:
    """Raises FieldFaults naming every field of a card that residents could not read or that breaks a rule."""
    faults = _lines_faults(body, ("also", "steps", "signs", "actions", "groups", "tags"))
    faults |= _text_faults(body, {"name": NAME, "summary": LINE}) | _too_long(body, {"note": STORY})
    for name in ("steps", "actions"):
        if not body[name]:
            faults[name] = "至少写一条。"
    if body["kind"] not in KINDS:
        faults["kind"] = "请选骗局、手法或办事。"
    faults |= _date_fault(body) | _type_clashes(session, code, body)
    _refuse(faults)


def check_case(session: Session, type_code: str, case_id: int | None, body: Body) -> None:
    """Raises FieldFaults naming every field of a case that breaks a rule."""
    faults = _text_faults(body, {"title": TITLE, "text": STORY}) | _lines_faults(body, ("tags",))
    if "text" not in faults and len(body["text"]) < SHORTEST_STORY:
        faults["text"] = f"太短，至少 {SHORTEST_STORY} 个字，让人看得出是怎么骗的。"
    here = select(Case.id).where(Case.type_code == type_code, Case.title == body["title"])
    if session.scalar(here.where(Case.id != case_id) if case_id else here):
        faults["title"] = "这个类型已经有同名的案例，请换一个标题。"
    _refuse(faults)


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise FieldFaults({name: faults[name] for name in LABELS if name in faults})


def _text_faults(body: Body, limits: Mapping[str, int]) -> dict[str, str]:
    empty = {name: "请填写。" for name in limits if not body[name].strip()}
    return _too_long(body, limits) | empty


def _too_long(body: Body, limits: Mapping[str, int]) -> dict[str, str]:
    long = {name: f"最多 {most} 个字。" for name, most in limits.items() if len(body[name]) > most}
    return long | {name: told for name in limits if (told := unfit(body[name]))}


def _lines_faults(body: Body, names: tuple[str, ...]) -> dict[str, str]:
    found = {name: told for name in names for line in body[name] if (told := unfit(line))}
    found |= {
        name: f"每条最多 {LINE} 个字。" for name in names if any(len(line) > LINE for line in body[name])
    }
    return found | {name: f"最多 {MOST_LINES} 条。" for name in names if len(body[name]) > MOST_LINES}


def unfit(text: str) -> str:
    """Residents read it: nothing unproved, nobody's number, and nothing that WeChat would make a link of."""
    if "<" in text or ">" in text:
        return "不能有 < 和 >，微信会把它们当成链接。"
    if _UNPROVED in text:
        return "还有“〔待核〕”的内容，核实后再写。"
    return "有 11 位以上的数字，像手机号或卡号，请删去。" if _LONG_NUMBER.search(text) else ""


def _date_fault(body: Body) -> dict[str, str]:
    try:
        date.fromisoformat(body["review_by"] or "2000-01-01")
    except ValueError:
        return {"review_by": "请按 2026-03-01 的样子填写。"}
    return {}


def _type_clashes(session: Session, code: str, body: Body) -> dict[str, str]:
    named = session.scalar(select(ScamType.code).where(ScamType.name == body["name"], ScamType.code != code))
    faults = {"name": "已经有一个类型叫这个名称。"} if named else {}
    known = set(session.scalars(select(ScamType.code).where(ScamType.code.in_(body["second"]))))
    lost = [other for other in body["second"] if other not in known or other == code]
    return faults | ({"second": f"没有这个类型：{'、'.join(lost)}。"} if lost else {})
