"""A fast-forward day over the end of a month, played by the lab against the whole product."""

import json
import subprocess
import sys

import pytest

from bench.house import ROOT


@pytest.mark.long
def test_two_hundred_people_follow_register_ask_and_leave_over_a_month_boundary(house):
    scenario = ROOT / "tests/lab/scenarios/day.yaml"
    line = [sys.executable, "-m", "lab", "scenario", str(scenario), "--url", house.lab]
    played = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-2000:]
    assert json.loads(played.stdout)["ok"]
    house.command("rates", "--verify")  # fails when anything differs
