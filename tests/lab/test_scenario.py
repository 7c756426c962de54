"""Scenarios, from pytest and from the command line."""

from pathlib import Path

import pytest
import yaml

from lab.__main__ import main
from lab.handles import LabRefused
from lab.scenario import BadScenario, run_scenario, seconds
from tests.lab.kit import text_reply

FILE = Path(__file__).parent / "scenarios" / "three.yaml"


def echo(got):
    return text_reply(got, str(got.xml.get("Content") or "欢迎"))


def test_a_scenario_plays_people_repeats_faults_and_time(lab, server):
    server.answer = echo
    lab.connect(server.url)
    story = run_scenario(lab, yaml.safe_load(FILE.read_text(encoding="utf-8")))
    assert story.failed == "" and story.acts == 9
    assert len(server.events("subscribe")) == 3 and lab.call("GET", "/faults") == []


def test_an_expectation_that_does_not_hold_ends_the_scenario(lab, server):
    lab.connect(server.url)
    plan = {"fans": 1, "steps": [{"follow": "1号"}, {"expect": {"fan": "1号", "shown": "x"}}, {"say": {}}]}
    story = run_scenario(lab, plan)
    assert "shown" in story.failed


def test_different_answers_to_a_repeated_delivery_are_noticed(lab, server):
    server.answer = lambda got: text_reply(got, str(len(server.got)))
    lab.connect(server.url)
    steps = [{"follow": "1号"}, {"say": {"fan": "1号", "text": "x"}}, {"replay": {"fan": "1号", "times": 2}}]
    assert "differently" in run_scenario(lab, {"fans": 1, "steps": steps}).failed


@pytest.mark.parametrize(
    "plan", [[], {"steps": [{"dance": 1}]}, {"steps": [{"say": {"fan": "谁", "text": "x"}}]}]
)
def test_a_file_that_says_nothing_is_refused(lab, plan):
    with pytest.raises(BadScenario):
        run_scenario(lab, plan)


def test_lengths_of_time_are_read():
    assert [seconds(text) for text in ("90", "5m", "48h", "3d", 7)] == [90, 300, 172800, 259200, 7]


def test_the_command_plays_a_file_on_a_lab_of_its_own(server, capsys):
    server.answer = echo
    assert main(["scenario", str(FILE), "--callback-url", server.url]) == 0
    assert '"ok": true' in capsys.readouterr().out


def test_the_console_plays_a_scenario_and_says_what_is_wrong(lab, server):
    server.answer = echo
    lab.connect(server.url)
    assert lab.call("POST", "/scenario", {"yaml": FILE.read_text(encoding="utf-8")})["ok"]
    with pytest.raises(LabRefused):
        lab.call("POST", "/scenario", {"yaml": "steps: ["})
