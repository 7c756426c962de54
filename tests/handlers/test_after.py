"""What people say of an answer they had, and the ways out of an answer that was not meant for them."""

from datetime import timedelta

import pytest
import yaml
from sqlalchemy import func, select

from bot.content.library import LIBRARY
from bot.content.models import Asked
from bot.handlers import after, smalltalk
from bot.handlers.remarks import AGAIN, NEXT, NOT_THAT, STOPPED, UNPAID, WHY
from bot.handlers.typed import plain
from bot.handlers.words import NOT_PAID
from tests.handlers.conftest import Chat

PAID = "我刚给骗子转账了两万怎么办"
ASKS = "我刚给骗子转账了两万，说是刷单垫付返佣金"


def kept(kit):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Asked))


def test_who_had_only_asked_gets_the_card_by_a_tap_or_in_words(chat):
    assert "没转，先帮我看看" in chat.say(ASKS)
    shown = chat.say(NOT_PAID[0], menu_id=NOT_PAID[1])
    assert shown.startswith("没转就好（真转了的话，马上拨打110）。\n这") and "刷单返利" in shown
    assert chat.say(ASKS).startswith("先停手")
    assert "刷单返利" in chat.say("我还没转钱，只是问问")
    assert kept(chat.kit) == 0


def test_without_a_question_before_it_not_having_paid_is_good_news(chat):
    assert chat.say("还没转呢").startswith("没转就好，先停在这里")
    assert chat.say(NOT_PAID[0], menu_id=NOT_PAID[1]).startswith("没转就好，先停在这里")
    chat.say(ASKS)
    chat.kit.clock.forward(minutes=31)
    assert chat.say("没转").startswith("没转就好，先停在这里")


@pytest.mark.parametrize("said", ["挂了", "我已经把他拉黑了", "退群了", "软件删了", "没理他"])
def test_who_stopped_in_time_is_told_so(chat, said):
    assert chat.say(said) == after.DONE_WELL


@pytest.mark.parametrize("said", ["然后呢", "银行怎么说？", "他又打电话来了", "为什么", "钱能追回来吗"])
def test_after_the_first_minutes_card_the_next_step_is_named(chat, said):
    chat.say(PAID)
    assert chat.say(said).startswith(("先打110", "先停手"))
    assert kept(chat.kit) == 0


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("然后呢", "照上面"),
        ("刚才那个", "照上面"),
        ("为什么", "我看的是"),
        ("不是这个", "那是我认错了"),
        ("不是刷单", "那是我认错了"),
    ],
)
def test_after_a_card_a_remark_is_answered_and_no_question_for_the_editors(chat, said, begins):
    chat.say("兼职刷单要先垫钱，能信吗")
    assert chat.say(said).startswith(begins)
    assert kept(chat.kit) == 0


def test_the_same_words_out_of_the_blue_are_a_question_of_their_own(chat):
    assert "还没见过" in chat.say("然后呢")
    chat.say("兼职刷单要先垫钱，能信吗")
    chat.kit.clock.moment += timedelta(hours=1)
    assert "还没见过" in chat.say("不是这个")


@pytest.mark.parametrize("said", ["转了", "我没忍住就转了", "没办法只好给他了", "不转不行，都转过去了"])
def test_a_payment_is_never_taken_for_a_refusal(said):
    assert not after.UNPAID.fullmatch(said) and not after.STOPPED.fullmatch(said)


def test_who_tapped_that_they_paid_is_not_asked_whether_they_did(chat):
    assert NOT_PAID[0] not in chat.say("我已经转账了", menu_id="paid")


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("早上好🌞", "您好，这里是"),
        ("在不在", "您好，这里是"),
        ("你好，我想问一下", "您好，这里是"),
        ("知道了谢谢", "不客气"),
        ("谢谢您的提醒", "不客气"),
        ("再见", "好的，有事"),
        ("晚安", "好的，有事"),
        ("[微笑]", "把对方说的原话"),
        ("[OK]", "把对方说的原话"),
        ("帮我查一下这个网址安全吗", "单看号码"),
        ("查一下13800000000这个号码", "单看号码"),
        ("单位让我们都关注这个号", "这里是自动回复"),
    ],
)
def test_small_talk_is_no_question_for_the_editors(chat, said, begins):
    assert chat.say(said).startswith(begins)
    assert kept(chat.kit) == 0


def test_a_number_looked_up_is_told_where_that_can_be_done(chat):
    assert "国家反诈中心APP" in smalltalk.NO_LOOKUP and "96110" in smalltalk.NO_LOOKUP


@pytest.mark.parametrize("said", ["转了", "钱没了", "卡寄了", "不想活了，钱都没了"])
def test_few_words_are_enough_for_the_first_minutes_card(chat, said):
    assert chat.say(said).startswith("先停手")


def test_who_thanks_for_money_that_came_back_gets_no_alarm(chat):
    assert "不客气" in chat.say("谢谢，钱追回来了")
    assert chat.say("钱怎么追回").startswith("先停手")


@pytest.mark.parametrize("said", ["刷单诈骗骗局", "二", "第2个", "2号", "看2"])
def test_names_and_numbers_open_types_in_all_the_ways_they_are_typed(chat, said):
    assert chat.say(said).startswith("【")


@pytest.fixture
def asked_for_unit(chat):
    chat.say("登记")
    return chat


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("骗局大全", "刷单返利"),
        ("帮助", "您可以这样用"),
        ("你好", "您好，这里是"),
        ("怎么办", "别急，先停手"),
        ("这链接能点吗", "96110"),
        ("不知道", "没有单位也能登记"),
        ("乌有之乡公司", "没有找到“乌有之乡公司”"),
        ("算了不弄了", "已经退出"),
    ],
)
def test_while_a_unit_is_asked_for_everything_else_is_still_heard(asked_for_unit, said, holds):
    assert holds in asked_for_unit.say(said)
    if said != "算了不弄了":
        assert "民政局" in asked_for_unit.say("民政局")


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("登记要钱吗", "登记不花钱"),
        ("登记有什么用", "登记不花钱"),
        ("怎么登记", "请发单位名称"),
        ("给我妈登记", "请先回复“登记”"),
        ("注册个账号就给20块", "96110"),
        ("登记东风村", "没有找到|东风嘎查"),
    ],
)
def test_questions_about_registering_are_answered(chat, said, holds):
    shown = chat.say(said)
    assert any(part in shown for part in holds.split("|"))


def test_who_registered_at_the_wrong_unit_is_asked_for_the_right_one(house):
    chat = Chat(house).registered("D01")
    assert "请发单位名称" in chat.say("登记错单位了")


def test_while_a_number_is_awaited_the_list_has_none(chat):
    chat.follow("u:D01")
    shown = chat.say("骗局大全")
    assert "1. " not in shown and "刷单返利" in shown
    assert chat.say("刷单返利").startswith("【刷单返利】")
    assert "登记成功" in chat.say("1")


def test_the_list_ends_a_step_that_is_long_over(chat):
    chat.say("登记")
    chat.kit.clock.forward(minutes=40)
    assert "1. 刷单返利" in chat.say("骗局大全")
    assert chat.say("1").startswith("【刷单返利】")


def test_yes_after_a_question_in_between_is_no_consent_but_the_number_is(chat):
    chat.follow("u:D01")
    chat.say("兼职刷单要先垫钱，能信吗")
    assert "登记成功" not in chat.say("可以")
    assert "登记成功" in chat.say("1")


@pytest.mark.parametrize(
    "number", ["+8613900139000", "+86 139 0013 9000", "手机号13900139000", "我的电话是139-0013-9000"]
)
def test_a_mobile_number_is_taken_in_the_ways_it_is_written(chat, number):
    chat.follow("u:D01")
    for answer in ("1", "牧民", "66岁"):
        chat.say(answer)
    assert "都记下了" in chat.say(number)
    assert "手机号：139****9000" in chat.say("我的")
    assert "农牧民" in chat.say("我的") and "60岁以上" in chat.say("我的")


def test_a_refusal_of_the_number_in_other_words_is_one_and_the_rest_is_helped(chat):
    chat.follow("u:D01")
    for answer in ("1", "跳过", "跳过"):
        chat.say(answer)
    assert "11 位手机号" in chat.say("等一下")
    assert "都记下了" in chat.say("不想给")


@pytest.mark.parametrize(
    ("relation", "age"), [("我妈", "70"), ("孙子", "8岁"), ("是老伴", "68岁"), ("2", "5")]
)
def test_relatives_are_told_of_as_people_talk(house, relation, age):
    chat = Chat(house).registered()
    chat.say("家人")
    assert "请回复“添加”" in chat.say("1")
    chat.say("添加")
    assert "怎么称呼" in chat.say("添加")
    chat.say("桂芳")
    assert "年龄段" in chat.say(relation)
    assert "已登记 桂芳" in chat.say(age)


def test_no_name_alias_or_question_of_the_library_is_taken_for_a_remark_or_small_talk():
    """Whole messages are matched, so what residents ask must never be one of them; a name may, where it opens first."""
    remarks = [UNPAID, STOPPED, NEXT, AGAIN, NOT_THAT, WHY]
    talk = [smalltalk.GREET, smalltalk.THANK, smalltalk.BYE, smalltalk.LOOKS_UP, smalltalk.DOUBTS]
    for path in sorted((LIBRARY / "types").glob("*.yaml")):
        held = yaml.safe_load(path.read_text("utf-8"))
        texts = [str(text) for name in ("also", "aliases", "questions") for text in held.get(name) or ()]
        taken = [t for t in (held["name"], *texts) if any(p.fullmatch(plain(t)) for p in (*remarks, *talk))]
        assert taken == [], path.name


@pytest.mark.parametrize("said", ["对方让我关注店铺返佣金", "有人让我关注公众号给钱", "让我扫码关注领红包"])
def test_being_told_to_follow_a_shop_is_no_question_who_we_are(chat, said):
    assert "这里是自动回复" not in chat.say(said)


def test_the_card_after_a_way_out_says_why(chat):
    chat.say(ASKS)
    assert "因为您提到" in chat.say("还没转")
