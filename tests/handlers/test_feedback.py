"""有用, 没用, 告诉我: counted once, put before the editors, told once."""

from sqlalchemy import select

from bot.content.asked import MOST_WAITING
from bot.content.models import Asked, Verdict
from bot.handlers.feedback import NO_CARD, NOTHING_ASKED, WILL_NOT_TELL, WILL_TELL
from tests.handlers.conftest import Chat

KNOWN = "刷单返佣金先垫钱"
STRANGE = "隔壁邻居的羊跑到草场来了"


def verdicts(kit):
    with kit.db.reading() as session:
        return session.execute(select(Verdict.type_code, Verdict.useful)).all()


def asked(kit):
    with kit.db.reading() as session:
        return session.scalars(select(Asked).order_by(Asked.id)).all()


def tap(chat, label, code="shuadan"):
    return chat.say(label, menu_id=f"{'useful' if label == '有用' else 'useless'}-{code}")


def test_useful_is_counted_once_for_the_card(chat):
    chat.say(KNOWN)
    assert "谢谢" in tap(chat, "有用") and "谢谢" in tap(chat, "有用")
    assert verdicts(chat.kit) == [("shuadan", True)] and asked(chat.kit) == []


def test_useless_puts_the_question_before_the_editors_once(chat):
    chat.say(KNOWN)
    assert "编辑" in tap(chat, "没用")
    tap(chat, "没用")
    (row,) = asked(chat.kit)
    assert (row.text, row.why, row.type_code) == (KNOWN, "useless", "shuadan")
    assert verdicts(chat.kit) == [("shuadan", False)]


def test_who_changes_their_mind_is_still_one(chat):
    chat.say(KNOWN)
    tap(chat, "没用")
    tap(chat, "有用")
    assert verdicts(chat.kit) == [("shuadan", True)]


def test_a_tap_on_an_older_card_is_about_that_card(chat):
    chat.say(KNOWN)
    chat.say("冒充电商物流客服")
    tap(chat, "没用", "shuadan")
    assert [row.text for row in asked(chat.kit)] == [KNOWN]


def test_a_card_opened_by_name_has_no_question_to_keep(chat):
    chat.say("刷单返利")
    tap(chat, "没用")
    assert verdicts(chat.kit) == [("shuadan", False)] and asked(chat.kit) == []


def test_each_card_counts(chat):
    for _ in range(2):
        chat.say(KNOWN)
        tap(chat, "有用")
    assert len(verdicts(chat.kit)) == 2


def test_the_words_themselves_do_where_nothing_can_be_tapped(chat):
    chat.say(KNOWN)
    assert "编辑" in chat.say("没用")
    assert verdicts(chat.kit) == [("shuadan", False)]


def test_without_a_card_the_words_are_words_and_a_tap_is_thanked(chat):
    assert "谢谢" in tap(chat, "有用")
    assert "谢谢您告诉" not in Chat(chat.kit).say("有用")
    assert verdicts(chat.kit) == []


def test_a_forged_type_in_a_tap_counts_nothing(chat):
    chat.say(KNOWN)
    tap(chat, "没用", "nothing'; --")
    assert verdicts(chat.kit) == []


def test_a_twin_of_a_tap_counts_once(chat):
    chat.say(KNOWN)
    message = chat.incoming(text="没用", menu_id="useless-shuadan")
    assert chat.send(message) == chat.send(message)
    assert len(verdicts(chat.kit)) == len(asked(chat.kit)) == 1


def test_nobody_is_told_without_having_said_so(chat):
    chat.say(STRANGE)
    assert asked(chat.kit)[0].wish_at is None


def test_a_wish_is_kept_and_can_be_taken_back(chat):
    chat.say(STRANGE)
    assert chat.say("告诉我", menu_id="tell-me") == WILL_TELL
    assert asked(chat.kit)[0].wish_at is not None
    assert chat.say("不用告诉我") == WILL_NOT_TELL
    assert asked(chat.kit)[0].wish_at is None


def test_the_wish_may_be_typed_also_after_a_card_that_did_not_help(chat):
    chat.say(KNOWN)
    tap(chat, "没用")
    assert chat.say("告诉我") == WILL_TELL
    assert asked(chat.kit)[0].wish_at is not None


def test_a_wish_without_a_question_says_what_to_do(chat):
    assert chat.say("告诉我") == NOTHING_ASKED
    chat.say(STRANGE)
    assert Chat(chat.kit).say("告诉我") == NOTHING_ASKED


def test_who_is_erased_wishes_nothing_any_more(chat):
    chat.say(STRANGE)
    chat.say("告诉我")
    chat.say("注销")
    chat.say("确认注销")
    (row,) = asked(chat.kit)
    assert (row.text, row.folded, row.follower_id, row.wish_at, row.group_no) == ("", "", None, None, None)


def test_with_an_empty_library_everybody_gets_the_safe_rule_and_the_editors_the_question(kit):
    chat = Chat(kit)
    for words in (KNOWN, "骗局大全", STRANGE, "草" * 5_000):
        reply = chat.say(words)
        assert "不转账" in reply and "96110" in reply
    assert "先停手" in chat.say("我刚给骗子转了三万")
    assert [row.text[:1000] for row in asked(kit)] == [KNOWN, STRANGE, "草" * 1_000]


def test_a_verdict_without_a_card_is_no_question(chat):
    assert chat.say("有用") == NO_CARD["useful"]
    assert chat.say("没用") == NO_CARD["useless"]
    assert asked(chat.kit) == []


def test_nobody_is_promised_that_editors_read_what_was_not_kept(chat):
    chat.say("刷单返利")
    assert tap(chat, "没用") == NO_CARD["useless"]


def test_one_person_cannot_bury_what_others_ask(chat):
    other = Chat(chat.kit)
    for number in range(MOST_WAITING + 5):
        last = chat.say(
            f"邻居家第{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅'[number // 10]}只羊跑到草场来了"
        )
    assert len(asked(chat.kit)) == MOST_WAITING
    assert last.splitlines()[-1].startswith("您问过的几句还在等编辑看") and "告诉我" not in last
    for code in ("shuadan", "kefu"):
        chat.say(KNOWN if code == "shuadan" else "客服说要给我双倍理赔")
        tap(chat, "没用", code)
    assert len(asked(chat.kit)) == MOST_WAITING
    other.say("雪地里的骆驼不肯走")
    assert asked(chat.kit)[-1].text == "雪地里的骆驼不肯走"
