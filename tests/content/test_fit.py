import io
import json
import math
import subprocess
import sys
import zlib
from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
import scipy.sparse as sp
from sqlalchemy import delete, func, select

from bot.callback import warm
from bot.content.corpus import load_corpus, ordinary, read_corpus
from bot.content.features import features, strongest
from bot.content.fit import (
    ELSEWHERE,
    FALSE_ALARMS,
    MENTIONS,
    Folds,
    Text,
    _fold_of,
    _parting,
    _seldom_elsewhere,
    _trained,
    calibrate,
    fit,
)
from bot.content.grams import names_of_pieces, names_of_words, pieces, with_pairs
from bot.content.kinds import kinds_in, named
from bot.content.known import known
from bot.content.library import library_version, load_library
from bot.content.matcher import Matcher
from bot.content.models import FittedModel, ModelPiece
from bot.content.phrases import add_phrase
from bot.content.serving import LENGTHS, NEVER, fit_due, keep_model, load, load_model, newest_model
from bot.content.weights import weigh
from bot.fitting import FitFailed, refit, refit_if_due


@pytest.fixture
def corpus(session, library, folder):
    return read_corpus(session, folder)


@lru_cache
def fitted_once(line):
    return fit(load_corpus(line))


@pytest.fixture
def fitted(corpus):
    return fitted_once(corpus.dump())


def _archive(**parts):
    held = io.BytesIO()
    np.savez(held, **parts)
    return held.getvalue()


def kept(session, clock, fitted, corpus):
    model, report = fitted
    return keep_model(session, model.dump(), json.dumps(report), corpus.version, clock())


def test_the_corpus_holds_the_library_and_ordinary_talk(corpus, folder):
    labels = {code for code, _, _ in corpus.texts}
    assert labels == {"none", "shuadan", "baiwan", "police"}
    assert ("none", "none", "水费怎么交") in corpus.texts
    assert len(ordinary(folder)) == 12


def test_a_topics_questions_are_ordinary_talk_to_the_model(corpus):
    assert ("none", "question", "96110打来的电话能接吗") in corpus.texts


def test_a_corpus_survives_the_way_to_the_fitting_process(corpus):
    assert load_corpus(corpus.dump()) == corpus


def by_hand(model, text, words):
    """The scores of a text from the fitted weights themselves, without the table and the rounding of serving."""
    blocks = (
        (model.chars, pieces(text)),
        (model.words, with_pairs(words)),
        (model.kinds, named(kinds_in(text))),
    )
    margins, border = model.bias.copy(), 0
    for (names, found), length in zip(blocks, LENGTHS, strict=True):
        times = Counter(name for name in found if name in names)
        weights = {
            name: (1 + math.log(n)) * model.idf[border + names.index(name)] for name, n in times.items()
        }
        whole = math.sqrt(sum(weight**2 for weight in weights.values()))
        for name, weight in weights.items():
            margins += length * weight / whole * model.weights[border + names.index(name)]
        border += len(names)
    return margins[:-1] - margins[-1]


def test_a_model_scores_the_same_after_its_way_through_the_database(session, clock, fitted, corpus):
    row = kept(session, clock, fitted, corpus)
    back = load_model(session, row.id)
    text, words = "派单员让我垫付补一单", ["派单"]
    assert np.allclose(by_hand(fitted[0], text, words), back.score(text, words)[:-1], atol=0.01)
    assert (back.codes, back.cuts, back.weak) == (fitted[0].codes, fitted[0].cuts, fitted[0].weak)


def test_a_model_of_an_earlier_release_is_served(fitted, monkeypatch):
    new, held = fitted[0].served(), io.BytesIO()
    head = {"codes": new.codes, "cuts": new.cuts, "seen": sorted(new.seen), "weak": sorted(new.weak)}
    texts = {
        "head": json.dumps(head),
        "chars": "\0".join(fitted[0].chars),
        "words": "\0".join(fitted[0].words),
    }
    parts = {name: np.frombuffer(text.encode(), np.uint8) for name, text in texts.items()}
    known = slice(new.borders[1])
    weights = np.asfortranarray(fitted[0].weights[known], np.float16)
    np.savez_compressed(held, **parts, idf=new.idf[known], weights=weights, bias=new.bias)
    old = load(held.getvalue())
    assert old.rows.flags.c_contiguous
    monkeypatch.setattr("bot.content.serving.kinds_in", lambda _folded: [])
    text, words = "派单员让我垫付补一单", ["派单"]
    assert np.allclose(old.score(text, words), new.score(text, words), atol=0.01)


def test_a_served_models_rows_lie_row_by_row(session, clock, fitted, corpus):
    """Gathering a few rows of a table that lies column by column would copy all of it for each message."""
    assert load_model(session, kept(session, clock, fitted, corpus).id).rows.flags.c_contiguous


def test_the_fit_tells_the_types_apart_on_its_own_texts(fitted):
    model = fitted[0].served()
    for text, code in (("让我垫付做单返佣金", "shuadan"), ("要我把钱转到安全账户", "police")):
        assert model.codes[int(np.argmax(model.score(text, [])[:-1]))] == code


CHARS = [["安全", "账户", "安全"], ["账户"], ["转"]]
WORDS = [["安全账户"], ["账户", "账户"], []]
SORTS = [["<bank>"], [], ["<bank>", "<pay>"]]


def weighed(row, made):
    """The row's blocks, as one message's pieces, words and kinds would be weighed for serving."""
    held = names_of_pieces(made.chars), names_of_words(made.words), names_of_words(made.kinds)
    asked = names_of_pieces(CHARS[row]), names_of_words(WORDS[row]), names_of_words(SORTS[row])
    borders = len(made.chars), len(made.chars) + len(made.words)
    found = known(np.concatenate(held)).numbers(np.concatenate(asked))
    numbers, weights = weigh(found, made.idf, borders, LENGTHS)
    whole = np.zeros(len(made.idf))
    whole[numbers] = weights
    return whole


@pytest.mark.parametrize("most", [2, 3, 6, 99])
def test_a_text_weighs_the_same_when_fitted_and_when_served(most):
    whole = features(list(map(names_of_pieces, CHARS)), WORDS, SORTS)
    made = strongest(whole, np.array([5, 1, 3, 4, 2, 2, 6], np.float32), most)
    for row in range(len(CHARS)):
        assert np.allclose(made.rows[row].toarray()[0], weighed(row, made))


def test_a_model_knows_pairs_of_words():
    assert with_pairs(["安全", "账户", "转账"]) == ["安全", "账户", "转账", "安全 账户", "账户 转账"]
    assert with_pairs([]) == []


def test_a_piece_that_other_types_seldom_use_speaks_for_its_type():
    rows = sp.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 9]], np.float32))
    told = _seldom_elsewhere(rows, np.array(["a", "a", "b", "b", "none"]), ["a", "b"])
    assert told[0, 0] > told[2, 0] > 0 > told[1, 0]  # twice in a, once in a, twice in b
    assert np.allclose(told.sum(axis=1), 0, atol=1e-6)  # ordinary talk has no part in it


def test_with_one_type_there_is_nothing_elsewhere():
    rows = sp.csr_matrix(np.eye(2, dtype=np.float32))
    assert not _seldom_elsewhere(rows, np.array(["a", "none"]), ["a"]).any()


MONEY, TALK = 1, 3
ROWS = sp.csr_matrix(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]] * 3, np.float32))


def beside(labels):
    """What a fit adds for frauds of every type to what parts the types, and to the bias of each."""
    labels = np.array(labels)
    names, weights, bias = _trained(ROWS, labels)
    _, parting, bare = _parting(ROWS, labels)
    elsewhere = ELSEWHERE * _seldom_elsewhere(ROWS, labels, names[:-1])
    return weights[:, :-1] - parting[:, :-1] - elsewhere, (bias - bare)[:-1]


def test_what_all_frauds_share_speaks_for_each_type_alike_and_ordinary_talk_against_each():
    weights, bias = beside(["a", "b", "none"] * 3)
    assert np.allclose(weights[:, 0], weights[:, 1], atol=1e-6)
    assert bias[0] == pytest.approx(bias[1], abs=1e-6)
    assert weights[MONEY, 0] > 0.01
    assert weights[TALK, 0] < -0.01


def test_of_types_equally_near_the_more_frequent_is_likelier():
    _, bias = beside(["a", "b", "none", "a", "b", "none", "a", "a", "none"])
    assert bias[0] - bias[1] == pytest.approx(0.1 * math.log(2), abs=1e-6)
    _, alike = beside(["a", "b", "none"] * 3)
    assert bias[:2].mean() - alike.mean() == pytest.approx(0, abs=1e-6)  # and ordinary talk stays as far


def test_without_ordinary_talk_no_type_is_favoured():
    weights, bias = beside(["a", "b", "c"] * 3)
    assert np.allclose(weights, 0, atol=1e-6)
    assert np.allclose(bias, 0)


def test_only_the_strongest_pieces_stay():
    whole = features(list(map(names_of_pieces, CHARS)), WORDS, SORTS)
    names = (*whole.chars, *whole.words, *whole.kinds)
    strength = np.array([name in ("账户", "安全账户", "<pay>") for name in names], np.float32)
    made = strongest(whole, strength, int(strength.sum()))
    assert (set(made.chars), set(made.words), made.kinds) == ({"账户"}, {"账户", "安全账户"}, ["<pay>"])


def test_ordinary_talk_is_held_out_by_stretches_and_everything_only_once():
    plain = [Text("none", "none", f"第{number}句") for number in range(2_000)]
    folds = _fold_of([*plain, Text("police", "case", "一件事"), Text("police", "alias", "传票")], 5).tolist()
    assert folds[:100] == [0] * 100 and folds[100:200] == [1] * 100
    assert set(folds[:2_000]) == set(range(5))
    assert folds[-2] >= 0 and folds[-1] == -1


def test_the_report_names_shares_and_cut_offs(fitted):
    _, report = fitted
    assert set(report["right"]) == {"question", "case"}
    assert {"match", "sure", "gap", "alias", "fresh", "topic", "lean"} == set(report["cuts"])
    assert report["types"] == 3


def test_more_is_mentioned_than_answered_and_never_less():
    best = np.linspace(-1, 1, 201, dtype=np.float32)
    folds = Folds(("police",), best[:, None], np.full(201, -1), ["none"] * 201)
    cuts = calibrate(folds)
    assert (best >= cuts.match).mean() == pytest.approx(FALSE_ALARMS, abs=0.01)
    assert (best >= cuts.lean).mean() == pytest.approx(MENTIONS, abs=0.01)
    nobody = Folds(("police",), best[:, None], np.zeros(201, int), ["case"] * 201)
    assert calibrate(nobody).lean == NEVER


def test_a_fit_of_one_type_works_and_of_none_is_refused(corpus):
    one = load_corpus(corpus.dump())
    one.texts[:] = [text for text in one.texts if text[0] in ("none", "police")]
    assert fit(one)[0].codes == ("police",)
    one.texts[:] = [text for text in one.texts if text[0] == "none"]
    with pytest.raises(ValueError, match="empty"):
        fit(one)


def test_a_model_kept_moves_the_version_and_is_served_at_the_next_message(
    session, clock, matcher, fitted, corpus
):
    before = library_version(session)
    kept(session, clock, fitted, corpus)
    assert library_version(session) == before + 1
    matcher.refresh(session)
    assert matcher.model_id == newest_model(session)
    assert matcher.find("有人让我垫付做单").types[0] == "shuadan"


def test_a_fit_is_due_after_an_edit_and_not_after_a_fit(session, clock, fitted, corpus):
    assert fit_due(session)
    kept(session, clock, fitted, corpus)
    assert not fit_due(session)
    add_phrase(session, "police", "alias", "网上追逃令")
    assert fit_due(session)


def test_a_model_whose_library_changed_meanwhile_leaves_a_fit_due(session, clock, fitted, corpus):
    add_phrase(session, "police", "alias", "网上追逃令")
    kept(session, clock, fitted, corpus)
    assert fit_due(session)


def test_an_alias_added_after_the_fit_acts_at_once(session, clock, matcher, fitted, corpus):
    kept(session, clock, fitted, corpus)
    add_phrase(session, "baiwan", "alias", "星钻权益")
    matcher.refresh(session)
    assert matcher.find("他说我的星钻权益要清零了").types[0] == "baiwan"


def test_only_the_last_two_models_keep_their_numbers(session, clock, fitted, corpus):
    for _ in range(4):
        last = kept(session, clock, fitted, corpus)
    assert session.scalar(select(func.count()).select_from(FittedModel)) == 4  # their reports stay
    assert session.scalar(select(func.count(ModelPiece.model_id.distinct()))) == 2
    assert newest_model(session) == last.id


def test_a_model_larger_than_one_piece_is_put_together_again(session, clock, fitted, corpus, monkeypatch):
    monkeypatch.setattr("bot.content.serving.PIECE_BYTES", 1000)
    row = kept(session, clock, fitted, corpus)
    held = session.scalar(select(func.count()).select_from(ModelPiece).where(ModelPiece.model_id == row.id))
    assert held > 3
    assert load_model(session, row.id).codes == fitted[0].codes


def test_the_door_fits_in_a_process_of_its_own(db, clock, folder):
    with db.transaction() as session:
        load_library(session, clock(), folder)
    report = refit(db, clock())
    assert report["types"] == 3
    assert refit_if_due(db, clock()) is None
    with db.reading() as session:
        assert newest_model(session)


def test_a_fit_that_dies_leaves_what_was_there(session, db, clock, library, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FitFailed):
        refit(db, clock())
    assert newest_model(session) == 0


def test_a_matcher_without_a_fit_answers_by_words_and_likeness(matcher):
    assert matcher.model_id == 0
    assert matcher.find("派单员让我垫付做单，还说福利单").types[0] == "shuadan"


def test_no_module_that_serves_imports_scikit_learn():
    program = "import sys, bot.content.answer, bot.fitting; print('sklearn' in sys.modules or 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_new_matcher_starts_with_the_stored_model(session, clock, fitted, corpus):
    kept(session, clock, fitted, corpus)
    fresh = Matcher()
    fresh.refresh(session)
    assert fresh.model_id == newest_model(session)


def test_a_process_that_was_warmed_takes_its_first_model_without_loading_the_dictionary(
    kit, session, clock, fitted, corpus, monkeypatch
):
    warm(kit)
    monkeypatch.setattr("bot.content.matcher.Segmenter", None)  # calling it would fail
    kept(session, clock, fitted, corpus)
    kit.matcher.refresh(session)
    assert kit.matcher.model_id == newest_model(session)


def test_a_model_gone_before_it_was_loaded_leaves_the_old_one_answering(
    session, clock, matcher, fitted, corpus
):
    row = kept(session, clock, fitted, corpus)
    session.execute(delete(ModelPiece).where(ModelPiece.model_id == row.id))
    matcher.refresh(session)
    assert matcher.model_id == 0
    assert matcher.find("有人让我垫付做单").types[0] == "shuadan"


@pytest.mark.parametrize(
    "block",
    [
        b"?",
        b"PK\x03\x04 cut off",
        zlib.compress(b"PK no archive"),
        zlib.compress(b""),
        _archive(idf=np.zeros(1)),
    ],
)
def test_a_stored_model_that_cannot_be_read_stops_nothing(session, clock, fitted, corpus, block, caplog):
    model, report = fitted
    keep_model(session, block, json.dumps(report), corpus.version, clock())
    fresh = Matcher()
    fresh.refresh(session)
    assert fresh.model_id == 0 and "cannot be read" in caplog.text
    assert fresh.find("有人让我垫付做单").types[0] == "shuadan"
