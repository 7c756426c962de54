"""The bench judges by the path of the chat, says why, and tries an edit that nobody else sees."""

import numpy as np
import pytest

from bot.content import bodies
from bot.content.bench import Edit, trial, with_edit
from bot.content.corpus import read_corpus
from bot.content.fit import fit
from bot.content.fold import fold
from bot.content.matcher import Segmenter
from bot.content.models import Case, ScamType
from bot.content.quick import add

STORY = "老人接到自称平台客服的视频电话，说保障到期要扣费，让她共享屏幕去关闭。"


def card(session, code="baiwan", **fields):
    return Edit(code, "type", None, bodies.type_body(session.get(ScamType, code)) | fields)


def test_a_trial_says_what_was_decided_and_by_which_words(matcher):
    told = trial("听说百万保障是骗局", matcher)
    assert told.candidates[0].name == "百万保障骗局"
    assert [(each.word, each.names) for each in told.told] == [("百万保障", ("百万保障骗局",))]
    assert not told.emergency and told.topic == ""


def test_a_known_question_an_everyday_topic_and_ordinary_talk_are_named(session, clock, library, matcher):
    assert trial("点赞给钱的兼职能做吗", matcher).asked == ("刷单返利",)
    assert trial("96110打来的电话能接吗", matcher).topic == "接到96110的电话"
    add(session, "ordinary", "", "赶集的时候记得买糖", "li", clock())
    matcher.refresh(session)
    assert trial("赶集的时候记得买糖", matcher).ordinary


def test_an_edit_is_tried_aside(session, matcher):
    other = with_edit(session, matcher, card(session, name="百万会员骗局"))
    assert trial("听说百万保障是骗局", other).candidates[0].name == "百万会员骗局"
    assert trial("听说百万保障是骗局", matcher).candidates[0].name == "百万保障骗局"
    assert other.version == matcher.version


def test_what_is_heard_by_its_sound_is_heard_beside_an_edit_of_words_too(session, matcher):
    other = with_edit(session, matcher, Edit("baiwan", phrases=(("alias", "守护服务"),)))
    assert other.find("甲警查").types[0] == matcher.find("甲警查").types[0] == "police"
    assert (other.find("甲警查").decision, matcher.find("甲警查").decision) == ("one", "one")


def test_a_retired_card_and_one_that_does_not_exist_yet_are_tried(session, matcher):
    gone = with_edit(session, matcher, card(session, live=False))
    assert "baiwan" not in gone.cards and trial("听说百万保障是骗局", gone).told == ()
    made = with_edit(session, matcher, card(session, "baiwan")._replace(code="new"))
    assert {"new", "baiwan"} <= set(made.cards)


def test_a_phrase_is_tried_before_it_is_added(session, matcher):
    text = "星钻权益是什么东西"
    other = with_edit(session, matcher, Edit("baiwan", phrases=(("alias", "星钻权益"),)))
    assert trial(text, other).candidates[0].name == "百万保障骗局" and trial(text, matcher).told == ()


@pytest.mark.parametrize("live", [True, False])
def test_a_case_is_tried_in_the_place_of_the_old_one(session, matcher, live):
    row = session.query(Case).filter(Case.title == "视频来电").one()
    body = {"title": "换了标题", "text": STORY, "tags": [], "live": live}
    other = with_edit(session, matcher, Edit("baiwan", "case", row.id, body))
    assert [story.title for story in other.cards["baiwan"].cases] == (["换了标题"] if live else [])
    new = with_edit(session, matcher, Edit("baiwan", "case", None, body))
    assert len(new.cards["baiwan"].cases) == (2 if live else 1)


def test_the_parts_that_speak_for_a_type_add_up_to_its_score(session, library, folder):
    model = fit(read_corpus(session, folder))[0].served()
    cut = Segmenter()
    cut.learn(model.seen)
    for text in ("派单员让我垫付做单", "客服让我关掉百万保障", "民警说我涉嫌洗钱"):
        folded = fold(text, mask_digits=True)
        words = cut.cut(folded)
        for at, code in enumerate(model.codes):
            told = sum(adds for _, adds in model.telling(folded, words, code))
            assert np.isclose(
                told + model.bias[at] - model.bias[-1], model.score(folded, words)[at], atol=1e-3
            )
    assert model.telling("x", [], "nobody") == []
