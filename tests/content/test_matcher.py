import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot.content.hits import NAME, NEAR, Hits, Words
from bot.content.library import library_version
from bot.content.matcher import Matcher
from bot.content.phrases import add_phrase, retire_phrase
from tests.cuts import with_cuts


def test_an_alias_inside_a_message_decides_and_explains(matcher):
    found = matcher.find("有人打电话说我的百万保障到期了")
    assert (found.types[0], found.decision, found.because) == ("baiwan", "one", ("百万保障",))


def test_the_reason_is_quoted_as_the_resident_wrote_it(matcher):
    assert matcher.find("說我的百 萬保障到期了").because == ("百 萬保障",)


def test_a_question_in_other_punctuation_is_an_exact_hit(matcher):
    found = matcher.find("做任务的钱，提不出来了？")
    assert (found.types[0], found.decision, found.sure) == ("shuadan", "one", True)


def test_what_is_no_match_leans_to_two_types_at_most(matcher):
    text = "老人接到客服的电话"
    low = with_cuts(matcher, match=9.0, lean=-1.0, gap=9.0).find(text)
    assert low.decision == "none" and not low.says_something
    assert low.leans == low.types[:2] and len(set(low.leans)) == 2
    only = with_cuts(matcher, lean=low.scores[0]).find(text)
    assert only.leans == low.types[:1]
    assert with_cuts(matcher, lean=low.scores[0] + 0.01).find(text).leans == ()
    alone = with_cuts(matcher, lean=-1.0, gap=(low.scores[0] - low.scores[1]) / 2).find(text)
    assert alone.leans == low.types[:1]


@pytest.mark.parametrize("text", ["百万保障到期了", "嗯", "你好", "？？", "96110打来的电话要接吗"])
def test_what_is_answered_says_nothing_or_is_everyday_leans_to_nothing(matcher, text):
    assert with_cuts(matcher, lean=-9.0).find(text).leans == ()


def test_a_question_with_a_slip_is_a_near_hit(matcher):
    found = matcher.find("客服打视频电话叫我关掉自动续费")
    assert (found.types[0], found.decision) == ("baiwan", "one")


def test_a_homophone_of_an_alias_is_heard_in_a_short_message(matcher):
    found = matcher.find("摆万保障是什么")
    assert (found.types[0], found.decision, found.because) == ("baiwan", "one", ("摆万保障",))


@pytest.mark.parametrize("text", ["唰单", "耍丹", "shuadan", "Shua Dan", "刷dan", "suadan"])
def test_a_message_that_sounds_like_a_name_of_two_syllables_asks_for_it(matcher, text):
    found = matcher.find(text)
    assert (found.types[0], found.decision) == ("shuadan", "one")


@pytest.mark.parametrize("text", ["刷牙", "唰单位的饭卡", "单刷", "dan shua", "水单"])
def test_and_what_only_comes_near_does_not(matcher, text):
    assert matcher.find(text).decision == "none"


def test_a_word_of_the_dictionary_is_no_name_it_sounds_like():
    claimed = (NAME, "card", "收卡"), ("alias", "gamble", "庄闲"), (NAME, "loan", "收咔")
    hits = Hits(Words(kind, code, text, text) for kind, code, text in claimed)
    assert hits.called("手卡") == ("card", "loan")
    assert hits.called("手卡", ["手卡"]) == ()
    assert hits.called("装贤") == ("gamble",)
    assert hits.called("收卡呀") == () == hits.called("收")


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "6222 0212 3456 7890", "😀😀", "你好", "谢谢！", "？？？", "2024-05-06"]
)
def test_numbers_greetings_and_emoji_are_about_nothing(matcher, text):
    found = matcher.find(text)
    assert (found.decision, found.case_id, found.because) == ("none", None, ())
    assert len(found.types) == 3


def test_ordinary_talk_matches_nothing(matcher):
    assert matcher.find("明天的公交车几点发车").decision == "none"


def test_an_everyday_topic_is_carried_beside_and_is_no_scam(matcher):
    found = matcher.find("96110打来的电话能接吗")
    assert (found.topic, found.decision) == ("call96110", "none")
    assert "call96110" not in found.types


def test_a_topics_word_does_not_hide_a_scam(matcher):
    found = matcher.find("自称96110让我把钱转到安全账户")
    assert (found.types[0], found.decision, found.topic) == ("police", "one", None)


def test_the_case_shown_is_the_nearest_of_the_type(matcher):
    found = matcher.find("我是学生，进群做关注任务，刷单垫付了三千元说卡单")
    assert matcher.cards["shuadan"].story(found.case_id).title == "大学生垫款"


def test_an_alias_added_is_used_by_the_next_message(session, matcher):
    assert matcher.find("他说我的星钻权益要清零了").decision == "none"
    add_phrase(session, "baiwan", "alias", "星钻权益")
    matcher.refresh(session)
    assert matcher.find("他说我的星钻权益要清零了").types[0] == "baiwan"


def test_a_question_added_is_used_by_the_next_message(session, matcher):
    add_phrase(session, "police", "question", "户籍科通知我去新疆协查")
    matcher.refresh_to(session, library_version(session))
    found = matcher.find("户籍科通知我去新疆协查")
    assert (found.types[0], found.decision) == ("police", "one")


def test_an_alias_retired_is_forgotten_by_the_next_message(session, matcher):
    row = add_phrase(session, "baiwan", "alias", "星钻权益")
    matcher.refresh(session)
    retire_phrase(session, row.id)
    matcher.refresh(session)
    assert matcher.find("他说我的星钻权益要清零了").decision == "none"


def test_nothing_is_built_again_while_the_version_stands(session, matcher):
    cards = matcher.cards
    matcher.refresh(session)
    assert matcher.cards is cards


def test_an_empty_library_matches_nothing(session):
    empty = Matcher()
    empty.refresh(session)
    assert empty.find("刷单").decision == "none"
    assert empty.find("刷单").types == ("", "", "")


@given(text=st.text(max_size=600) | st.text("百万保障刷单安全账户，？9 6110帳戶😀\0", max_size=60))
@hypothesis_settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_at_all_breaks_the_matcher(matcher, text):
    found = matcher.find(text)
    assert len(found.types) == 3 and found.decision in ("one", "choice", "none")


def test_the_case_shown_is_the_one_whose_pairs_of_characters_are_most_alike(matcher):
    for code, card in matcher.cards.items():
        for case in card.cases:
            found = matcher.find(case.text)
            if found.types[0] == code and found.decision != "none":
                assert found.case_id == case.id


def test_a_message_is_near_to_no_question_that_is_much_shorter_and_to_one_that_is_a_little():
    question = "客服让我关掉百万保障"
    hits = Hits([Words("question", "baiwan", question, question)])
    assert hits.question(question + "吗呢呀") == ("baiwan",)
    assert hits.question(question + "吗呢呀啊") == ()
    assert fuzz.ratio(question, question + "吗呢呀") >= NEAR > fuzz.ratio(question, question + "吗呢呀啊")
