from copy import deepcopy

import pytest
from sqlalchemy import select

from bot.content.library import LoadResult, library_version, load_library, read_library
from bot.content.models import Case, Phrase, ScamType
from bot.content.phrases import add_phrase, retire_phrase
from bot.registry.models import AuditEntry
from core.errors import Refusal
from tests.content.conftest import TYPES, a_case, write


def changed(code, **fields):
    types = deepcopy(TYPES)
    next(made for made in types if made["code"] == code).update(fields)
    return types


def case(session, title):
    return session.scalars(select(Case).where(Case.title == title)).one()


def phrase(session, text):
    return session.scalars(select(Phrase).where(Phrase.text == text)).one()


def test_a_fresh_database_gets_everything_in_the_files(session, library):
    assert library == LoadResult(types=4, cases=4, phrases=20, kept=0)


def test_loading_twice_changes_nothing_and_leaves_the_version(session, clock, folder, library):
    before = library_version(session)
    assert load_library(session, clock(), folder) == LoadResult(0, 0, 0, 0)
    assert library_version(session) == before


def test_a_load_that_changes_something_moves_the_version_and_is_audited(session, clock, folder, library):
    before = library_version(session)
    load_library(session, clock(), write(folder, changed("baiwan", summary="换了说法。")))
    assert library_version(session) == before + 1
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "library.load")).all()) == 2


def test_a_shipped_card_that_nobody_edited_follows_the_files(session, clock, folder, library):
    result = load_library(session, clock(), write(folder, changed("baiwan", summary="换了说法。")))
    assert session.get(ScamType, "baiwan").summary == "换了说法。"
    assert (result.types, result.kept) == (1, 0)


def test_an_editors_card_is_never_overwritten(session, clock, folder, library):
    session.get(ScamType, "baiwan").summary = "编辑写的。"
    session.flush()
    result = load_library(session, clock(), write(folder, changed("baiwan", summary="换了说法。")))
    assert session.get(ScamType, "baiwan").summary == "编辑写的。"
    assert (result.types, result.kept) == (0, 1)


def test_an_editors_case_is_never_overwritten(session, clock, folder, library):
    case(session, "视频来电").text = "编辑改过的案例。"
    session.flush()
    load_library(session, clock(), write(folder, changed("baiwan", cases=[a_case("视频来电", "新的文字。")])))
    assert case(session, "视频来电").text == "编辑改过的案例。"


def test_a_case_gone_from_the_files_is_retired_and_comes_back_with_them(session, clock, folder, library):
    load_library(session, clock(), write(folder, changed("baiwan", cases=[])))
    assert not case(session, "视频来电").live
    load_library(session, clock(), write(folder, TYPES))
    assert case(session, "视频来电").live


def test_a_case_an_editor_retired_stays_retired(session, clock, folder, library):
    case(session, "视频来电").live = False
    session.flush()
    assert load_library(session, clock(), folder).kept == 1
    assert not case(session, "视频来电").live


def test_a_phrase_gone_from_the_files_is_retired(session, clock, folder, library):
    load_library(session, clock(), write(folder, changed("baiwan", aliases=["百万保障"])))
    assert not phrase(session, "取消会员扣费").live


def test_a_phrase_an_editor_retired_is_not_brought_back(session, clock, folder, library):
    retire_phrase(session, phrase(session, "百万保障").id)
    load_library(session, clock(), folder)
    assert not phrase(session, "百万保障").live


def test_a_phrase_an_editor_added_survives_a_load(session, clock, folder, library):
    add_phrase(session, "baiwan", "alias", "金卡会员到期")
    load_library(session, clock(), folder)
    assert phrase(session, "金卡会员到期").live


def test_types_are_listed_with_the_official_ones_first_and_topics_last(folder):
    assert [file.code for file in read_library(folder)] == ["shuadan", "police", "baiwan", "call96110"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "story"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"steps": []}, "steps"),
        ({"second": ["nobody"]}, "nobody"),
        ({"name": "刷单返利"}, "重复"),
        ({"cases": [a_case("同", "一"), a_case("同", "二")]}, "案例标题重复"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(folder, fields, named):
    write(folder, changed("baiwan", **fields))
    with pytest.raises(Refusal) as refused:
        read_library(folder)
    assert "baiwan.yaml" in refused.value.message and named in refused.value.message


def test_a_file_that_is_no_yaml_is_named(folder):
    (folder / "types" / "broken.yaml").write_text("name: [", "utf-8")
    with pytest.raises(Refusal, match=r"broken\.yaml"):
        read_library(folder)


def test_every_shipped_file_passes_the_schema():
    assert len(read_library()) >= 41
