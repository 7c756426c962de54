"""A chat forwarded line by line is read as one, and nobody waits for the next line."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.content.models import Asked
from bot.handlers.together import CLOSE, MOST
from bot.registry.models import Follower
from bot.talk.models import Inbound
from tests import make
from tests.handlers.conftest import Chat

LINES = ["这边安排活儿", "每单先付后退", "再给您返佣金"]
STRANGE = ["隔壁邻居的羊跑了", "昨晚跑到草场来了", "怎么赶都不走"]


def rows(kit, *columns):
    with kit.db.reading() as session:
        return session.execute(select(*columns).order_by(Inbound.id)).all()


def asked(kit):
    with kit.db.reading() as session:
        return session.scalars(select(Asked.text).order_by(Asked.id)).all()


def close(chat, *texts):
    chat.pause_s = 0.4
    return [chat.say(text) for text in texts]


def test_lines_that_say_nothing_alone_are_answered_together(chat):
    assert all("还没见过" in Chat(chat.kit).say(line) for line in LINES[:2])
    replies = close(chat, *LINES, "刷单日结")
    assert "刷单返利" in replies[-1]
    kept = rows(chat.kit, Inbound.text, Inbound.run)[-1]
    assert kept.run >= 2 and kept.text.endswith("刷单日结") and LINES[-1] in kept.text


def test_what_is_answered_as_a_whole_is_no_longer_a_question_for_editors(chat):
    close(chat, STRANGE[0], "他说刷单返佣金，先垫钱")
    assert asked(chat.kit) == []


def test_unknown_lines_are_one_question_and_the_second_reply_is_short(chat):
    first, second, third = close(chat, *STRANGE)
    assert asked(chat.kit) == ["\n".join(STRANGE)]
    assert len(second) < len(first) and "连起来" in second and "连起来" in third


def test_the_same_card_is_not_sent_twice_within_one_talk(chat):
    first, second = close(chat, "刷单返佣金先垫钱", "刷单都是这样的吧")
    assert "【现在这样做】" in first and "【现在这样做】" not in second and "刷单返利" in second


def test_lines_further_apart_are_questions_of_their_own(chat):
    for line in STRANGE:
        chat.kit.clock.forward(seconds=CLOSE.total_seconds())
        assert "连起来" not in chat.say(line)
    assert asked(chat.kit) == STRANGE


def test_the_same_words_again_are_the_same_question_again(chat):
    first, second = close(chat, STRANGE[0], STRANGE[0])
    assert "连起来" not in second and len(second) < len(first)
    assert asked(chat.kit) == [STRANGE[0]] * 2


def test_another_persons_line_is_never_read_along(chat):
    close(chat, STRANGE[0])
    other = Chat(chat.kit, pause_s=0)
    other.say(STRANGE[1])
    assert asked(chat.kit) == STRANGE[:2]


@pytest.mark.parametrize("between", ["登记", "我刚给骗子转了三万", "你好", "骗局大全"])
def test_a_command_an_emergency_and_a_greeting_are_answered_as_ever(chat, between):
    alone = Chat(chat.kit).say(between)
    _, reply = close(chat, STRANGE[0], between)
    assert reply == alone


def test_an_emergency_is_never_part_of_a_talk(chat):
    _, after = close(chat, "我刚给骗子转了三万", STRANGE[0])
    assert "连起来" not in after and "110" in after
    assert asked(chat.kit) == []  # and no question for the editors either


def test_lines_close_together_do_not_make_an_emergency_of_a_strangers_words(chat):
    _, reply = close(chat, "钱已经", "转给他们了吗你")
    assert not reply.startswith("先停手")


def test_answers_inside_a_dialogue_are_not_read_together(chat):
    chat.registered()
    chat.say("家人")
    chat.say("添加")
    assert "是您的" in close(chat, "奶奶")[0]
    chat.say("0")


def test_a_flood_of_lines_is_answered_line_by_line_in_the_end(chat):
    close(chat, *(f"{line}{number}" for number in range(10) for line in STRANGE))
    runs = [run for (run,) in rows(chat.kit, Inbound.run)]
    assert max(runs) == MOST


def test_of_a_long_talk_the_end_is_read(chat):
    long = [f"第{number}句" + "草" * 900 for number in range(3)]
    replies = close(chat, *long, "刷单返佣金先垫钱，是刷单")
    assert "刷单返利" in replies[-1]
    assert all(len(text or "") <= 1000 for (text,) in rows(chat.kit, Inbound.text))


def test_a_message_of_5000_characters_is_answered(chat):
    assert chat.say("草场上的羊" * 1000)
    assert "刷单返利" in chat.say("刷单返佣金先垫钱" + "，" * 4900)


def test_a_twin_of_a_line_gets_the_same_reply(chat):
    chat.pause_s = 0.4
    messages = [chat.incoming(text=line) for line in STRANGE]
    first = [chat.send(message) for message in messages]
    assert [chat.send(message) for message in messages] == first
    assert asked(chat.kit) == ["\n".join(STRANGE)]


def test_numbers_of_lines_read_along_stay_masked(chat):
    close(chat, "电话15812345678", "羊跑到草场来了")
    assert "15812345678" not in "".join(asked(chat.kit))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*STRANGE, *LINES, "你好", "我的", "刷单返佣金", "没用", "0"]), st.floats(0, 4)
        ),
        min_size=1,
        max_size=12,
    )  # fmt: skip
)
def test_however_lines_fall_every_one_is_answered_and_none_is_read_twice(house, said):
    chat = Chat(house, pause_s=0)
    for text, pause in said:
        house.clock.forward(seconds=pause)
        assert chat.say(text)
    with house.db.reading() as session:
        kept = session.execute(
            select(Inbound.at, Inbound.run, Inbound.turn, Inbound.text)
            .join(Follower, Follower.id == Inbound.follower_id)
            .where(Follower.openid == chat.openid)
            .order_by(Inbound.id)
        ).all()
    turns = [row.turn for row in kept if row.turn is not None]
    assert turns == list(range(1, len(turns) + 1))
    for row in kept:
        lines = (row.text or "").split("\n")
        assert row.run <= max(1, len(lines)) and row.run <= MOST


@pytest.mark.parametrize("lines", [STRANGE[:2], ["刷单返佣金先垫钱", "做任务先垫付再返"]])
def test_of_two_lines_that_come_at_once_to_two_processes_one_sees_the_other(two_processes, lines):
    with ThreadPoolExecutor(2) as pool:
        for _ in range(15):
            chats = [Chat(kit, "", 0) for kit in two_processes]
            chats[0].openid = chats[1].openid = make.openid()
            chats[0].say("你好")
            together = threading.Barrier(2)

            def say(chat, line, gate=together):
                gate.wait(5)
                return chat.say(line)

            assert all(pool.map(say, chats, lines))
            with two_processes[0].db.reading() as session:
                mine = select(Follower.id).where(Follower.openid == chats[0].openid).scalar_subquery()
                found = session.execute(
                    select(Inbound.run, Inbound.turn, Inbound.text)
                    .where(Inbound.follower_id == mine, Inbound.turn.is_not(None))
                    .order_by(Inbound.turn)
                ).all()
            assert [(row.run, row.turn) for row in found] == [(1, 1), (2, 2)]
            assert sorted(found[1].text.split("\n")) == sorted(lines)
