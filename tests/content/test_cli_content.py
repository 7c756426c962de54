import json
import subprocess

import pytest
from flask import Flask

from bot import fitting
from bot.cli_content import COMMANDS
from bot.content.answer import judge
from bot.content.library import library_version, load_library
from bot.content.matcher import Matcher
from bot.fitting import FitFailed
from tests.content.conftest import TYPES

BITS = ("我妈说", "有人打电话讲", "请问", "昨天收到短信说", "邻居问我")
SAYINGS = (
    "百万保障到期要扣费", "垫付做单返佣金", "让我转到安全账户", "今天天气怎么样", "做任务的钱提不出来了", "96110打来的电话能接吗",
    "我刚转账了怎么办", "摆万保障", "12345",
)  # fmt: skip
FORTY = [f"{bit}{saying}" for bit in BITS for saying in SAYINGS][:40]


@pytest.fixture
def run(kit, folder):
    """Run a command on the small library; returns its result, with standard output and standard error apart."""
    app = Flask(__name__)
    app.extensions["kit"] = kit
    with kit.db.transaction() as session:
        load_library(session, kit.clock(), folder)
    for command in COMMANDS:
        app.cli.add_command(command)
    with app.app_context():  # as `flask` does before it runs a command
        yield lambda *args, text=None: app.test_cli_runner().invoke(args=list(args), input=text)


def lines_of(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def asked(*texts):
    return "".join(
        json.dumps({"id": f"q{at}", "text": text}, ensure_ascii=False) + "\n" for at, text in enumerate(texts)
    )


def test_forty_questions_get_the_same_by_command_and_in_the_chat(run, kit):
    said = lines_of(run("match", text=asked(*FORTY)))
    chat = Matcher()
    with kit.db.reading() as session:
        chat.refresh(session)
    for row, text in zip(said, FORTY, strict=True):
        judged = judge(text, chat)
        assert row["types"] == list(judged.match.types)
        assert row["match"] == (judged.match.decision != "none")
        assert (row["emergency"], row["case"]) == (judged.emergency, judged.match.case_id)


def test_every_line_out_has_three_types_and_its_time(run):
    rows = lines_of(run("match", text=asked("百万保障", "", "我刚转账了")))
    assert [row["id"] for row in rows] == ["q0", "q1", "q2"]
    assert all(len(row["types"]) == 3 and row["us"] > 0 for row in rows)
    assert [row["match"] for row in rows][:2] == [True, False]
    assert rows[2]["emergency"]


def test_cases_come_in_from_a_file_and_are_matched_at_once(run, tmp_path):
    file = tmp_path / "cases.jsonl"
    row = {
        "type": "police",
        "title": "新一例",
        "text": "一位村民被骗。",
        "aliases": ["网警执法证"],
        "questions": [],
    }
    file.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert lines_of(run("import-cases", str(file))) == [{"cases": 1, "aliases": 1, "questions": 0}]
    (found,) = lines_of(run("match", text=asked("他给我看网警执法证")))
    assert (found["types"][0], found["match"]) == ("police", True)


def test_a_bad_file_is_refused_with_its_lines_and_nothing_comes_in(run, kit, tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text('{"type":"nobody"}\n', "utf-8")
    with kit.db.reading() as session:
        before = library_version(session)
    result = run("import-cases", str(file))
    assert result.exit_code == 1 and "第 1 行" in result.stderr and result.stdout == ""
    with kit.db.reading() as session:
        assert library_version(session) == before


def test_measuring_prints_one_figure_a_line(run, tmp_path):
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"id": "a", "text": "百万保障到期", "label": "kefu", "accept": ["kefu"], "kind": "chat"},
        {"id": "b", "text": "明天下雨吗", "label": "none", "accept": []},
    ]
    gold.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    figures = {row["of"]: row for row in lines_of(run("eval", str(gold)))}
    assert (figures["all"]["n"], figures["all"]["top1"]) == (1, 1.0)
    assert figures["ordinary"]["false_alarms"] == 0


def test_a_fit_is_served_by_the_process_that_asked_for_it(run, kit):
    (report,) = lines_of(run("fit"))
    assert report["types"] == len([made for made in TYPES if made.get("kind") != "topic"])
    assert kit.matcher.model_id > 0


def test_the_shipped_library_loads_by_command(run):
    (result,) = lines_of(run("load-library", "--no-fit"))
    assert result["types"] >= 37
    assert lines_of(run("load-library", "--no-fit")) == [{"types": 0, "cases": 0, "phrases": 0, "kept": 0}]


BAD_LINES = {
    "no JSON": b"{oops",
    "no object": b"[1]",
    "null": b"null",
    "no id": '{"text": "骗子"}'.encode(),
    "an id that is null": '{"id": null, "text": "骗子"}'.encode(),
    "an id that is a list": '{"id": [1], "text": "骗子"}'.encode(),
    "no text": b'{"id": 1}',
    "a text that is null": b'{"id": 1, "text": null}',
    "a text that is a number": b'{"id": 1, "text": 5}',
    "half a character": b'{"id": 1, "text": "\\ud800"}',
    "no UTF-8": b'{"id": 1, "text": "\xff"}',
    "a thousand brackets": b"[" * 100_000,
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_named_and_the_others_are_answered(run, bad):
    result = run(
        "match", text=b"\n".join([asked("百万保障").strip().encode(), b"", bad, asked("你好").encode()])
    )
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["q0", "q0"]
    assert result.exit_code == 1 and result.stderr.startswith("第 3 行：") and result.stderr.count("\n") == 1


def test_a_byte_order_mark_before_the_first_line_does_no_harm(run):
    (row,) = lines_of(run("match", text="\ufeff" + asked("百万保障") + "\n"))
    assert row["id"] == "q0"


@pytest.mark.parametrize("bad", [*BAD_LINES.values(), b'{"id": "b", "text": "x", "label": 3}'])
def test_a_gold_file_with_a_bad_line_is_refused_by_its_number(run, tmp_path, bad):
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(b'{"id": "a", "text": "x", "label": "none", "accept": []}\n\n' + bad)
    result = run("eval", str(gold))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("gold.jsonl 第 3 行：") and result.stderr.count("\n") == 1


@pytest.mark.parametrize("ending", [FitFailed("内存不够"), subprocess.TimeoutExpired("fit", 300)])
def test_a_fit_that_ends_badly_is_said_in_one_sentence(run, monkeypatch, ending):
    def fail(*_, **__):
        raise ending

    monkeypatch.setattr(fitting.subprocess, "run", fail)
    result = run("fit")
    assert (result.exit_code, result.stdout) == (1, "") and result.stderr.startswith("模型没有训练成")
