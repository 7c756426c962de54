import pytest
from sqlalchemy import func, select

from bot.content.answer import in_a_row
from bot.content.library import LIBRARY, load_library
from bot.content.models import Asked
from bot.handlers import smalltalk
from bot.handlers.words import NOT_ALONE
from bot.registry.models import FamilyMember, Follower, RegistrationEvent, Unit, UnitKind
from bot.talk.models import Dialogue, Inbound
from tests import make
from tests.handlers.conftest import Chat


def count(kit, table):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_greeting_help_and_thanks_have_their_own_answers(chat):
    assert "反诈" in chat.say("你好")
    assert "骗局大全" in chat.say("帮助")
    assert "不客气" in chat.say("谢谢")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("喂", "反诈服务号"),
        ("赛白努", "反诈服务号"),
        ("nihao", "反诈服务号"),
        ("您好我是牧民", "反诈服务号"),
        ("我有个事", "反诈服务号"),
        ("你是ai吗", "自动回复"),
        ("有活人吗", "自动回复"),
        ("打电话给我", "自动回复"),
        ("你会说蒙语吗", "自动回复"),
        ("能来我们嘎查讲课吗", "自动回复"),
        ("算了", "有事随时"),
        ("我没事了", "有事随时"),
        ("讲个笑话", "我只懂反诈"),
        ("今天天气真好", "我只懂反诈"),
        ("做我女朋友", "我只懂反诈"),
        ("这个链接能点吗", "先别点、别扫"),
        ("能不能扫这个码", "先别点、别扫"),
        ("http://t.cn/abc", "先别点、别扫"),
        ("打我电话的是骗子吗", "认不出真假"),
        ("13912345678是骗子吗", "认不出真假"),
        ("这个号码是不是骗子13912345678", "认不出真假"),
    ],
)  # fmt: skip
def test_talk_has_an_answer_and_is_no_question_for_the_editors(chat, said, answered):
    assert answered in chat.say(said)
    assert count(chat.kit, Asked) == 0


def test_the_unknown_gets_the_safe_rule_and_is_kept_masked_for_editors(chat):
    answer = chat.say("隔壁邻居家的羊昨晚跑到我家草场来了，电话15812345678")
    assert "96110" in answer
    with chat.kit.db.reading() as session:
        [text] = session.scalars(select(Asked.text))
    assert "15812345678" not in text and "羊" in text


@pytest.mark.parametrize("kind", ["image", "voice", "video", "shortvideo", "location", "other"])
def test_what_cannot_be_read_gets_a_helpful_sentence(chat, kind):
    assert "110" in chat.send(chat.incoming(kind=kind))


def test_a_sticker_gets_a_sentence(chat):
    assert "打字" in chat.say("【收到不支持的消息类型，暂无法显示】")


def test_a_link_card_is_read_by_its_words(chat):
    fields = {
        "Title": "刷单兼职日结，做任务领佣金",
        "Description": "垫付返利，连单",
        "Url": "http://x.example/a",
    }
    assert "刷单" in chat.send(chat.incoming(kind="link", fields=fields))


def test_a_link_without_words_warns(chat):
    assert "先别点" in chat.send(chat.incoming(kind="link", fields={}))


def test_a_type_opens_by_name_and_from_the_list(chat):
    assert "刷单返利" in chat.say("骗局大全")
    assert "【刷单返利】" in chat.say("刷单返利")


def test_already_paid_can_be_tapped(chat):
    assert "110" in chat.say("我已经转账了", menu_id="paid").splitlines()[0]


@pytest.mark.parametrize("key", ["CHECK", "PAID", "LEARN", "ENROL", "MINE"])
def test_every_menu_button_answers(chat, key):
    assert chat.event("click", event_key=key)


def test_family_members_are_added_listed_and_removed(chat):
    chat.registered()
    chat.say("家人")
    chat.say("添加")
    chat.say("奶奶")
    chat.say("祖父母")
    assert "已登记 奶奶" in chat.say("60岁以上")
    assert "奶奶（祖父母，60岁以上）" in chat.say("家人")
    assert "已删除" in chat.say("删除 1")
    assert count(chat.kit, FamilyMember) == 0


def test_family_needs_a_registration(chat):
    assert "登记" in chat.say("家人")


def test_erasing_takes_two_steps_and_leaves_only_counts(chat):
    chat.registered()
    chat.say("刷单是骗局吗")
    assert "确认注销" in chat.say("注销")
    assert "已经注销" in chat.say("确认注销")
    assert count(chat.kit, Follower) == 0 and count(chat.kit, Dialogue) == 0
    assert count(chat.kit, RegistrationEvent) == 2
    with chat.kit.db.reading() as session:
        said = session.execute(select(Inbound.text, Inbound.follower_id, Inbound.reply)).all()
    assert all(text is None and follower is None for text, follower, _ in said)
    assert sum(reply != "[]" for _, _, reply in said) == 1


def test_confirming_without_the_first_step_erases_nothing(chat):
    chat.registered()
    assert "请回复“确认注销”" in chat.say("确认注销")
    assert count(chat.kit, Follower) == 1


def test_confirming_twice_is_no_question_for_the_editors(chat):
    chat.registered()
    for typed in ("注销", "确认注销", "确认注销"):
        said = chat.say(typed)
    assert "请回复“确认注销”" in said
    assert count(chat.kit, Asked) == 0


def test_unfollowing_erases_and_says_nothing(chat):
    chat.registered()
    assert chat.event("unsubscribe") == ""
    assert count(chat.kit, Follower) == 0


def test_an_unfollow_of_a_stranger_makes_nobody(chat):
    assert chat.event("unsubscribe") == ""
    assert count(chat.kit, Follower) == 0


def test_an_unfollow_older_than_the_follow_is_ignored(chat):
    chat.registered()
    chat.kit.clock.forward(minutes=-10)
    chat.event("unsubscribe")
    assert count(chat.kit, Follower) == 1


def test_a_platform_revocation_erases_too(chat):
    chat.registered()
    chat.event("user_authorization_cancellation")
    assert count(chat.kit, Follower) == 0


def test_mine_without_registration_says_so(chat):
    assert "还没有登记" in chat.say("我的")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("谢谢你啊，多亏了你，我没转钱", smalltalk.THANKS),
        ("多亏你们提醒", smalltalk.THANKS),
        ("你们这些废物", smalltalk.HURT),
        ("滚", smalltalk.HURT),
        ("帮帮我", smalltalk.CALM),
        ("怎么办啊", smalltalk.CALM),
        ("钱", smalltalk.CALM),
    ],
)
def test_thanks_anger_and_fear_get_a_word_and_are_no_question_for_the_editors(chat, said, answer):
    assert chat.say(said) == answer
    assert count(chat.kit, Asked) == 0


@pytest.mark.parametrize(
    "said",
    ["你们是不是骗子啊", "你们是真的公安吗", "这是官方的吗", "你们会不会打电话给我要钱", "我要投诉你们"],
)
def test_who_doubts_us_is_told_who_is_here_and_what_we_never_ask_for(chat, said):
    answer = chat.say(said)
    assert "96110" in answer and "不会打电话给您" in answer and count(chat.kit, Asked) == 0


@pytest.mark.parametrize(
    "said",
    [
        "我不想活了",
        "活着没意思",
        "妈说她不想活了",
        "对方要把视频发给我家里人，我想死",
        "孩子想跳楼",
        "我妈喝农药了",
        "闺女被骗了学费，吃了一瓶安眠药",
        "我爸站在楼顶要跳楼",
    ],
)
def test_who_speaks_of_dying_is_not_left_alone(chat, said):
    assert NOT_ALONE in chat.say(said)


@pytest.mark.parametrize(
    "said",
    [
        "我想死你了",
        "网友说不借钱她就想跳楼",
        "主播说没人打赏他要自杀",
        "有人被骗后跳楼，是真的吗",
        "地里喝剩的农药瓶子放哪",
        "我妹妹的安眠药能停吗",
        "我刚看到有人跳楼",
        "孩子问什么是自杀",
        "骗子说我不转他就跳楼",
    ],
)
def test_a_strangers_threat_to_die_is_a_question_like_any_other(chat, said):
    assert NOT_ALONE not in chat.say(said)


@pytest.fixture
def nude_chat(house, tmp_path):
    """A library with the type whose very name sounds like an emergency."""
    (tmp_path / "types").mkdir()
    text = (LIBRARY / "types" / "nude.yaml").read_text("utf-8")
    kept = "".join(line for line in text.splitlines(True) if not line.startswith("second:"))
    (tmp_path / "types" / "nude.yaml").write_text(kept, "utf-8")
    with house.db.transaction() as session:
        load_library(session, house.clock(), tmp_path)
    return Chat(house)


def test_the_name_of_a_type_opens_it_even_where_it_sounds_like_an_emergency(nude_chat):
    assert nude_chat.say("裸聊敲诈").startswith("【裸聊敲诈】")
    assert nude_chat.say("裸聊敲诈", menu_id="open-nude").startswith("【裸聊敲诈】")
    assert nude_chat.say("我被裸聊敲诈了").startswith("先停手")


def test_the_name_of_a_unit_is_no_emergency_even_where_it_sounds_like_one(house):
    with house.db.transaction() as session:
        county = session.scalar(select(Unit).where(Unit.code == "C"))
        make.unit(session, "福利小额贷款公司", code="D03", parent=county, kind=UnitKind.COMPANY)
    chat = Chat(house)
    chat.say("登记")
    assert "您要登记的是“福利小额贷款公司”" in chat.say("福利小额贷款公司")
    assert chat.say("福利小额贷款公司骗了我三万").startswith("先停手")


def test_any_mobile_number_is_an_answer_to_the_question_for_it(chat):
    chat.follow("u:D01")
    for answer in ("1", "跳过", "跳过"):
        chat.say(answer)
    assert "都记下了" in chat.say("13916049099")


def test_lines_of_a_card_are_sentences(nude_chat):
    shown = nude_chat.say("裸聊敲诈")
    card = nude_chat.kit.matcher.cards["nude"]
    assert in_a_row(card.actions[:2]) in shown
    assert in_a_row(["不付钱", "去报警。"]) == "不付钱。去报警。"


def test_a_cry_for_help_is_heard_wherever_a_dialogue_stands(chat):
    chat.follow("u:D01")
    assert "您的身份" in chat.say("1")
    assert chat.say("帮帮我") == smalltalk.CALM
    chat.say("0")
    chat.say("注销")
    assert chat.say("咋办").startswith(smalltalk.CALM)
    assert chat.say("我不想活了") == NOT_ALONE
