"""Inviting many people at once: one line a person, all or nobody, a link for each."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.registry.models import Staff
from bot.registry.staff import add_staff, free_login
from bot.registry.staff_links import make_link
from bot.registry.staff_roles import unit_called
from core.errors import Refusal, RowErrors

MOST = 500
COLUMNS = ("姓名", "单位", "账号")
_BETWEEN = re.compile(r"\s*[\t,，;；]\s*|\s{2,}")


class Line(NamedTuple):
    """One person to invite, from line `number`; without a `login` one is made from the name."""

    number: int
    name: str
    unit: str
    login: str


class Invited(NamedTuple):
    login: str
    name: str
    unit: str
    token: str


def lines_of(text: str) -> list[Line]:
    """The people of a pasted list: name, unit and, where wanted, login, as Excel copies them or with commas.

    A first line of headings is passed over. Raises RowErrors, Refusal when there is nobody or there are too many.
    """
    lines, faults = [], []
    for number, raw in enumerate(text.splitlines(), 1):
        cells = _cells(raw)
        if not cells or tuple(cells[:2]) == COLUMNS[:2]:
            continue
        if not 2 <= len(cells) <= len(COLUMNS):
            faults.append(
                (
                    number,
                    "、".join(COLUMNS[:2]),
                    "每行写姓名和单位两项，中间用制表符或逗号隔开，后面可以再写账号。",
                )
            )
            continue
        lines.append(Line(number, cells[0], cells[1], cells[2] if len(cells) > 2 else ""))
    if faults:
        raise RowErrors(faults)
    if not lines:
        raise Refusal("没有看到要邀请的人。每行一个人：姓名、单位。")
    if len(lines) > MOST:
        raise Refusal(f"一次最多邀请 {MOST} 人，这里有 {len(lines)} 人，请分几次。")
    return lines


def invite_all(
    session: Session, lines: Sequence[Line], role: str, actor: str, now: datetime
) -> list[Invited]:
    """Add everybody with the role for their unit, and a link for each. Raises RowErrors naming every fault.

    The caller's transaction is given up with the refusal, so that nobody is half invited.
    """
    made, faults, taken = [], [], {line.login for line in lines if line.login}
    for line in lines:
        try:
            staff = _invite(session, line, role, taken)
        except Refusal as refusal:
            faults.append((line.number, f"{line.name}，{line.unit}", refusal.message))
        else:
            taken.add(staff.login)
            made.append((staff, line.unit))
    if faults:
        raise RowErrors(faults)
    return [
        Invited(staff.login, staff.name, unit, make_link(session, staff.id, actor, now)[1])
        for staff, unit in made
    ]


def _invite(session: Session, line: Line, role: str, taken: set[str]) -> Staff:
    unit = unit_called(session, line.unit)
    return add_staff(session, line.login or free_login(session, line.name, taken), line.name, role, unit)


def _cells(raw: str) -> list[str]:
    """The cells of one line; two words with a single space between them are a name and a unit."""
    cells = [cell.strip() for cell in _BETWEEN.split(raw.strip())]
    if len(cells) == 1 and cells[0].count(" ") == 1:
        cells = cells[0].split(" ")
    while cells and not cells[-1]:
        cells.pop()
    return cells
