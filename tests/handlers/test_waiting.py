"""What waits for a person's next contact is shown with the next reply, exactly once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from bot.push import notes
from bot.push.models import Note, State
from bot.registry import people
from bot.registry.models import Follower
from tests.handlers.conftest import Chat

WORDS = "您上次问的羊，编辑答复了。"


def hold(chat, *words, in_window=False, ruling_id=7):
    with chat.kit.db.transaction() as session:
        follower_id = people.follower_id_of(session, chat.openid, chat.kit.clock())
        for number, text in enumerate(words):
            origin = f"t:{follower_id}:{number}:{text[:9]}"
            notes.owe_or_hold(session, origin, (follower_id, in_window), text, chat.kit.clock(), ruling_id)
        return follower_id


def states(kit):
    with kit.db.reading() as session:
        return session.scalars(select(Note.state).order_by(Note.id)).all()


def counted(kit):
    with kit.db.reading() as session:
        return session.scalar(select(func.sum(Follower.waiting))) or 0


def test_it_stands_under_the_next_reply_and_under_no_other(chat):
    hold(chat, WORDS)
    assert chat.say("你好").endswith(WORDS)
    assert WORDS not in chat.say("你好")
    assert states(chat.kit) == [State.SENT] and counted(chat.kit) == 0


def test_a_twin_of_that_message_gets_it_again_and_nobody_else(chat):
    hold(chat, WORDS)
    message = chat.incoming(text="你好")
    assert WORDS in chat.send(message) and WORDS in chat.send(message)
    assert WORDS not in Chat(chat.kit).say("你好")


def test_a_tap_on_the_menu_is_a_contact_too(chat):
    hold(chat, WORDS)
    assert WORDS in chat.event("click", event_key="CHECK")


def test_it_never_stands_beside_the_first_minutes_card(chat):
    hold(chat, WORDS)
    assert WORDS not in chat.say("我刚给骗子转了三万")
    assert WORDS in chat.say("你好")


def test_several_are_shown_a_few_at_a_time(chat):
    hold(chat, *(f"第{number}条答复" for number in range(5)))
    assert chat.say("你好").count("条答复") == 3 and counted(chat.kit) == 2
    assert chat.say("你好").count("条答复") == 2 and counted(chat.kit) == 0


def test_who_is_erased_is_owed_nothing(chat):
    chat.registered()
    chat.say("注销")
    hold(chat, WORDS)
    assert WORDS not in chat.say("确认注销")
    assert states(chat.kit) == []
    assert WORDS not in chat.say("你好")


def test_what_was_withdrawn_is_not_shown(chat):
    hold(chat, WORDS)
    with chat.kit.db.transaction() as session:
        assert notes.withdraw(session, 7) == 1
    assert WORDS not in chat.say("你好") and counted(chat.kit) == 0


def test_a_note_found_outside_the_window_waits_and_one_that_does_not_keep_fails(chat):
    follower_id = hold(chat, WORDS, in_window=True)
    with chat.kit.db.transaction() as session:
        notes.owe(session, "in:x:2", follower_id, "第二段", chat.kit.clock())
    for state in (State.WAITING, State.FAILED):
        with chat.kit.db.transaction() as session:
            (parcel,) = notes.claim(session, chat.kit.clock(), 1)
            notes.record(session, parcel, State.WAITING, chat.kit.clock(), 45015)
        assert state in states(chat.kit)
    assert WORDS in chat.say("你好") and "第二段" not in chat.say("你好")


def test_what_nobody_came_back_for_goes_with_the_texts(chat):
    hold(chat, WORDS)
    hold(Chat(chat.kit), WORDS, in_window=True)
    chat.kit.clock.forward(days=91)
    with chat.kit.db.transaction() as session:
        assert notes.purge(session, chat.kit.clock(), 90) == 1
    assert WORDS not in chat.say("你好")
    assert states(chat.kit) == [State.QUEUED] and counted(chat.kit) == 0


def test_of_two_messages_at_once_one_shows_it(two_processes):
    with ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            chats = [Chat(kit) for kit in two_processes]
            chats[1].openid = chats[0].openid
            hold(chats[0], WORDS)
            together = threading.Barrier(2)

            def say(chat, gate=together):
                gate.wait(5)
                return chat.say("你好")

            assert sum(WORDS in reply for reply in pool.map(say, chats)) == 1
    assert counted(two_processes[0]) == 0
