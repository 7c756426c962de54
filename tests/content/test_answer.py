import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.answer import (
    LIMIT,
    SAFE_RULE,
    SHORT,
    asks_for_list,
    choice_of,
    judge,
    open_by_name,
    open_by_number,
    render_card,
    render_choice,
    render_list,
    render_none,
    render_none_again,
    render_none_more,
    render_none_still,
    render_same,
    shortened,
    tap,
)  # fmt: skip
from bot.content.library import key_of, load_library
from bot.content.matcher import Match, Matcher

SITE = "https://fz.example.gov.cn"
TAGS = re.compile(r"<[^>]+>")


def card_for(matcher, text):
    match = judge(text, matcher).match
    return render_card(matcher.cards[match.types[0]], match)


def test_a_card_says_what_it_is_and_why_then_what_to_do_first(matcher):
    lines = card_for(matcher, "说我百万保障到期，每月扣费").split("\n")
    assert lines[0].startswith("这可能是【百万保障骗局】") or lines[0].startswith("这很像【百万保障骗局】")
    assert "因为您提到“百万保障”" in lines[0]
    assert lines[1].startswith("【现在这样做】")


def test_a_known_question_is_answered_with_very_like(matcher):
    assert card_for(matcher, "做任务的钱提不出来了").startswith("这很像【刷单返利】")


def test_a_card_has_steps_signs_a_case_and_three_taps(matcher):
    text = card_for(matcher, "做任务的钱提不出来了")
    blocks = ("【骗子怎么骗】", "【留意这些信号】", "【有人遇到过】")
    taps = ("msgmenuid=useful-shuadan", "msgmenuid=useless-shuadan", "msgmenuid=paid")
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


@pytest.fixture
def shipped(session, clock):
    load_library(session, clock())
    made = Matcher()
    made.refresh(session)
    return made


def every_answer(shipped):
    """Each card as it is opened, and as it answers with each of its cases and the longest reasons there can be."""
    for card in shipped.cards.values():
        yield card, render_card(card, None, site=SITE)
        for story in card.cases:
            match = Match((card.code,) * 3, "one", False, ("长" * 20,) * 3, story.id, (1.0, 0.5, 0.0))
            yield card, render_card(card, match, site=SITE)


def test_no_shipped_card_exceeds_a_screen_nor_what_wechat_sends(shipped):
    assert len(shipped.cards) >= 41
    for _, text in every_answer(shipped):
        read, _, taps = text.partition("<a href")
        assert len(read) <= SHORT and len(text.encode()) <= LIMIT


def test_every_shipped_card_says_what_to_do_how_it_works_and_where_all_of_it_stands(shipped):
    for card, text in every_answer(shipped):
        assert "【现在这样做】" in text and f"{SITE}/k/{card.code}" in text
        assert "2. " in text, card.code


def test_nearly_every_answer_shows_signs_and_a_case(shipped):
    told = []
    for card in shipped.cards.values():
        for story in [] if card.topic else card.cases:
            match = Match((card.code,) * 3, "one", True, (card.name[:4],), story.id, (1.0, 0.5, 0.0))
            told.append(render_card(card, match, site=SITE))
    assert sum("【留意这些信号】" in text for text in told) >= 0.95 * len(told)
    assert sum("【有人遇到过】" in text for text in told) >= 0.9 * len(told)


def test_a_topic_has_nothing_to_tap_but_the_whole_page(matcher):
    text = render_card(matcher.cards["call96110"], None, site=SITE)
    assert text.endswith(f'<a href="{SITE}/k/call96110">看全部</a>')


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (100, "他接到电话，说账户有问题。他信了，转了三千元，后来才知道是假的，赶紧报了警。孩子陪他去了派出所。"),
        (40, "他接到电话，说账户有问题。……孩子陪他去了派出所。"),
        (25, ""),
        (3, ""),
    ],
)  # fmt: skip
def test_a_story_always_tells_how_it_ends(room, shown):
    story = "他接到电话，说账户有问题。他信了，转了三千元，后来才知道是假的，赶紧报了警。孩子陪他去了派出所。"
    assert shortened(story, room) == shown


def test_a_swindlers_words_end_with_their_quotation_mark():
    story = "“您好，我是客服。您的会员要扣费。加我教您关。”王婶听完挂了电话，没有转钱。"
    assert shortened(story, 30) == "“您好，我是客服。”……王婶听完挂了电话，没有转钱。"
    inside = "王婶说她接到电话，那头一直在催。“别挂电话，马上转。晚了就来不及了。”"
    assert shortened(inside, 32) == "王婶说她接到电话，那头一直在催。……“晚了就来不及了。”"


@given(st.text(alphabet="他说，。！？“”ab\n", max_size=200), st.integers(-5, 220))
def test_what_is_shown_of_a_story_is_its_beginning_and_its_end_and_fits(text, room):
    whole, shown = " ".join(text.split()), shortened(text, room)
    begun, cut, ending = shown.rpartition("……")
    assert len(shown) <= max(0, room)
    if cut:
        assert whole.startswith(begun.removesuffix("”")) and whole.endswith(ending.removeprefix("“"))
    else:
        assert shown in ("", whole)


def test_more_of_the_same_talk_is_one_sentence_with_the_way_out(matcher):
    match = judge("说我百万保障到期，每月扣费", matcher).match
    text = render_same(matcher.cards["baiwan"], match)
    assert "百万保障骗局" in text and "msgmenuid=paid" in text and "\n" not in text
    assert "96110" in render_none_again() and "msgmenuid=tell-me" in render_none_again()


def test_a_resident_cannot_put_a_link_into_the_answer(matcher):
    text = card_for(matcher, "百<a>万保障到期了")
    assert "<a>" not in text


def test_the_office_cannot_put_a_link_into_the_answer_by_mistake(matcher):
    card = replace(matcher.cards["baiwan"], summary='看<a href="http://x.example">这里</a>')
    for said in (render_card(card, None), render_choice([card])):
        assert "x.example" not in "".join(re.findall(r"<a [^>]*>", said)) and "＜a" in said


def test_a_choice_offers_the_types_by_touch_and_says_the_safe_rule(matcher):
    cards = list(matcher.cards.values())[:3]
    text = render_choice(cards)
    assert SAFE_RULE in text and len(TAGS.sub("", text)) <= SHORT
    assert all(f"msgmenuid=open-{card.code}" in text for card in cards)


def test_a_choice_leaves_out_types_far_behind(matcher):
    match = judge("刷单让我垫付", matcher).match
    assert choice_of(match, matcher.cards)[0].code == "shuadan"


def test_nothing_alike_is_never_a_shrug():
    text = render_none()
    assert (
        "96110" in text and "把对方的原话发给我" in text and "不转账" in text and "msgmenuid=tell-me" in text
    )
    assert len(TAGS.sub("", text)) <= SHORT


@pytest.mark.parametrize("render", [render_none, render_none_again, render_none_still, render_none_more])
def test_what_it_is_a_little_like_can_be_touched_and_is_called_no_more_than_that(matcher, render):
    text = render([matcher.cards["shuadan"], matcher.cards["police"]])
    assert "有一点像【" in text and "】和【" in text and "很像" not in text and "可能是" not in text
    assert "msgmenuid=open-shuadan" in text and "msgmenuid=open-police" in text
    assert "还没见过" in text and "96110" in text
    assert len(TAGS.sub("", text)) <= SHORT and len(text.encode()) <= LIMIT
    assert "有一点像" not in render()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("刷单返利", "shuadan"), ("兼职刷单", "shuadan"), ("假警察", "police"), ("刷单返利骗局", "shuadan"),
    ],
)  # fmt: skip
def test_a_type_opens_by_name_and_other_name(matcher, text, code):
    assert open_by_name(key_of(text), matcher).code == code


@pytest.mark.parametrize("text", ["", "96110", "今天天气", "刷单返利怎么办"])
def test_other_words_open_nothing(matcher, text):
    assert open_by_name(key_of(text), matcher) is None


def test_a_number_opens_what_stands_there_in_the_list(matcher):
    assert [open_by_number(number, matcher).code for number in (1, 2, 4)] == [
        "shuadan",
        "police",
        "call96110",
    ]
    assert open_by_number(0, matcher) is None and open_by_number(99, matcher) is None


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
