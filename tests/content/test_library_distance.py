"""No shipped text is a copy of another, and the check that says so can tell copies from different texts."""

import json
import os
from pathlib import Path

import pytest

from bot.content.corpus import ordinary
from bot.content.library import LIBRARY, read_library
from bot.content.library_check import (
    OUTSIDE_LIMIT,
    OWN_LIMIT,
    Text,
    cosines,
    grams,
    index_of,
    json_lines_texts,
    library_texts,
    main,
    pairs_between,
    pairs_within,
    report,
)
from core.errors import Refusal

MEASURING = sorted((LIBRARY.parents[3] / "shared" / "data").glob("*.jsonl"))
MEASURING += sorted(Path(os.environ.get("MATCH_DATA", "/nowhere")).glob("*.jsonl"))
"""Beside the project, or in the folder MATCH_DATA names."""

CARD = """code: {code}
name: {code}
kind: scam
summary: 一句话。
steps: [第一步。]
actions: [先停下。]
aliases: [短词, 这是一个长别名]
questions: [{question}]
cases: []
"""


def texts(*lines: str) -> list[Text]:
    return [Text(f"第 {row} 条", line) for row, line in enumerate(lines)]


def write_library(folder, **questions: str):
    (folder / "types").mkdir()
    for code, question in questions.items():
        card = CARD.format(code=code, question=question).replace("这是一个长别名", f"{code * 3}长别名")
        (folder / "types" / f"{code}.yaml").write_text(card, "utf-8")
    return folder


def write_lines(path, *lines: str):
    path.write_text("\n".join(json.dumps({"text": line}, ensure_ascii=False) for line in lines), "utf-8")
    return path


def shipped() -> list[Text]:
    """Everything the library ships: types and ordinary messages."""
    return library_texts(read_library()) + [Text("ordinary.txt", line) for line in ordinary()]


def test_no_two_shipped_texts_are_nearly_the_same():
    found = pairs_within(shipped())
    assert not found, report(found, OWN_LIMIT)


@pytest.mark.skipif(not MEASURING, reason="the measuring sets are no part of the project")
def test_no_shipped_text_is_near_to_one_of_the_measuring_sets():
    found = pairs_between(shipped(), [text for path in MEASURING for text in json_lines_texts(path)])
    assert not found, report(found, OUTSIDE_LIMIT)


def test_a_text_has_cosine_one_with_itself():
    (score,) = cosines("客服叫我共享屏幕退款", index_of(texts("客服叫我共享屏幕退款")))
    assert score == pytest.approx(1.0)


def test_the_cosine_counts_shared_grams():
    # “甲乙丙丁” and “甲乙丙戊” have two 3-grams each and share one
    (score,) = cosines("甲乙丙丁", index_of(texts("甲乙丙戊")))
    assert score == pytest.approx(0.5)


def test_a_repeated_gram_weighs_more():
    assert grams("哈哈哈哈乙") == pytest.approx({"哈哈哈": 2 / 5**0.5, "哈哈乙": 1 / 5**0.5})


def test_a_text_of_two_characters_is_one_gram():
    assert grams("连单") == {"连单": 1.0}


def test_a_text_of_marks_only_has_no_grams():
    assert grams("？！") == {}


def test_punctuation_and_traditional_characters_hide_no_copy():
    assert len(pairs_within(texts("客服说，要共享屏幕！", "客服說要共享屏幕"))) == 1


def test_different_texts_are_no_pair():
    assert pairs_within(texts("我家的羊草钱付了没到货", "他让我打开屏幕共享")) == []


def test_each_pair_is_found_once():
    found = pairs_within(texts("共享屏幕能退款吗", "别的话题完全不同", "共享屏幕能退款吗"))
    assert [(pair.one.place, pair.other.place) for pair in found] == [("第 2 条", "第 0 条")]


def test_pairs_come_closest_first():
    found = pairs_between(texts("转账先别急着转"), texts("转账先别急", "转账先别急着转"), OUTSIDE_LIMIT)
    assert [pair.other.place for pair in found] == ["第 1 条", "第 0 条"]


def test_a_pair_at_the_limit_counts():
    assert len(pairs_between(texts("甲乙丙丁"), texts("甲乙丙戊"), limit=0.49)) == 1
    assert pairs_between(texts("甲乙丙丁"), texts("甲乙丙戊"), limit=0.51) == []


def test_short_aliases_are_not_compared(tmp_path):
    compared = library_texts(read_library(write_library(tmp_path, aa="这个可信吗")))
    assert [text.text for text in compared] == ["这个可信吗", "aaaaaa长别名"]


def test_a_topics_aliases_may_resemble_one_another_but_nothing_of_others(tmp_path):
    folder = write_library(tmp_path, aa="群里派单要我垫钱")
    path = folder / "types" / "aa.yaml"
    path.write_text(path.read_text("utf-8").replace("aaaaaa长别名", "卸载反诈软件, 卸载反诈软件吗"), "utf-8")
    assert len(pairs_within(library_texts(read_library(folder)))) == 1
    path.write_text(path.read_text("utf-8").replace("kind: scam", "kind: topic"), "utf-8")
    held = library_texts(read_library(folder))
    assert pairs_within(held) == []
    assert len(pairs_between(held, texts("卸载反诈软件"))) == 2


def test_the_command_accepts_a_library_of_different_texts(tmp_path, capsys):
    folder = write_library(tmp_path, aa="群里派单要我垫钱", bb="有人冒充局长借钱")
    assert main(["--folder", str(folder)]) == 0
    assert "自有文本 4 条" in capsys.readouterr().out


def test_the_command_names_both_places_of_a_copy(tmp_path, capsys):
    folder = write_library(tmp_path, aa="群里派单要我垫钱", bb="群里派单要我垫钱吗")
    assert main(["--folder", str(folder)]) == 1
    printed = capsys.readouterr().out
    assert "aa.yaml 问法" in printed
    assert "bb.yaml 问法" in printed


def test_the_command_finds_a_text_taken_from_outside(tmp_path, capsys):
    folder = write_library(tmp_path, aa="群里派单要我垫钱")
    outside = write_lines(tmp_path / "outside.jsonl", "今天下雪", "群里派单要我垫钱呢")
    assert main(["--folder", str(folder), "--against", str(outside)]) == 1
    assert "outside.jsonl 第 2 行" in capsys.readouterr().out


def test_more_texts_of_our_own_are_compared_on_demand(tmp_path):
    folder = write_library(tmp_path, aa="群里派单要我垫钱")
    more = write_lines(tmp_path / "ordinary.jsonl", "群里派单要我垫钱呢")
    assert main(["--folder", str(folder), "--own", str(more)]) == 1


def test_a_file_that_is_not_json_lines_is_refused_by_line(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "好"}\n{"word": "坏"}\n', "utf-8")
    with pytest.raises(Refusal, match=r"bad\.jsonl 第 2 行"):
        json_lines_texts(path)


def test_the_command_says_what_is_wrong_with_a_library_it_cannot_read(tmp_path, capsys):
    folder = write_library(tmp_path, aa="群里派单要我垫钱")
    (folder / "types" / "cc.yaml").write_text("code: [", "utf-8")
    assert main(["--folder", str(folder)]) == 1
    assert "cc.yaml" in capsys.readouterr().out
