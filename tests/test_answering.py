"""One message, one reply, one effect; and what happens while the database is away."""

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import answering, tasks
from bot.answering import Arrival
from bot.handlers.words import AWAY
from bot.push.models import Note, State
from bot.registry.models import Follower, RegistrationEvent
from bot.talk.ledger import NonceReused
from bot.talk.models import Inbound
from core.errors import DatabaseAway
from lab.handles import FanHandle
from lab.options import Options
from lab.pytest_plugin import lab  # noqa: F401  fixture
from lab.running import LabThread
from tests.conftest import gateway_at, settings_in
from tests.handlers.conftest import Chat, chat, few_types, house  # noqa: F401  fixtures


def count(kit, table):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


class AwayDatabase:
    """A database that cannot be written; reading works only when told."""

    def __init__(self, db, readable):
        self.db, self.readable, self.away, self.dialect = db, readable, False, db.dialect

    @contextmanager
    def transaction(self):
        raise DatabaseAway
        yield

    def tell(self, *_):
        raise DatabaseAway

    @contextmanager
    def reading(self):
        if not self.readable:
            raise DatabaseAway
        with self.db.reading() as session:
            yield session

    @contextmanager
    def look(self):
        if not self.readable:
            raise DatabaseAway
        with self.db.look() as look:
            yield look

    def trip(self):
        pass


@pytest.fixture(params=[True, False], ids=["readable", "gone"])
def away(house, request):  # noqa: F811
    with house.db.reading() as session:
        house.matcher.refresh(session)
    return Chat(replace(house, db=AwayDatabase(house.db, request.param)))


def test_a_twin_gets_the_same_reply_and_has_no_effect(chat):  # noqa: F811
    chat.follow("u:D01")
    message = chat.incoming(text="1")
    first = chat.send(message)
    chat.say("0")
    assert chat.send(message) == first and "登记成功" in first
    assert count(chat.kit, RegistrationEvent) == 1


def test_a_twin_after_an_erasure_is_answered_with_nothing_new(chat):  # noqa: F811
    chat.registered()
    follow = chat.incoming(kind="event", event="subscribe", scene="u:D01", key="e:late")
    other = Chat(chat.kit, chat.openid)
    other.send(follow)
    chat.event("unsubscribe")
    assert other.send(follow) == ""
    assert count(chat.kit, Follower) == 0


def test_the_same_signature_with_another_body_is_refused(chat):  # noqa: F811
    one, two = chat.incoming(text="你好"), chat.incoming(text="谢谢")
    answering.answer(Arrival(one, "n" * 64, "b1"), chat.kit)
    with pytest.raises(NonceReused):
        answering.answer(Arrival(two, "n" * 64, "b2"), chat.kit)
    assert count(chat.kit, Inbound) == 1


def test_a_platform_repeat_with_the_same_signature_passes(chat):  # noqa: F811
    arrival = Arrival(chat.incoming(text="你好"), "n" * 64, "b1")
    assert answering.answer(arrival, chat.kit) == answering.answer(arrival, chat.kit)


def test_a_changed_body_under_a_known_message_id_is_refused_too(chat):  # noqa: F811
    message = chat.incoming(text="你好")
    answering.answer(Arrival(message, "n" * 64, "b1"), chat.kit)
    with pytest.raises(NonceReused):
        answering.answer(Arrival(replace(message, text="谢谢"), "n" * 64, "b2"), chat.kit)


@pytest.fixture(scope="module")
def lab_server():
    given = settings_in(Path())
    with LabThread(Options(app_id=given.wechat_app_id, app_secret=given.wechat_app_secret)) as running:
        yield running


@pytest.fixture
def phone(chat, lab):  # noqa: F811
    """The same person on a telephone: the lab is the WeChat of the kit, and its clock stands with the kit's."""
    lab.freeze()
    lab.set_clock(chat.kit.clock().isoformat())
    chat.kit = replace(chat.kit, wechat=gateway_at(lab.url, chat.kit.settings, chat.kit.clock))
    lab.add_fans([chat.openid])
    return FanHandle(lab, chat.openid)


def test_what_does_not_fit_is_owed_and_sent(chat, phone, monkeypatch):  # noqa: F811
    monkeypatch.setattr(answering, "split", lambda text: ["第一段", "第二段", "第三段"])
    phone.say("骗局大全")
    assert chat.say("骗局大全") == "第一段"
    assert ("send_notes",) in chat.kit.queue.asked
    tasks.send_notes(chat.kit)
    assert [(row["via"], row["text"]) for row in phone.inbox()] == [("kf", "第二段"), ("kf", "第三段")]


NOTES_THAT_FAIL = {  # faults, hours until we send, what is recorded, how many arrived at once and in the end
    "transient": ([{"path": "/cgi-bin/stable_token", "errcode": -1}], 0, State.QUEUED, (0, 1)),
    "unsure": ([{"path": "/cgi-bin/message/custom/send", "cut": "after"}], 0, State.UNSURE, (1, 1)),
    "window": ([], 48, State.FAILED, (0, 0)),
}


@pytest.mark.parametrize("how", NOTES_THAT_FAIL)
def test_a_note_that_failed_is_tried_again_only_when_that_can_help(chat, phone, lab, monkeypatch, how):  # noqa: F811
    monkeypatch.setattr(answering, "split", lambda text: ["第一段", "第二段"])
    faults, hours, state, arrived = NOTES_THAT_FAIL[how]
    phone.say("你好")
    chat.say("你好")
    lab.advance(hours * 3600)
    chat.kit.clock.forward(hours=hours)
    lab.faults(*faults)
    tasks.send_notes(chat.kit)
    with chat.kit.db.reading() as session:
        assert session.scalars(select(Note.state)).all() == [state]
    assert len(phone.inbox()) == arrived[0]
    lab.faults()
    phone.say("在吗")
    chat.kit.clock.forward(minutes=1)
    tasks.send_notes(chat.kit)
    assert len(phone.inbox()) == arrived[1]


def test_away_an_emergency_is_answered_rightly(away):
    assert "110" in away.say("我刚给骗子转了三万").splitlines()[0]


def test_away_a_known_scam_is_answered_from_memory(away):
    assert "刷单返利" in away.say("刷单返利")


def test_away_a_registration_is_refused_honestly(away):
    assert away.say("登记") == AWAY


def test_away_a_number_may_have_been_a_registration(chat):  # noqa: F811
    chat.follow("u:D01")
    for readable in (True, False):
        gone = Chat(replace(chat.kit, db=AwayDatabase(chat.kit.db, readable)), chat.openid)
        assert gone.say("1") == AWAY
    assert "登记成功" in chat.say("1")


def test_away_an_unfollow_is_spooled_and_has_its_effect_later(chat):  # noqa: F811
    chat.registered()
    gone = Chat(replace(chat.kit, db=AwayDatabase(chat.kit.db, False)), chat.openid)
    assert gone.event("unsubscribe") == ""
    assert count(chat.kit, Follower) == 1 and not chat.kit.spool.empty()
    tasks.replay_spool(chat.kit)
    assert count(chat.kit, Follower) == 0 and chat.kit.spool.empty()


def test_away_a_follow_is_spooled_and_counted_later(chat):  # noqa: F811
    gone = Chat(replace(chat.kit, db=AwayDatabase(chat.kit.db, False)))
    assert "欢迎关注" in gone.follow("u:D01")
    tasks.replay_spool(chat.kit)
    with chat.kit.db.reading() as session:
        assert session.scalars(select(Follower.openid)).all() == [gone.openid]


def test_the_spool_waits_while_the_database_is_still_away(chat, tmp_path):  # noqa: F811
    gone = Chat(replace(chat.kit, db=AwayDatabase(chat.kit.db, False)))
    gone.event("unsubscribe")
    tasks.replay_spool(gone.kit)
    assert json.loads((tmp_path / "spool.jsonl").read_text("utf-8"))["event"] == "unsubscribe"


def test_a_bug_is_an_apology_and_the_twin_gets_it_too(chat, monkeypatch):  # noqa: F811
    monkeypatch.setattr("bot.registry.greeting.HELP", None)
    message = chat.incoming(text="帮助")
    assert "没处理好" in chat.send(message) and chat.send(message) == chat.send(message)
