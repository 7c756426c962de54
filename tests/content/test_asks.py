"""The question at the end of a message does not hide what it is asked of."""

import json

import pytest

from bot.content.asks import without_question
from bot.content.corpus import read_corpus
from bot.content.fit import fit
from bot.content.matcher import Matcher
from bot.content.serving import keep_model


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("贷款先交钱是诈骗吗", "贷款先交钱"), ("让我先垫钱，这是不是骗人的？", "让我先垫钱"), ("扫码领鸡蛋靠谱吗", "扫码领鸡蛋"),
        ("点赞返现能不能信", "点赞返现"), ("医保短信是真的不", "医保短信"), ("房东要先打定金 靠不靠谱", "房东要先打定金"),
        ("羊毛多少钱一斤", ""), ("是诈骗吗", ""), ("这安全吗", ""), ("骗子真多啊，小心", ""),
    ],
)  # fmt: skip
def test_it_is_taken_off_where_something_is_left(text, bare):
    assert without_question(text) == bare


@pytest.fixture
def matcher(session, clock, library, folder):
    corpus = read_corpus(session, folder)
    model, told = fit(corpus)
    keep_model(session, model.dump(), json.dumps(told), corpus.version, clock())
    made = Matcher()
    made.refresh(session)
    return made


def test_what_says_nothing_with_it_is_judged_without(matcher, monkeypatch):
    """Ordinary talk asks so too, so the question pulls a short message below the cut-off."""
    text = "派单员让我垫付是诈骗吗"
    bare, whole = (matcher._hear(matcher._held, each, None).spread.max() for each in (text[:-4], text))
    assert bare > whole
    cuts = matcher._held.cuts._replace(match=float(bare + whole) / 2, sure=9.0)
    object.__setattr__(matcher._held, "cuts", cuts)
    assert matcher.find(text).types == matcher.find(text[:-4]).types
    assert matcher.find(text).decision != "none"
    monkeypatch.setattr("bot.content.matcher.without_question", lambda _text: "")
    matcher._held.lately.clear()
    assert matcher.find(text).decision == "none"
    assert matcher.reasons(text[:-4]).telling
