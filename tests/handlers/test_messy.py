"""Registering and leaving as people really type."""

import pytest
from sqlalchemy import func, select

from bot import answering, tasks
from bot.answering import Arrival
from bot.content.models import Asked
from bot.handlers.typed import number_in, plain
from bot.registry.models import Follower, RegistrationEvent
from bot.registry.units import touch
from bot.talk.models import Dialogue
from tests import make
from tests.handlers.conftest import Chat


def count(kit, table):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize(
    "typed",
    [
        "1",
        "１",
        "1。",
        "1、",
        "1.",
        "1)",
        "①",
        " 1 ",
        "选1",
        "1号",
        "一",
        "同意",
        "同意。",
        "好的",
        "我同意",
        "1 同意",
    ],
)
def test_agreeing_in_any_spelling_registers(chat, typed):
    chat.follow("u:D01")
    assert "登记成功" in chat.say(typed)


@pytest.mark.parametrize("typed", ["0", "０", "0。", "取消。", "退出", "返回"])
def test_leaving_in_any_spelling_leaves(chat, typed):
    chat.say("登记")
    assert "已经退出" in chat.say(typed)
    assert count(chat.kit, Dialogue) == 0


@pytest.mark.parametrize(
    "typed", ["登记", "登記", "登记😀", "登记,", "登记一下", "我要注册", "我想登记单位", "登记吧", "注册。"]
)
def test_wanting_to_register_in_any_spelling_starts(chat, typed):
    assert "单位名称" in chat.say(typed)


@pytest.mark.parametrize("typed", ["登记民政局", "我要注册民政局", "我想登记到民政局"])
def test_the_unit_may_come_in_the_same_message(chat, typed):
    said = chat.say(typed)
    assert "民政局" in said and "登记说明" in said
    assert "登记成功" in chat.say("1")


def test_the_unit_may_come_with_the_wish_to_change_it(chat):
    chat.registered("D01")
    assert "东风嘎查" in chat.say("换单位到东风嘎查")


def test_one_candidate_is_offered_and_agreed_to_with_a_word(chat):
    chat.say("登记")
    assert "您要登记的是“民政局”" in chat.say("民政局")
    assert "登记成功" in chat.say("同意")


def test_who_came_by_a_code_is_offered_that_unit_again(chat):
    chat.follow("u:D01")
    chat.say("0")
    assert "您扫过“民政局”的码" in chat.say("登记")


def test_a_bare_number_never_opens_a_card_while_a_step_waits(chat):
    chat.say("登记")
    assert "0 退出" in chat.say("3")


@pytest.mark.parametrize(
    ("typed", "words"), [("30", "16–30岁"), ("35岁", "31–45岁"), ("3", "31–45岁"), ("70", "60岁以上")]
)
def test_an_age_may_be_typed_in_years(chat, typed, words):
    chat.follow("u:D01")
    chat.say("1")
    chat.say("跳过")
    assert "手机号" in chat.say(typed)
    assert words in chat.say("我的")


def test_an_answer_that_is_none_is_asked_again_and_not_kept_as_a_question(chat):
    chat.follow("u:D01")
    chat.say("1")
    assert "请回复前面的数字" in chat.say("老乡")
    assert count(chat.kit, Asked) == 0


@pytest.mark.parametrize("typed", ["没有", "不想留", "跳过。"])
def test_a_phone_can_be_refused_in_any_words(chat, typed):
    chat.follow("u:D01")
    chat.say("1")
    chat.say("跳过")
    chat.say("跳过")
    assert "都记下了" in chat.say(typed)


def test_a_second_press_of_one_does_not_answer_the_next_question(chat):
    chat.pause_s = 0.5
    chat.follow("u:D01")
    chat.say("1")
    assert "身份" in chat.say("1")
    chat.kit.clock.forward(seconds=5)
    assert "年龄段" in chat.say("1")


def test_a_family_members_name_is_checked_at_once(chat):
    chat.registered()
    for _ in range(2):
        chat.say("家人")
        chat.say("添加")
        said = chat.say("奶奶")
        chat.say("祖父母")
        chat.say("60岁以上")
    assert "已经添加过" in said
    chat.say("家人")
    chat.say("添加")
    assert "不要写号码" in chat.say("13912345678")


@pytest.mark.parametrize("code", ["C", "NOPE"])
def test_a_code_nobody_can_register_by_is_explained(chat, code):
    assert "停用或认不出来" in chat.follow(f"u:{code}")
    assert "停用或认不出来" in chat.event("scan", scene=f"u:{code}")


def test_a_tap_on_an_old_option_is_told_so(chat):
    assert "超过" in (said := chat.say("民政局", menu_id="unit:1")) or "30 分钟" in said
    assert count(chat.kit, Asked) == 0


def test_an_answer_that_comes_too_late_is_told_so(chat):
    chat.follow("u:D01")
    chat.kit.clock.forward(minutes=31)
    assert "30 分钟" in chat.say("同意")


def test_dialogues_nobody_took_up_are_purged(chat):
    chat.say("登记")
    chat.kit.clock.forward(days=2)
    tasks.purge(chat.kit)
    assert count(chat.kit, Dialogue) == 0


def test_the_same_message_id_from_another_person_is_another_message(chat):
    chat.registered()
    message = chat.incoming(text="我的")
    mine = chat.send(message)
    other = Chat(chat.kit)
    theirs = other.send(other.incoming(text="我的", key=message.key))
    assert "民政局" in mine and "民政局" not in theirs


def test_a_spooled_follow_does_not_bring_back_who_left_before_it_was_replayed(chat):
    follow = chat.incoming(kind="event", event="subscribe", scene="u:D01", key="e:f")
    chat.kit.spool.add(answering.spooled(follow))
    chat.kit.clock.forward(seconds=2)
    assert chat.event("unsubscribe") == ""  # the database is back, the spool not yet replayed
    tasks.replay_spool(chat.kit)
    assert chat.kit.spool.empty() and count(chat.kit, Follower) == 0


def test_an_unfollow_right_after_a_follow_counts_although_both_were_spooled(chat):
    follow = chat.incoming(kind="event", event="subscribe", scene="u:D01", key="e:f")
    chat.kit.clock.forward(seconds=2)
    unfollow = chat.incoming(kind="event", event="unsubscribe", key="e:u")
    chat.kit.clock.forward(minutes=5)
    for event in (follow, unfollow):
        answering.kept(answering.from_spool(answering.spooled(event)), chat.kit)
    assert count(chat.kit, Follower) == 0


def test_nobody_registers_who_was_never_shown_the_consent_text(chat):
    follow = chat.incoming(kind="event", event="subscribe", scene="u:D01", key="e:f")
    answering.kept(answering.from_spool(answering.spooled(follow)), chat.kit)
    assert "登记成功" not in chat.say("1")
    assert count(chat.kit, RegistrationEvent) == 0


def test_a_unit_imported_a_moment_ago_is_found(chat):
    chat.say("登记")
    with chat.kit.db.transaction() as session:
        make.unit(session, "气象局", code="D99")
        touch(session, "units")
    assert "气象局" in chat.say("气象局")


def test_a_name_with_markup_cannot_break_a_link(chat):
    with chat.kit.db.transaction() as session:
        for letter in "AB":
            make.unit(session, f'联合<公司>"{letter}"&合作社')
    chat.say("登记")
    said = chat.say("联合公司合作社")
    assert said.count("<a href=") == said.count("</a>") and '"A"' not in said


def test_numbers_are_read_as_people_write_them():
    assert [number_in(plain(text)) for text in ("2", "②", "选2", "2号", "二", "２。", "二十块", "我2")] == [
        2,
        2,
        2,
        2,
        2,
        2,
        None,
        None,
    ]


def test_a_forwarded_link_is_not_an_emergency_of_its_sender(chat):
    fields = {"Title": "我刚给骗子转了两万", "Description": "", "Url": "http://x.example"}
    message = chat.incoming(kind="link", fields=fields)
    assert "先停手" not in answering.answer(Arrival(message), chat.kit).first


@pytest.mark.parametrize(
    "typed", ["报警", "报警电话", "110", "我要报警", "能帮我把钱追回来吗", "怎么追回被骗的钱"]
)
def test_who_wants_the_police_is_told_110_first(chat, typed):
    assert "110" in chat.say(typed).splitlines()[0]


def test_asking_a_friend_for_ones_money_is_no_emergency(chat):
    assert "止付" not in chat.say("借给朋友的钱怎么要回来")


@pytest.mark.parametrize("typed", ["不同意", "不要", "算了"])
def test_a_no_leaves_the_registration(chat, typed):
    chat.follow("u:D01")
    assert "已经退出" in chat.say(typed)
    assert count(chat.kit, RegistrationEvent) == 0


@pytest.mark.parametrize("typed", ["同意登记", "我同意登记"])
def test_more_ways_to_agree(chat, typed):
    chat.follow("u:D01")
    assert "登记成功" in chat.say(typed)


def test_a_short_answer_gone_wrong_is_told_what_is_waited_for_and_is_no_question(chat):
    chat.registered()
    chat.say("注销")
    for typed in ("确认", "是", "好的呀"):
        assert "没看懂" in chat.say(typed)
    chat.say("0")
    chat.say("家人")
    chat.say("1")
    chat.say("奶奶")
    assert "没看懂" in chat.say("乱")
    assert count(chat.kit, Asked) == 0


def test_a_unit_alone_or_loosely_named_begins_the_registration(chat):
    assert "同意" in chat.say("民政局")
    chat.say("0")
    assert "住房和城乡建设局" in chat.say("登记 城乡")


def test_what_was_registered_can_be_changed_and_a_phone_taken_back(chat):
    chat.registered()
    chat.say("修改")
    for typed in ("跳过", "跳过", "13800138000"):
        chat.say(typed)
    assert "138****8000" in chat.say("我的")
    chat.say("更改手机号")
    for typed in ("跳过", "跳过", "删除"):
        chat.say(typed)
    assert "没有留" in chat.say("我的")


@pytest.mark.parametrize("typed", ["你是谁", "人工", "电话多少", "怎么举报"])
def test_who_wants_a_person_is_told_whom_to_call(chat, typed):
    assert "96110" in chat.say(typed) and "还没见过" not in chat.say(typed)


@pytest.mark.parametrize("typed", ["这链接能点吗", "要我转钱", "陌生人加我怎么办"])
def test_a_short_question_in_the_middle_of_a_step_is_answered_and_kept(chat, typed):
    chat.follow("u:D01")
    said = chat.say(typed)
    assert "没看懂" not in said and "登记还没完" in said


@pytest.mark.parametrize("typed", ["怎么追回欠款", "网上说能帮追回被骗的钱是真的吗"])
def test_a_debt_and_a_question_about_recoverers_are_no_emergency(chat, typed):
    assert "止付" not in chat.say(typed)
