import pytest

from bot.content.answer import (
    LIMIT,
    asks_for_list,
    choice_of,
    judge,
    open_by_name,
    render_card,
    render_choice,
    render_list,
    render_none,
    tap,
)  # fmt: skip
from bot.content.library import key_of, load_library
from bot.content.matcher import Matcher


def card_for(matcher, text):
    match = judge(text, matcher).match
    return render_card(matcher.cards[match.types[0]], match)


def test_a_card_says_what_it_is_and_why_then_what_to_do_first(matcher):
    lines = card_for(matcher, "说我百万保障到期，每月扣费").split("\n")
    assert lines[0].startswith("这可能是【百万保障骗局】") or lines[0].startswith("这很像【百万保障骗局】")
    assert "因为您提到“百万保障”" in lines[0]
    assert lines[3] == "【现在这样做】"


def test_a_known_question_is_answered_with_very_like(matcher):
    assert card_for(matcher, "做任务的钱提不出来了").startswith("这很像【刷单返利】")


def test_a_card_has_steps_signs_a_case_and_three_taps(matcher):
    text = card_for(matcher, "做任务的钱提不出来了")
    blocks = ("【骗子怎么骗】", "【留意这些信号】", "【有人遇到过】")
    taps = ("msgmenuid=useful", "msgmenuid=useless", "msgmenuid=paid")
    assert all(part in text for part in blocks + taps)


def test_a_card_opened_by_name_guesses_nothing(matcher):
    text = render_card(matcher.cards["police"], None)
    assert text.startswith("【冒充公检法】") and "很像" not in text and "可能是" not in text


def test_a_topic_is_no_scam_and_asks_for_no_verdict(matcher):
    text = render_card(matcher.cards["call96110"], None)
    assert "诈骗" not in text and "msgmenuid" not in text


def test_a_card_never_exceeds_its_limit_and_keeps_what_to_do(matcher):
    match = judge("刷单让我垫付", matcher).match
    for limit in range(700, LIMIT, 100):
        text = render_card(matcher.cards["shuadan"], match, limit)
        assert len(text.encode()) <= limit and "拨打110" in text and "msgmenuid=paid" in text


def test_no_shipped_card_exceeds_what_wechat_sends(session, clock):
    load_library(session, clock())
    shipped = Matcher()
    shipped.refresh(session)
    sizes = {card.code: len(render_card(card, None).encode()) for card in shipped.cards.values()}
    assert len(sizes) >= 41 and max(sizes.values()) <= LIMIT


def test_a_resident_cannot_put_a_link_into_the_answer(matcher):
    text = card_for(matcher, "百<a>万保障到期了")
    assert "<a>" not in text


def test_a_choice_offers_the_types_by_touch_and_begins_with_the_safe_rule(matcher):
    cards = list(matcher.cards.values())[:3]
    text = render_choice(cards)
    assert text.startswith("不转账")
    assert all(f"msgmenuid=open-{card.code}" in text for card in cards)


def test_a_choice_leaves_out_types_far_behind(matcher):
    match = judge("刷单让我垫付", matcher).match
    assert choice_of(match, matcher.cards)[0].code == "shuadan"


def test_nothing_alike_is_never_a_shrug():
    text = render_none()
    assert "96110" in text and "把对方的原话发给我" in text and "不转账" in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("刷单返利", "shuadan"), ("兼职刷单", "shuadan"), ("假警察", "police"), ("1", "shuadan"), ("２", "police"),
        ("4", "call96110"),
    ],
)  # fmt: skip
def test_a_type_opens_by_name_other_name_and_number(matcher, text, code):
    assert open_by_name(key_of(text), matcher).code == code


@pytest.mark.parametrize("text", ["0", "99", "", "96110", "今天天气", "刷单返利怎么办"])
def test_other_words_open_nothing(matcher, text):
    assert open_by_name(key_of(text), matcher) is None


def test_the_list_numbers_what_can_be_opened(matcher):
    text = render_list(matcher)
    assert "1. 刷单返利" in text and "4. 接到96110的电话" in text
    assert asks_for_list(key_of("骗局大全")) and not asks_for_list(key_of("骗局大全是什么意思啊"))


def test_an_empty_library_still_gives_safe_advice():
    assert render_list(Matcher()) == render_none()
    assert judge("刷单", Matcher()).match.decision == "none"


def test_a_tap_is_the_link_wechat_turns_into_a_message():
    assert (
        tap("有用", "useful") == '<a href="weixin://bizmsgmenu?msgmenucontent=有用&msgmenuid=useful">有用</a>'
    )
