import pytest
from sqlalchemy import select

from bot.registry.models import EventKind, Follower, RegistrationEvent


def followers(kit):
    with kit.db.reading() as session:
        return list(
            session.execute(select(Follower.unit_id, Follower.registered_at, Follower.consent_version))
        )


def events(kit):
    with kit.db.reading() as session:
        return list(session.scalars(select(RegistrationEvent.kind).order_by(RegistrationEvent.id)))


def test_a_units_code_needs_one_message_to_register(chat):
    welcome = chat.follow("u:D01")
    assert "民政局" in welcome and "登记说明" in welcome and "回复 1 同意并登记" in welcome
    assert "登记成功" in chat.say("1")
    assert events(chat.kit) == [EventKind.JOINED]
    [(unit_id, registered_at, consent)] = followers(chat.kit)
    assert unit_id and registered_at == chat.kit.clock() and consent == 1


def test_by_search_three_messages_register(chat):
    assert "登记" in chat.follow()
    assert "单位名称" in chat.say("登记")
    listed = chat.say("住建局")
    assert "住房和城乡建设局" in listed and "登记说明" in listed
    assert "登记成功" in chat.say("1")


def test_a_bare_unit_code_as_scene_is_understood(chat):
    assert "东风嘎查" in chat.follow("V01")


def test_an_unknown_scene_is_a_plain_welcome(chat):
    assert "欢迎" in chat.follow("u:NOPE")


def test_the_optional_questions_are_one_tap_each_and_skippable(chat):
    chat.follow("u:D01")
    assert "身份" in chat.say("1")
    assert "年龄段" in chat.say("职工", menu_id="audience:employee")
    assert "手机号" in chat.say("2")
    assert "11 位" in chat.say("123")
    assert "都记下了" in chat.say("13912345678")
    mine = chat.say("我的")
    assert "职工" in mine and "16–30岁" in mine and "139****5678" in mine and "13912345678" not in mine


def test_every_question_can_be_skipped(chat):
    chat.follow("u:D01")
    chat.say("1")
    chat.say("跳过")
    chat.say("跳过")
    assert "都记下了" in chat.say("跳过")


def test_a_question_in_the_middle_is_answered_and_the_dialogue_goes_on(chat):
    chat.follow("u:D01")
    answer = chat.say("兼职刷单要先垫钱，能信吗")
    assert "刷单返利" in answer and "登记还没完" in answer
    assert "登记成功" in chat.say("1")


def test_an_emergency_in_the_middle_comes_first(chat):
    chat.follow("u:D01")
    answer = chat.say("我刚给骗子转账了两万怎么办")
    assert "110" in answer.splitlines()[0] and "登记" not in answer
    assert chat.say("好的").startswith("好。先打110")
    assert "登记成功" not in chat.say("1")  # in need nobody fills in a form: it begins anew
    assert "登记成功" not in chat.say("民政局") and "登记成功" in chat.say("1")


def test_zero_leaves(chat):
    chat.say("登记")
    assert "退出" in chat.say("0")
    assert "单位名称" not in chat.say("东风嘎查")


def test_half_an_hour_of_silence_ends_a_dialogue(chat):
    chat.follow("u:D01")
    chat.kit.clock.forward(minutes=31)
    assert "登记成功" not in chat.say("1")
    assert events(chat.kit) == []


def test_changing_the_unit_moves_the_person(chat):
    chat.registered("D01")
    assert "换单位" in chat.say("登记")
    chat.say("换单位")
    chat.say("东风嘎查")
    assert "登记成功" in chat.say("1")
    assert events(chat.kit) == [EventKind.JOINED, EventKind.MOVED_OUT, EventKind.MOVED_IN]


def test_scanning_another_unit_asks_before_it_moves(chat):
    chat.registered("D01")
    assert "民政局" in (asked := chat.event("scan", scene="u:V01")) and "东风嘎查" in asked
    assert events(chat.kit) == [EventKind.JOINED]
    chat.say("1")
    assert events(chat.kit)[-1] == EventKind.MOVED_IN


def test_a_number_that_was_not_offered_is_refused(chat):
    chat.follow("u:D01")
    assert "请回复 1" in chat.say("7")


@pytest.mark.parametrize(
    "said", ["不是民政局的，我是东风嘎查的", "我是东风嘎查的", "我家在东风嘎查", "我住在东风嘎查"]
)
def test_a_unit_is_named_in_a_sentence_and_nobody_registers_by_it(chat, said):
    for begun in ("登记", "民政局"):
        chat.say(begun)
        assert "您要登记的是“乌兰镇 › 东风嘎查”" in chat.say(said)
    assert "登记成功：乌兰镇 › 东风嘎查" in chat.say("1")


@pytest.mark.parametrize(
    "said", ["我是牧民", "他是民政局的骗子", "我在民政局的朋友被骗了", "对方说他是民政局的"]
)
def test_who_else_is_named_changes_no_unit(chat, said):
    chat.say("登记")
    chat.say("东风嘎查")
    assert "您要登记的是" not in chat.say(said)


@pytest.mark.parametrize("said", ["安全吗", "真的吗", "要钱吗", "靠谱吗", "这是干啥的"])
def test_beside_the_consent_it_is_asked_of_registering(chat, said):
    chat.say("登记")
    chat.say("民政局")
    assert chat.say(said).startswith("登记不花钱")
    assert "登记成功" in chat.say("1")
