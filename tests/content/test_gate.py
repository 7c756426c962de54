"""A fit that is clearly worse waits for a person; whoever serves goes on with the model before it."""

import json
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from bot import fitting
from bot.content.gate import clearly_worse
from bot.content.library import library_version, load_library
from bot.content.models import FittedModel, ModelPiece
from bot.content.phrases import add_phrase
from bot.content.serving import fit_due, keep_model, newest_model, take_over
from bot.fitting import refit, refit_alone
from core.errors import NotFound


def told(question=0.8, case=0.8, alarms=0.01, tested=1000, ordinary=3000):
    right = {"question": question, "case": case}
    return {"right": right, "false_alarms": alarms, "tested": tested, "ordinary": ordinary}


@pytest.mark.parametrize(
    "after",
    [told(), told(question=0.76), told(case=0.76, alarms=0.02), told(question=0.5, tested=12)],
    ids=["the same", "a slip", "slips", "too few to tell"],
)
def test_small_differences_are_no_reason(after):
    assert clearly_worse(told(), after) == ""


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (told(question=0.7), "问法的判对率从 80.0% 降到 70.0%。"),
        (told(case=0.6), "案例的判对率从 80.0% 降到 60.0%。"),
        (told(alarms=0.06), "日常话被误报的比例从 1.0% 升到 6.0%。"),
    ],
)
def test_a_clear_loss_is_named(after, sentence):
    assert clearly_worse(told(), after) == sentence


def test_the_first_fit_is_never_refused():
    assert clearly_worse({}, told(question=0.1, case=0.1, alarms=0.9)) == ""


@pytest.fixture
def refused(session, clock, library):
    """A model that serves, and a newer one that was not taken over."""
    good = keep_model(session, b"good", json.dumps(told()), library_version(session), clock())
    add_phrase(session, "police", "alias", "网上追逃令")
    bad = keep_model(session, b"bad", json.dumps(told(0.1)), library_version(session), clock(), live=False)
    return good, bad


def test_a_refused_model_is_kept_and_not_served_and_not_fitted_again(session, refused):
    good, bad = refused
    assert newest_model(session) == good.id
    assert session.scalar(select(func.count()).where(ModelPiece.model_id == bad.id)) == 1
    assert not fit_due(session)


def test_a_person_may_take_it_over_all_the_same(session, refused):
    _, bad = refused
    before = library_version(session)
    take_over(session, bad.id)
    assert newest_model(session) == bad.id
    assert library_version(session) == before + 1
    assert not fit_due(session)


def test_only_the_newest_fit_can_be_taken_over_and_only_once(session, clock, refused):
    good, bad = refused
    with pytest.raises(NotFound):
        take_over(session, good.id)
    keep_model(session, b"newer", json.dumps(told()), library_version(session), clock())
    with pytest.raises(NotFound):
        take_over(session, bad.id)


def test_the_serving_model_keeps_its_numbers_however_many_were_refused(session, clock, library):
    good = keep_model(session, b"good", json.dumps(told()), library_version(session), clock())
    for _ in range(5):
        keep_model(session, b"bad", json.dumps(told(0.1)), library_version(session), clock(), live=False)
    assert session.scalar(select(func.count()).where(ModelPiece.model_id == good.id)) == 1
    assert session.scalar(select(func.count(ModelPiece.model_id.distinct()))) == 2


@pytest.fixture
def kept_library(db, clock, folder):
    with db.transaction() as session:
        load_library(session, clock(), folder)


def test_the_door_asks_the_gate_and_accepts_when_told(db, clock, kept_library, monkeypatch):
    refit(db, clock())
    monkeypatch.setattr(fitting, "clearly_worse", lambda before, after: "判对率降了。" if before else "")
    assert refit(db, clock())["refused"] == "判对率降了。"
    with db.reading() as session:
        assert newest_model(session) == session.scalar(select(func.min(FittedModel.id)))
    assert "refused" not in refit(db, clock(), accept=True)
    with db.reading() as session:
        assert newest_model(session) == session.scalar(select(func.max(FittedModel.id)))


def test_two_workers_do_not_fit_at_once(db, clock, kept_library, monkeypatch):
    inner = []

    def meanwhile(line):
        inner.append(refit_alone(db, clock(), clock))
        return apart(line)

    apart = fitting.fit_apart
    monkeypatch.setattr(fitting, "fit_apart", meanwhile)
    assert refit_alone(db, clock(), clock)["types"] == 3
    assert inner == [None]
    assert refit_alone(db, clock(), clock) is None  # nothing due, and the way is free again


def test_a_fit_killed_half_way_changes_nothing_and_the_next_one_works(db, clock, kept_library, monkeypatch):
    real = subprocess.run

    def killed(*words, **named):
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.content.fit"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            cwd=named["cwd"], env=named["env"],
        )  # fmt: skip
        process.stdin.write(named["input"][:100])
        process.stdin.flush()
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, b"")

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(fitting.FitFailed):
        refit(db, clock())
    with db.reading() as session:
        assert newest_model(session) == 0
        assert fit_due(session)
    monkeypatch.setattr(subprocess, "run", real)
    assert refit(db, clock())["types"] == 3
