"""The chat knows what it has just said: after the first-minutes card, after a choice, after a verdict."""

import pytest
from sqlalchemy import func, select

from bot.content.models import Asked
from bot.content.serving import Centroids
from bot.handlers import after, after_loss, danger_words, smalltalk
from bot.handlers.going_on import GOES_ON
from bot.handlers.typed import plain
from bot.handlers.words import FIRST_MINUTES, NOT_ALONE
from tests.handlers.conftest import Chat

LOSS = "我刚转了五千给他"
ADVERT = "兼职刷单，先垫钱后返佣金，日入三百"
STRANGE = "隔壁邻居的羊昨晚跑了"


def kept(kit):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Asked))


@pytest.mark.parametrize(
    "said",
    ["我还没给验证码", "还没给码", "没给卡", "没点", "没填", "我没借", "没扫码"],
)
def test_what_was_not_given_besides_takes_back_nothing_that_was_paid(chat, said):
    chat.say(LOSS)
    answer = chat.say(said)
    assert answer == after_loss.NOT_THAT_TOO and "没转就好" not in answer
    assert chat.say("我还没转").startswith("没转就好") and "110" in chat.say("我还没转")


@pytest.mark.parametrize("said", ["还没给验证码", "没填", "没给卡", "没扫码"])
def test_who_gave_nothing_is_told_to_stay_so(chat, said):
    chat.say(ADVERT)
    assert chat.say(said).startswith("没做就好")


def test_a_sum_alone_is_about_no_type(chat):
    chat.say(LOSS)
    assert "诈骗。因为" not in chat.say("还没转，先帮我看看", menu_id="not-paid")


@pytest.mark.parametrize("said", ["我没接", "我挂了", "拉黑了", "已经挂掉了"])
def test_a_call_of_the_police_is_to_be_called_back(chat, said, monkeypatch):
    assert chat.say(said) == after.DONE_WELL
    monkeypatch.setattr(after, "CALLS", {"app"})  # the one topic of this small library
    chat.say("国家反诈中心APP")
    assert chat.say(said) == after.CALL_BACK


def test_what_keeps_fraud_away_is_not_praised_for_being_taken_down(chat):
    chat.say("国家反诈中心APP")
    assert "国家反诈中心APP】" in chat.say("卸载了")


def test_who_deletes_what_the_police_need_is_told_to_keep_it(chat):
    chat.say(LOSS)
    assert chat.say("我把聊天记录删了") == after_loss.KEEP_IT
    assert chat.say("软件卸载了") == after_loss.KEEP_IT
    assert chat.say("把他拉黑了") == after_loss.CUT_OFF


@pytest.mark.parametrize(
    "between", ["裸聊是什么", "你是真人吗", "骗局大全", "帮助", "没用", "我没转", STRANGE]
)
@pytest.mark.parametrize("said", ["好的", "可以", "ok"])
def test_a_nod_after_anything_in_between_is_no_consent(chat, between, said):
    chat.say("登记")
    chat.say("民政局")
    chat.say(between)
    assert "登记成功" not in chat.say(said)
    assert "登记成功" in chat.say("1")


@pytest.mark.parametrize("need", [LOSS, "我不想活了"])
def test_nobody_in_need_is_registered_by_a_nod_or_asked_to_fill_in_a_form(chat, need):
    chat.say("登记")
    chat.say("民政局")
    assert "登记" not in chat.say(need)
    assert "登记" not in chat.say("好的")


def test_who_spoke_of_dying_is_answered_with_company_and_not_with_money(chat):
    assert chat.say("我不想活了") == NOT_ALONE
    assert chat.say("嗯") == after_loss.WITH_SOMEBODY
    assert chat.say("没人管我") == after_loss.WITH_SOMEBODY
    assert chat.say(LOSS).startswith(FIRST_MINUTES)


@pytest.mark.parametrize(
    "said", ["这是不是诈骗？", "是骗子吗", "能信吗", "真的假的", "這是不是詐騙", "靠谱吗", "帮我看看"]
)
def test_the_question_of_questions_is_asked_of_what_was_sent(chat, said):
    chat.say(ADVERT)
    answer = chat.say(said)
    assert "刷单返利" in answer and "刚才那段" in answer and "110" in answer
    assert kept(chat.kit) == 0


def test_the_same_question_before_anything_was_sent_asks_for_it(chat):
    assert chat.say("这是不是诈骗？").startswith("说的是哪一段")
    assert "自动回复" in chat.say("你们是骗子吗")
    assert "自动回复" in Chat(chat.kit).say("这是官方的吗")


def test_after_an_unknown_text_it_is_answered_by_what_to_watch_for(chat):
    chat.say(STRANGE)
    assert chat.say("这是诈骗吗") == after.CANNOT_TELL
    assert kept(chat.kit) == 1


@pytest.mark.parametrize("said", ["怎么办", "那怎么办", "要不要报警", "该不该报警", "急急急"])
def test_what_to_do_is_asked_of_what_was_told(chat, said):
    chat.say(ADVERT)
    if said != "急急急":
        assert "上面" in chat.say(said)
    chat.say(LOSS)
    assert chat.say(said) == after_loss.ON_THE_PHONE


def test_after_an_unknown_text_nothing_stands_above_to_be_done(chat):
    chat.say(STRANGE)
    assert chat.say("他又打来了") == after.CANNOT_TELL


@pytest.mark.parametrize("said", ["我好后悔", "我太傻了", "没脸回家了", "我妈会打死我", "别告诉我家人"])
def test_shame_is_answered_with_comfort_and_is_no_question_for_the_editors(chat, said):
    assert chat.say(said) == smalltalk.COMFORT
    chat.say(LOSS)
    assert chat.say(said) in (after_loss.NOT_YOUR_FAULT, after_loss.ON_THE_PHONE)
    assert kept(chat.kit) == 0


@pytest.mark.parametrize("said", ["看不懂", "太长了", "说简单点", "能不能说简单点", "字太小", "什么意思"])
def test_who_cannot_read_so_much_has_it_in_a_sentence(chat, said):
    chat.say(ADVERT)
    assert chat.say(said).startswith("一句话")
    chat.say(LOSS)
    assert chat.say(said) == after_loss.ON_THE_PHONE


@pytest.mark.parametrize("said", ["逗你玩的", "开玩笑", "哈哈骗你的", "测试一下", "test"])
def test_a_joke_is_no_question_and_takes_no_company_away(chat, said):
    assert chat.say(said) == after.NO_HARM
    chat.say("我不想活了")
    assert chat.say(said) == after_loss.WITH_SOMEBODY
    assert kept(chat.kit) == 0


def test_who_asked_the_person_meant_did_well(chat):
    chat.say(ADVERT)
    assert chat.say("我打电话问了不是他") == after.DONE_WELL
    assert chat.say("我给孙子打通了 没事") == after.DONE_WELL


def test_to_have_no_money_is_not_to_have_kept_it(chat):
    assert "没转就好" not in chat.say("我没钱")
    assert "没转就好" in chat.say("我没给钱")


@pytest.mark.parametrize(
    ("danger", "over"),
    [("我家着火了", "出来了"), ("老公打我", "他走了"), ("我妈走丢了", "找到了"), ("我爸晕倒了", "醒了")],
)
def test_when_the_danger_is_over_the_talk_goes_on(chat, danger, over):
    chat.say(danger)
    assert chat.say("怎么办") == danger_words.NEXT
    assert chat.say(over) == after_loss.SAFE_AGAIN
    assert chat.say("谢谢").startswith("不客气")
    assert chat.say("我该不该报警") == chat.say("孩子也被吓到了") == after_loss.AFTERWARDS
    assert "刷单返利" in chat.say("刷单怎么识别")


def test_who_spoke_of_dying_is_not_left_when_they_say_they_are_well(chat):
    chat.say("我不想活了")
    assert chat.say("我走了") == chat.say("他走了") == after_loss.WITH_SOMEBODY
    assert chat.say("我没事了") == after_loss.STILL_HERE
    assert chat.say("谢谢") == after_loss.WITH_SOMEBODY
    assert "还没见过" in chat.say("羊绒合同是真的吗")


def test_a_type_is_opened_by_asking_how_to_tell_it(chat):
    for said in ("刷单怎么识别", "怎么防范刷单", "刷单怎么骗人", "那刷单呢"):
        assert "【刷单返利】" in chat.say(said)


def test_after_a_loss_it_is_one(chat):
    chat.say(LOSS)
    assert chat.say("这是不是诈骗") == after_loss.IT_IS


@pytest.mark.parametrize("said", ["要带什么去派出所", "我不会打电话", "微信转的", STRANGE])
def test_for_half_an_hour_after_a_loss_nothing_is_not_seen_before(chat, said):
    chat.say(LOSS)
    assert chat.say(said) == after_loss.POLICE
    assert kept(chat.kit) == 0
    chat.kit.clock.forward(minutes=31)
    assert "还没见过" in chat.say(STRANGE)


def test_the_same_nine_lines_are_not_said_twice(chat):
    assert chat.say("我妈给人汇了三万").startswith(FIRST_MINUTES)
    assert chat.say("她又转了两万给那个人") in (after_loss.ON_THE_PHONE, after_loss.HOLD_BACK)
    assert chat.say("她不听我的") == after_loss.HOLD_BACK
    assert chat.say("我已经转账了", menu_id="paid").startswith(FIRST_MINUTES)
    chat.kit.clock.forward(minutes=31)
    assert chat.say(LOSS).startswith(FIRST_MINUTES)


@pytest.fixture
def unsure(monkeypatch):
    """No type leads far enough to be named alone."""
    monkeypatch.setattr(Centroids, "cuts", Centroids.cuts._replace(match=0.05, gap=9.0))


def offered(answer):
    """The names in the order they were offered."""
    return [line.split(">")[1].split("<")[0] for line in answer.splitlines() if "open-" in line]


@pytest.mark.parametrize(("number", "place"), [("1", 0), ("选2", 1), ("第二个", 1), ("二", 1)])
def test_a_number_after_a_choice_means_the_choice(chat, unsure, number, place):
    names = offered(chat.say("先垫钱，说我会员扣费"))
    assert len(names) == 2 and f"【{names[place]}】" in chat.say(number)


def test_once_something_else_was_shown_the_number_is_the_lists(chat, unsure):
    second = offered(chat.say("先垫钱，说我会员扣费"))[1]
    shown = chat.say("骗局大全")
    assert f"2 {second}" not in shown
    assert f"【{second}】" not in chat.say("3")


def test_while_a_step_waits_a_choice_has_no_numbers_and_a_number_registers_nobody(chat, unsure):
    chat.say("登记")
    chat.say("嘎查")
    shown = chat.say("先垫钱，说我会员扣费")
    assert shown.startswith("可能是下面几种，点一下看") and "\n1 " not in shown
    again = chat.say("1")
    assert "登记成功" not in again and "登记还没完" in again
    assert "登记成功" in chat.say("1")


def test_after_a_choice_the_verdict_stays_open(chat, unsure):
    chat.say("先垫钱，说我会员扣费")
    assert chat.say("是诈骗吗").startswith("刚才那段像上面几种")


@pytest.mark.parametrize(
    "said",
    [
        "说要先交两千保证金",
        "他让我下载个软件",
        "然后又让我交税",
        "卖家说要交激活费",
        "对方还要我共享屏幕",
        "找我借五百",
    ],
)
def test_a_sentence_that_goes_on_is_known_by_how_it_begins(said):
    assert GOES_ON.fullmatch(plain(said))


@pytest.mark.parametrize(
    "said", ["刷单返利", "有人加我好友", "我的银行卡冻结了", "这个群是不是骗人的", "贷款要先交钱吗"]
)
def test_a_question_of_its_own_does_not_go_on(said):
    assert not GOES_ON.fullmatch(plain(said))


def test_a_sentence_that_goes_on_is_read_with_the_question_before_it(chat):
    chat.say("网上找了个点赞刷单的兼职")
    alone = Chat(chat.kit).say("让我先垫一百")
    joined = chat.say("让我先垫一百")
    assert joined != alone and joined.startswith("几句连起来看") and "刷单返利" in joined
    chat.kit.clock.forward(minutes=11)
    assert not chat.say("让我先垫一百").startswith("几句连起来看")


def test_the_second_unknown_question_in_a_row_is_answered_in_short(chat):
    first, second = chat.say(STRANGE), chat.say("草场上来了两只狼")
    assert "还没见过" in second and "把对方的原话发给我" in second and "告诉我" in second
    assert len(second) < len(first) and kept(chat.kit) == 2


@pytest.mark.parametrize("said", ["什么是刷单", "刷单是什么意思", "刷单咋回事", "啥叫刷单诈骗"])
def test_what_is_it_opens_the_page(chat, said):
    assert chat.say(said).startswith("【刷单返利】")


@pytest.mark.parametrize("said", ["每周预警", "本周预警在哪看", "最近有什么新骗局", "反诈答题", "订阅"])
def test_what_does_not_exist_yet_is_said_so(chat, said):
    assert chat.say(said).startswith("每周预警和答题还没有开始") and kept(chat.kit) == 0


@pytest.mark.parametrize("said", ["派出所电话多少", "我想找民警", "反诈中心地址在哪里", "你们上班时间"])
def test_who_looks_for_people_is_told_the_two_numbers(chat, said):
    answer = chat.say(said)
    assert "110" in answer and "96110" in answer and kept(chat.kit) == 0


@pytest.mark.parametrize(
    ("said", "begins"), [("我是农民", "没有单位也能登记"), ("我放牧", "没有单位也能登记")]
)
def test_who_has_no_unit_is_told_how(chat, said, begins):
    chat.say("登记")
    assert chat.say(said).startswith(begins)


def test_what_is_this_at_the_consent_text_is_explained(chat):
    chat.say("登记")
    chat.say("民政局")
    assert chat.say("什么意思").startswith("登记不花钱")
    assert "登记成功" in chat.say("1")
