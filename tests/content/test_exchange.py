"""Tables and JSON lines into the library and out of it: every fault named, all or nothing, cases through review."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.content.exchange_faults import row_faults
from bot.content.exchange_out import lines_of, table_of
from bot.content.exchange_plan import plan
from bot.content.exchange_rows import HEADINGS, rows_of_lines
from bot.content.exchange_take import carry_out
from bot.content.imports import import_cases
from bot.content.library import LIBRARY, library_version, load_library
from bot.content.matcher import Matcher
from bot.content.models import Case, Draft, OrdinaryText, Phrase, QuickAct
from bot.content.quick import add, recent, undo
from bot.content.reviews import approve_batch
from core.errors import RowErrors
from core.sheets import read_rows
from core.sheets_out import as_csv, as_xlsx

STORY = "邻居接到自称平台的视频来电，说保障到期要扣费，一步步教她打开屏幕共享。"


def rows(*lines):
    """Rows as a sheet gives them: the headings are row 1."""
    return [(number, dict(zip(HEADINGS, line, strict=False))) for number, line in enumerate(lines, 2)]


GOOD = rows(
    ("案例", "百万保障骗局", "邻居的视频来电", STORY, "共享屏幕、视频来电"),
    ("案例", "baiwan", "视频来电", STORY + "后来改过。", ""),
    ("线索词", "百万保障骗局", "", "星钻权益", ""),
    ("问法", "baiwan", "", "会员自动续费怎么关掉", ""),
    ("日常话", "", "", "超市几点关门呢", ""),
    ("线索词", "baiwan", "", "百万保障", ""),
)


@pytest.fixture
def takes(session, clock, library):
    def take(lines, by="li"):
        wanted = plan(session, lines)
        carry_out(session, wanted, "b1", "导入 a.xlsx", by, clock())
        return wanted

    return take


def faults(session, *lines):
    with pytest.raises(RowErrors) as refused:
        plan(session, rows(*lines))
    return [(row, column) for row, column, _ in refused.value.rows]


def counts(session):
    return [
        session.scalar(select(func.count()).select_from(each)) for each in (Case, Phrase, OrdinaryText, Draft)
    ]


def test_a_plan_says_what_would_change_and_changes_nothing(session, library):
    before = counts(session), library_version(session)
    wanted = plan(session, GOOD)
    assert [item.title for item in wanted.new_cases] == ["邻居的视频来电"]
    assert [row.title for row, _ in wanted.changed_cases] == ["视频来电"]
    assert [wanted.count(kind) for kind in ("alias", "question", "ordinary")] == [1, 1, 1]
    assert wanted.same == 1
    assert (counts(session), library_version(session)) == before


def test_phrases_act_at_once_and_cases_after_a_second_person(session, clock, takes):
    takes(GOOD)
    made = Matcher()
    made.refresh(session)
    assert made.find("说我的星钻权益要清零").types[0] == "baiwan"
    assert made.find("超市几点关门呢").ordinary
    assert "邻居的视频来电" not in {story.title for story in made.cards["baiwan"].cases}
    assert approve_batch(session, "b1", 2, "wang", clock()) == 2
    made.refresh(session)
    told = {story.title: story.text for story in made.cards["baiwan"].cases}
    assert told["邻居的视频来电"] == STORY and told["视频来电"].endswith("后来改过。")


def test_what_came_in_a_file_can_be_undone_one_by_one(session, clock, takes):
    takes(GOOD)
    for act in recent(session, "baiwan"):
        undo(session, act.id, "zhao", clock())
    assert session.scalar(select(func.count(QuickAct.id)).where(QuickAct.undone_at.is_not(None))) == 2
    assert plan(session, GOOD[2:]).count("alias") == 1


def test_a_second_time_changes_nothing(session, takes):
    takes(GOOD[:1] + GOOD[2:])
    before = counts(session)
    again = takes(GOOD[:1] + GOOD[2:])
    assert (again.drafts, again.phrases) == (0, []) and counts(session) == before


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (("故事", "baiwan", "a", STORY), "种类"), (("案例", "nobody", "a", STORY), "类型"),
        (("案例", "baiwan", "", STORY), "标题"),
        (("案例", "baiwan", "长" * 61, STORY), "标题"), (("案例", "baiwan", "a", "太短"), "文字"),
        (("案例", "baiwan", "a", "长" * 1001), "文字"), (("案例", "baiwan", "a", STORY + "打13812345678"), "文字"),
        (("线索词", "baiwan", "", "9"), "文字"), (("问法", "baiwan", "", "长" * 201), "文字"),
        (("线索词", "", "", "星钻"), "类型"), (("线索词", "baiwan", "", "客服"), "文字"),
        (("日常话", "", "", "说我的保险要每月扣八百"), "文字"), (("日常话", "", "", ""), "文字"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_named_with_its_column(session, library, line, column):
    assert faults(session, ("线索词", "baiwan", "", "星钻权益"), line) == [(3, column)]


def test_every_fault_of_a_row_is_named_at_once_each_value_with_what_to_write(session, library):
    with pytest.raises(RowErrors) as refused:
        plan(
            session,
            rows(
                ("案件", "刷弹返利", "", STORY),
                ("案例", "刷弹返利", "", "打13812345678", "好、<b>"),
                ("线索词", "刷单返利", "", "客服"),
                ("问法", "", "写错了列", ""),
            ),
        )
    assert [(row, column) for row, column, _ in refused.value.rows] == [
        (2, "种类"), (2, "类型"), (3, "类型"), (3, "标题"), (3, "文字"), (3, "标签"), (4, "文字"), (5, "类型"), (5, "文字"),
    ]  # fmt: skip
    told = [sentence for _, _, sentence in refused.value.rows]
    assert (
        "“案件”" in told[0]
        and "是不是“刷单返利”" in told[1]
        and "只有 12 个字" in told[4]
        and "手机号" in told[4]
    )
    assert "“<b>”" in told[5] and "平常说话" in told[6] and "写在“文字”这一列" in told[8]


def test_two_cases_of_types_that_are_not_there_have_no_title_in_common(session, library):
    assert faults(session, ("案例", "甲", "同名", STORY), ("案例", "乙", "同名", STORY)) == [
        (2, "类型"),
        (3, "类型"),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_line_breaks_that_a_cell_does_not_keep_change_no_case(session, library, tmp_path, name):
    session.add(Case(type_code="baiwan", title="两  段", text=STORY + "\n\n" + STORY, tags="[]", live=True))
    session.flush()
    path = tmp_path / name
    path.write_bytes((as_csv if name == "a.csv" else as_xlsx)(table_of(session)))
    assert plan(session, read_rows(path)).drafts == 0


def test_rows_that_contradict_one_another_are_named(session, clock, library):
    assert faults(session, ("案例", "baiwan", "同名", STORY), ("案例", "baiwan", "同名", STORY + "二")) == [
        (3, "标题")
    ]
    assert faults(session, ("日常话", "", "", "星钻权益"), ("线索词", "baiwan", "", "星钻权益")) == [
        (3, "文字")
    ]
    add(session, "ordinary", "", "保险到期要续吗", "li", clock())
    assert faults(session, ("问法", "baiwan", "", "保险到期要续吗")) == [(2, "文字")]


def test_a_case_that_is_being_written_is_not_pushed_aside(session, takes):
    takes(GOOD[1:2])
    assert faults(session, ("案例", "baiwan", "视频来电", STORY + "又一种。")) == [(2, "标题")]


def test_a_file_without_the_columns_is_refused(session, library):
    with pytest.raises(RowErrors) as refused:
        plan(session, [(2, {"甲": "案例"})])
    assert {column for _, column, _ in refused.value.rows} == {"种类", "类型", "文字"}


@pytest.mark.parametrize(("write", "name"), [(as_xlsx, "a.xlsx"), (as_csv, "a.csv")])
def test_what_is_given_out_can_be_taken_in_again(session, library, tmp_path, write, name):
    path = tmp_path / name
    path.write_bytes(write(table_of(session)))
    wanted = plan(session, read_rows(path))
    assert (wanted.drafts, wanted.phrases) == (0, [])
    assert wanted.same == 4 + 20


def test_one_type_is_given_out_alone(session, library):
    assert {row[1] for row in table_of(session, "baiwan").rows} == {"百万保障骗局"}


def test_json_lines_given_out_fill_an_emptied_library_by_command(session, clock, library):
    text = lines_of(session)
    for table in (Case, Phrase):
        session.execute(delete(table))
    done = import_cases(session, text, clock())
    assert (done.cases, done.aliases + done.questions) == (4, 20)
    assert lines_of(session) == text


def test_json_lines_are_taken_through_review_as_a_table_is(session, library):
    line = {"type": "百万保障骗局", "title": "新", "text": STORY, "tags": ["NFC"], "aliases": ["星钻权益"]}
    wanted = plan(session, rows_of_lines(session, json.dumps(line, ensure_ascii=False)))
    assert wanted.new_cases[0].tags == ("NFC",) and wanted.count("alias") == 1
    with pytest.raises(RowErrors) as refused:
        rows_of_lines(session, "{}\n[1]\n" + json.dumps(line | {"tags": "x"}))
    assert [(row, column) for row, column, _ in refused.value.rows] == [(1, "type"), (2, "整行"), (3, "tags")]


def test_a_text_that_a_spreadsheet_would_compute_survives_the_way(session, clock, library, tmp_path):
    add(session, "question", "baiwan", "-5元的会员能退吗", "li", clock())
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(table_of(session)))
    assert "'-5元" in path.read_text("utf-8-sig")
    assert plan(session, read_rows(path)).phrases == []


def test_four_thousand_rows_are_planned_and_taken_in_seconds(session, takes):
    lines = rows(*[("案例", "baiwan", f"案例{n}", f"{STORY}{n}") for n in range(2000)],
                 *[("问法", "baiwan", "", f"第{n}个会员的扣费怎么取消") for n in range(2000)])  # fmt: skip
    wanted = takes(lines)
    assert len(wanted.new_cases) == 2000 and session.scalar(select(func.count(Draft.id))) == 2000


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["案例", "线索词", "日常话", "x"]), CELLS, CELLS, CELLS, CELLS), max_size=5
    )
)
def test_whatever_stands_in_a_row_it_is_taken_or_named(lines):
    for number, cells in rows(*lines):
        found = row_faults(number, cells, {"baiwan": "baiwan"})
        assert all(row == number and column in HEADINGS and told for row, column, told in found)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_the_shipped_library_goes_out_and_comes_in_again_unchanged(session, clock, kind, tmp_path):
    load_library(session, clock(), LIBRARY)
    before = counts(session)
    if kind == "jsonl":
        again = rows_of_lines(session, lines_of(session))
    else:
        file = tmp_path / f"library.{kind}"
        file.write_bytes((as_xlsx if kind == "xlsx" else as_csv)(table_of(session)))
        again = read_rows(file)
    wanted = plan(session, again)
    assert (wanted.drafts, wanted.phrases) == (0, []) and wanted.same > 3_000
    assert counts(session) == before


def test_brackets_without_end_are_a_fault_like_any_other(session, library):
    with pytest.raises(RowErrors) as refused:
        rows_of_lines(session, '{"a":' * 5_000)
    assert refused.value.rows[0][0] == 1
