"""What taking a table over would do to the library: shown first, and then done whole."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.bodies import CASE, Body, case_body, load
from bot.content.editing import OPEN
from bot.content.everyday import said_every_day
from bot.content.exchange_faults import faults_of, in_order
from bot.content.exchange_rows import SAID, TEXT, TITLED, Fault, Item, codes_of, item_of, must_have_columns
from bot.content.history import subject_of
from bot.content.library import ALIAS, ORDINARY, QUESTION
from bot.content.models import Case, Draft, OrdinaryText, Phrase
from core.errors import RowErrors
from core.sheets import Row


class Plan(NamedTuple):
    """What taking the table over would do; `same` rows are in the library already, or wait for review."""

    new_cases: list[Item]
    changed_cases: list[tuple[Case, Item]]
    phrases: list[Item]
    """Aliases, questions and ordinary talk: they act at once."""
    same: int

    @property
    def drafts(self) -> int:
        return len(self.new_cases) + len(self.changed_cases)

    def count(self, kind: str) -> int:
        return sum(item.kind == kind for item in self.phrases)


class _Held(NamedTuple):
    """The library as the rows are compared with it."""

    cases: Mapping[tuple[str, str], Case]
    writing: frozenset[str]
    """Subjects of cases that have an open draft."""
    waiting: frozenset[tuple[str, str]]
    """(type, title) of new cases that are being written."""
    phrases: Mapping[tuple[str, str, str], Phrase]
    claims: Mapping[str, str]
    """Key → kind of each live phrase."""
    ordinary: Mapping[str, OrdinaryText]


def plan(session: Session, rows: list[Row]) -> Plan:
    """What the rows would change.

    Raises RowErrors naming every fault of every row, in itself and against what the library holds; Refusal when there
    is no row.
    """
    must_have_columns(rows)
    codes, held = codes_of(session), _held(session)
    items = [item_of(number, cells, codes) for number, cells in rows]
    faults = faults_of(rows, items, codes)
    named = {fault[:2] for fault in faults}
    against = (fault for item in items if (fault := _contradiction(item, held)))
    if faults := in_order([*faults, *(fault for fault in against if fault[:2] not in named)]):
        raise RowErrors(faults)
    return _planned(items, held)


def _planned(items: Sequence[Item], held: _Held) -> Plan:
    made = Plan([], [], [], 0)
    seen: set[tuple[str, str, str]] = set()
    for item in items:
        if item.kind == CASE:
            _plan_case(item, held, made)
        elif (place := (item.kind, item.key, item.code)) not in seen and not _live(item, held):
            seen.add(place)
            made.phrases.append(item)
    return made._replace(same=len(items) - made.drafts - len(made.phrases))


def body_after(row: Case, item: Item) -> Body:
    """The case as the row would have it. What a cell cannot hold stays as it is: line breaks, and tags where none are given."""
    text = row.text if _in_a_cell(row.text) == item.text else item.text
    return case_body(row) | {"text": text} | ({"tags": list(item.tags)} if item.tags else {})


def _in_a_cell(text: str) -> str:
    """As a table is read: blanks and line breaks as one blank each."""
    return " ".join(text.split())


def _case_of(item: Item, held: _Held) -> Case | None:
    return held.cases.get((item.code, _in_a_cell(item.title)))


def _plan_case(item: Item, held: _Held, made: Plan) -> None:
    row = _case_of(item, held)
    if row is None:
        if (item.code, item.title) not in held.waiting:
            made.new_cases.append(item)
    elif body_after(row, item) != case_body(row):
        made.changed_cases.append((row, item))


def _live(item: Item, held: _Held) -> bool:
    row: Phrase | OrdinaryText | None = held.phrases.get((item.kind, item.key, item.code))
    if item.kind == ORDINARY:
        row = held.ordinary.get(item.key)
    return row is not None and row.live


def _contradiction(item: Item, held: _Held) -> Fault | None:
    if item.kind == CASE:
        row = _case_of(item, held)
        writing = row is not None and subject_of(CASE, row.id) in held.writing
        if row is not None and writing and body_after(row, item) != case_body(row):
            return item.row, TITLED, f"“{item.title[:20]}”有一份稿件在改，请先处理它。"
        return None
    if item.kind == ORDINARY and item.key in held.claims:
        told = f"“{item.text[:20]}”现在是{SAID[held.claims[item.key]]}，不能又是日常话。请先停用那一条，或删去这一行。"
        return item.row, TEXT, told
    if item.kind == QUESTION and item.key in held.ordinary and held.ordinary[item.key].live:
        told = f"“{item.text[:20]}”已经记为日常话。请先停用那一条，或删去这一行。"
        return item.row, TEXT, told
    if item.kind == ALIAS and not _live(item, held) and (told := said_every_day(item.text)):
        return item.row, TEXT, f"{told}。"
    return None


def _held(session: Session) -> _Held:
    drafts = session.execute(
        select(Draft.subject, Draft.type_code, Draft.body).where(Draft.kind == CASE, Draft.state.in_(OPEN))
    ).all()
    phrases = session.scalars(select(Phrase)).all()
    return _Held(
        {(row.type_code, _in_a_cell(row.title)): row for row in session.scalars(select(Case))},
        frozenset(draft.subject for draft in drafts if draft.subject),
        frozenset((draft.type_code, load(draft.body)["title"]) for draft in drafts if not draft.subject),
        {(row.kind, row.folded, row.type_code): row for row in phrases},
        {row.folded: row.kind for row in phrases if row.live},
        {row.folded: row for row in session.scalars(select(OrdinaryText))},
    )
