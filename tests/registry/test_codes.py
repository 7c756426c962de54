import pytest

from bot.registry import codes
from bot.registry.codes import Progress
from bot.registry.models import QrCode
from core.errors import Refusal


def test_each_scene_is_owed_once(session, clock):
    assert codes.ask(session, ["u:A", "u:B", "u:A"], clock()) == 2
    assert codes.ask(session, ["u:B", "u:C"], clock()) == 1
    assert codes.owed(session) == Progress(0, 3, 0)


def test_what_is_claimed_is_not_claimed_again_until_the_claim_is_over(session, clock):
    codes.ask(session, ["u:A", "u:B"], clock())
    assert {codes.claim(session, clock()), codes.claim(session, clock())} == {"u:A", "u:B"}
    assert codes.claim(session, clock()) is None
    clock.forward(minutes=2)
    assert codes.claim(session, clock()) is not None


def test_a_code_is_remembered_and_the_first_answer_stays(session, clock):
    codes.ask(session, ["u:A"], clock())
    codes.made(session, "u:A", "t1", "http://q/1", clock())
    codes.made(session, "u:A", "t2", "http://q/2", clock())
    assert codes.codes(session, ["u:A", "u:Z"]) == [("u:A", "http://q/1", "t1", "")]
    assert codes.claim(session, clock()) is None


def test_a_failure_waits_longer_each_time_and_a_person_may_try_at_once(session, clock):
    codes.ask(session, ["u:A"], clock())
    waits = []
    for _ in range(3):
        scene = codes.claim(session, clock())
        codes.failed(session, scene, "minute", clock())
        row = session.get(QrCode, "u:A", populate_existing=True)
        waits.append((row.due_at - clock()).total_seconds())
        clock.moment = row.due_at
    assert waits == [10, 20, 40]
    clock.forward(seconds=-1)
    assert codes.owed(session) == Progress(0, 0, 1) and codes.claim(session, clock()) is None
    codes.ask(session, ["u:A"], clock())
    assert codes.owed(session) == Progress(0, 1, 0) and codes.claim(session, clock()) == "u:A"


def test_wechats_hundred_thousand_are_never_passed(session, clock, monkeypatch):
    monkeypatch.setattr(codes, "MOST", 2)
    with pytest.raises(Refusal, match="100,000"):
        codes.ask(session, ["u:A", "u:B", "u:C"], clock())
    assert codes.owed(session) == Progress(0, 0, 0)


def test_more_scenes_than_a_statement_may_name(session, clock):
    scenes = [f"u:{n}" for n in range(1201)]
    codes.ask(session, scenes, clock())
    assert len(codes.codes(session, scenes)) == 1201
