"""What is wrong with the rows of a table, by row and column, each value with what to write instead."""

from collections.abc import Iterable, Mapping, Sequence

from bot.content.bodies import CASE
from bot.content.body_rules import LINE, MOST_LINES, SHORTEST_STORY, STORY, TITLE, unfit
from bot.content.exchange_rows import HEADINGS, KIND, SAID, TAGS, TEXT, TITLED, TYPE, Fault, Item, item_of
from bot.content.library import ORDINARY
from bot.content.line_faults import no_type, too_short
from bot.content.phrases import LONGEST, can_serve
from core.sheets import Row, cell

_WHICH = "请写案例、线索词、群众问法或日常话。"


def faults_of(rows: Sequence[Row], items: Sequence[Item], codes: Mapping[str, str]) -> list[Fault]:
    """Every fault of every row, and of the rows among themselves."""
    own = [fault for number, cells in rows for fault in row_faults(number, cells, codes)]
    return in_order(own + _twice(items))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By row, then as the columns of the template stand."""
    places = {name: n for n, name in enumerate(HEADINGS)}
    return sorted(faults, key=lambda fault: (fault[0], places.get(fault[1], -1)))


def row_faults(number: int, cells: Mapping[str, str], codes: Mapping[str, str]) -> list[Fault]:
    """What is wrong with one row. `codes` maps a type's code or name to its code."""
    item, said = item_of(number, cells, codes), cell(cells, (TYPE,))
    faults: list[Fault] = []
    if not item.kind:
        kind = cell(cells, (KIND,))
        faults.append((number, KIND, f"认不出“{kind[:20]}”。{_WHICH}" if kind else f"没有写种类。{_WHICH}"))
    if item.kind != ORDINARY and not item.code and (said or item.kind):
        faults.append((number, TYPE, no_type(said, tuple(codes))))
    if item.kind == CASE:
        return faults + _case_faults(item)
    return faults + (_phrase_faults(item) if item.kind else [])


def _case_faults(item: Item) -> list[Fault]:
    title = _too_long(len(item.title), TITLE) or unfit(item.title)
    told = {
        TITLED: title if item.title else f"没有写标题，请写 1 到 {TITLE} 个字。",
        TEXT: _story_fault(len(item.text)) + unfit(item.text),
        TAGS: _too_many(item.tags) or next(filter(None, map(_tag_fault, item.tags)), ""),
    }
    return [(item.row, column, sentence) for column, sentence in told.items() if sentence]


def _story_fault(size: int) -> str:
    if not size:
        return f"没有写正文，请写 {SHORTEST_STORY} 到 {STORY} 个字。"
    if size < SHORTEST_STORY:
        return f"只有 {size} 个字，看不出是怎么骗的，请写到 {SHORTEST_STORY} 个字以上。"
    return _too_long(size, STORY)


def _too_many(tags: Sequence[str]) -> str:
    return f"有 {len(tags)} 个标签，最多 {MOST_LINES} 个。" if len(tags) > MOST_LINES else ""


def _tag_fault(tag: str) -> str:
    told = _too_long(len(tag), LINE) or unfit(tag)
    return f"“{tag[:20]}”{told}" if told else ""


def _too_long(size: int, most: int) -> str:
    return f"有 {size} 个字，最多 {most} 个，请写短些。" if size > most else ""


def _phrase_faults(item: Item) -> list[Fault]:
    if not item.text:
        return [(item.row, TEXT, f"没有写。{SAID[item.kind]}写在“{TEXT}”这一列。")]
    if not can_serve(item.key):
        return [(item.row, TEXT, too_short(item.text))]
    told = _too_long(len(item.text), LONGEST)
    return [(item.row, TEXT, told)] if told else []


def _twice(items: Sequence[Item]) -> list[Fault]:
    """Cases of one type with one title, and messages that are ordinary talk in one row and a type's words in another."""
    faults, titles, claims = [], dict[tuple[str, str], int](), dict[str, Item]()
    for item in items:
        if item.kind == CASE and item.code and item.title:
            first = titles.setdefault((item.code, item.title), item.row)
            if first != item.row:
                told = f"和第 {first} 行的标题“{item.title[:20]}”相同，请换一个。"
                faults.append((item.row, TITLED, told))
        elif item.kind in SAID and item.kind != CASE and item.key:
            other = claims.setdefault(item.key, item)
            if (other.kind == ORDINARY) != (item.kind == ORDINARY):
                told = f"“{item.text[:20]}”第 {other.row} 行写成了{SAID[other.kind]}，请只留一行。"
                faults.append((item.row, TEXT, told))
    return faults
