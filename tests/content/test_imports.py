import json

import pytest
from sqlalchemy import func, select

from bot.content.imports import ImportResult, import_cases
from bot.content.library import library_version
from bot.content.models import Case, Phrase
from core.errors import RowErrors


def lines(*rows):
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)


def row(**fields):
    return {
        "type": "police",
        "title": "假网警",
        "text": "一位村民接到电话。",
        "aliases": [],
        "questions": [],
    } | fields


def test_cases_and_phrases_come_in_and_the_version_moves(session, clock, library):
    before = library_version(session)
    text = lines(
        row(aliases=["网警执法证"], questions=["网警让我配合"]), row(type="刷单返利", title="又一例")
    )
    assert import_cases(session, text, clock()) == ImportResult(2, 1, 1)
    assert library_version(session) == before + 1


def test_importing_twice_adds_nothing_more(session, clock, library):
    text = lines(row(aliases=["网警执法证"]))
    import_cases(session, text, clock())
    before = library_version(session)
    assert import_cases(session, text, clock()) == ImportResult(0, 0, 0)
    assert library_version(session) == before


def test_a_title_used_for_another_text_gets_a_number(session, clock, library):
    import_cases(session, lines(row(), row(text="另一件事。")), clock())
    titles = session.scalars(
        select(Case.title).where(Case.type_code == "police", Case.title.like("假网警%"))
    ).all()
    assert set(titles) == {"假网警", "假网警（2）"}


def test_a_line_may_bring_phrases_alone(session, clock, library):
    text = lines({"type": "police", "questions": ["网警让我配合"]})
    assert import_cases(session, text, clock()) == ImportResult(0, 0, 1)


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        ("{", "整行"), ("[1]", "整行"), (row(type="nobody"), "type"), (row(title=""), "title"), (row(title=["x"]), "title"),
        (row(title="长" * 61), "title"), (row(aliases="不是一列"), "aliases"), (row(aliases=["1"]), "aliases"),
        (row(questions=["长" * 201]), "questions"),
    ],
)  # fmt: skip
def test_one_bad_line_keeps_everything_out_and_is_named(session, clock, library, bad, column):
    before = (
        session.scalar(select(func.count()).select_from(Case)),
        session.scalar(select(func.count(Phrase.id))),
    )
    with pytest.raises(RowErrors) as refused:
        import_cases(session, lines(row(), bad), clock())
    assert [(number, where) for number, where, _ in refused.value.rows] == [(2, column)]
    assert before == (
        session.scalar(select(func.count()).select_from(Case)),
        session.scalar(select(func.count(Phrase.id))),
    )


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (row(type=["police"]), "type"), (row(type={}), "type"), ("9" * 5_000, "整行"), (row(title="假\ud800"), "title"),
        (row(text="一位\x00村民"), "text"), (row(aliases=["星\x00钻"]), "aliases"), (row(tags=[""]), "tags"),
    ],
)  # fmt: skip
def test_what_no_column_can_hold_is_a_fault_like_any_other(session, library, clock, bad, column):
    text = bad if isinstance(bad, str) else json.dumps(bad)
    with pytest.raises(RowErrors) as refused:
        import_cases(session, text, clock())
    assert [(number, where) for number, where, _ in refused.value.rows] == [(1, column)]


def test_every_fault_of_a_line_is_named_at_once_with_what_to_write(session, library, clock):
    bad = row(type="刷弹返利", title=5, aliases="垫付", questions=["9", "长" * 201], tags=["长" * 201])
    with pytest.raises(RowErrors) as refused:
        import_cases(session, lines(bad), clock())
    columns = [column for _, column, _ in refused.value.rows]
    assert columns == ["type", "title", "aliases", "questions", "questions", "tags"]
    assert "是不是“刷单返利”" in refused.value.rows[0][2] and "“9”太短" in str(refused.value)


def test_a_whole_json_array_is_one_fault_and_not_one_a_line(session, library, clock):
    with pytest.raises(RowErrors) as refused:
        import_cases(session, json.dumps([row(), row(title="又一例")], indent=1), clock())
    assert len(refused.value.rows) == 1 and "JSON 数组" in str(refused.value)


def test_a_long_title_used_for_another_text_keeps_room_for_its_number(session, library, clock):
    import_cases(session, lines(row(title="长" * 60), row(title="长" * 60, text="另一件事。")), clock())
    titles = session.scalars(select(Case.title).where(Case.title.like("长%"))).all()
    assert set(titles) == {"长" * 57 + "（2）", "长" * 60}
