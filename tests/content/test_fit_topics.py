"""Everyday topics are learnt beside the frauds: found in words they do not list, never where a fraud is near."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.content.corpus import load_corpus, read_corpus
from bot.content.fit import fit
from bot.content.fit_topics import FEW, fit_topics
from bot.content.matcher import Matcher
from bot.content.serving import NEVER, keep_model, load
from tests.cuts import with_cuts

ASKED = [
    "96110打来的电话能接吗", "96110来电要不要接", "接到96110的电话怎么办", "没接到96110的电话", "96110是哪里的号码",
    "96110给我发短信", "96110能打回去吗", "谁在用96110打电话",
]  # fmt: skip


@pytest.fixture
def corpus(session, library, folder):
    """The small library, and enough questions of its one topic to learn it."""
    held = read_corpus(session, folder)
    (code,) = set(held.topics.values())
    held.texts.extend(("none", "question", text) for text in ASKED if text not in held.topics)
    return replace(held, topics=dict.fromkeys(ASKED, code))


@pytest.fixture
def code(corpus):
    return next(iter(corpus.topics.values()))


@pytest.fixture
def matcher(session, clock, corpus):
    model, told = fit(corpus)
    keep_model(session, model.dump(), json.dumps(told), corpus.version, clock())
    made = Matcher()
    made.refresh(session)
    return made


def test_topics_survive_the_way_to_the_fitting_process(corpus):
    assert load_corpus(corpus.dump()) == corpus and len(corpus.topics) == len(ASKED)


def test_a_topic_has_a_score_of_its_own_after_those_of_the_frauds(corpus, code):
    fitted, told = fit(corpus)
    model = load(fitted.dump())
    assert model.topics == (code,) and code not in model.codes
    near, far = (model.score(text, [])[-1] for text in ("96110的电话接不接", "水费怎么交"))
    assert near > far and len(model.score("", [])) == len(model.codes) + 2
    assert model.cuts.topic < NEVER and 0 <= told["topics"] <= 1


def test_the_frauds_are_judged_as_without_topics(corpus):
    with_them, without = (load(fit(each)[0].dump()) for each in (corpus, replace(corpus, topics={})))
    assert without.topics == () and without.cuts.topic == NEVER
    text, types = "派单员让我垫付做单", len(with_them.codes)
    assert np.allclose(with_them.score(text, [])[:types], without.score(text, [])[:types], atol=0.02)


def test_a_message_in_which_no_word_of_the_topic_stands_opens_it(matcher, code):
    text = "没接到的电话怎么办"
    assert matcher.reasons(text).hits == []
    assert with_cuts(matcher, topic=-2.0).find(text).topic == code
    assert with_cuts(matcher, topic=NEVER).find(text).topic is None


@pytest.mark.parametrize("text", ["派单员让我垫付做单返佣金", "嗯", "好的", "？", "👍👍"])
def test_where_a_fraud_is_near_or_nothing_is_said_no_topic_is(matcher, text):
    assert with_cuts(matcher, topic=-8.0).find("羊毛多少钱一斤").topic
    assert matcher.find(text).topic is None


def test_a_topic_of_few_texts_is_not_learnt(corpus):
    labels = np.array(["few"] * (FEW - 1) + [""] * (10 - FEW + 1))
    made = fit_topics(csr_matrix(np.eye(10)), labels, np.arange(10) % 2 == 0, 1)
    assert made.names == () and made.cut == NEVER and made.weights.shape == (10, 0)
