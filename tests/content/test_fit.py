import json
import subprocess
import sys
from functools import lru_cache

import numpy as np
import pytest
from sqlalchemy import delete, func, select

from bot.content.corpus import load_corpus, ordinary, read_corpus
from bot.content.fit import _rows, _vocabulary, _with_parts, fit
from bot.content.grams import weigh
from bot.content.library import library_version, load_library
from bot.content.matcher import Matcher
from bot.content.models import FittedModel, ModelPiece
from bot.content.phrases import add_phrase
from bot.content.serving import fit_due, keep_model, load_model, newest_model
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


def test_a_model_scores_the_same_after_its_way_through_the_database(session, clock, fitted, corpus):
    row = kept(session, clock, fitted, corpus)
    back = load_model(session, row.id)
    before, after = (model.score("派单员让我垫付补一单", ["派单"]) for model in (fitted[0], back))
    assert np.allclose(before, after, atol=0.01)
    assert (back.codes, back.cuts, back.weak) == (fitted[0].codes, fitted[0].cuts, fitted[0].weak)


def test_the_fit_tells_the_types_apart_on_its_own_texts(fitted):
    model, _ = fitted
    for text, code in (("让我垫付做单返佣金", "shuadan"), ("要我把钱转到安全账户", "police")):
        assert model.codes[int(np.argmax(model.score(text, [])[:-1]))] == code


def test_a_text_weighs_the_same_when_fitted_and_when_served():
    texts = [["安全", "账户", "安全"], ["账户"], ["转"]]
    names, idf = _vocabulary(texts)
    rank = {name: at for at, name in enumerate(names)}
    rows = _rows(texts, rank, idf)
    for at, text in enumerate(texts):
        numbers, weights = weigh(text, rank, idf)
        assert np.allclose(rows[at].toarray()[0, numbers], weights) and rows[at].nnz == len(numbers)


def test_a_case_is_also_learned_in_parts_that_are_held_out_with_it():
    parts = _with_parts(
        ("police", "case", "假警察，接到电话说涉案了。对方要她保密不许说！最后转到所谓的账户。")
    )
    assert [part.kind for part in parts] == ["case", "part", "part"]
    assert {part.whole for part in parts} == {parts[0].text}


def test_the_report_names_shares_and_cut_offs(fitted):
    _, report = fitted
    assert set(report["right"]) == {"question", "case"}
    assert {"match", "sure", "gap", "alias", "fresh"} == set(report["cuts"])
    assert report["types"] == 3


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


def test_only_the_last_two_models_are_kept(session, clock, fitted, corpus):
    for _ in range(4):
        last = kept(session, clock, fitted, corpus)
    assert session.scalar(select(func.count()).select_from(FittedModel)) == 2
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


def test_a_model_gone_before_it_was_loaded_leaves_the_old_one_answering(
    session, clock, matcher, fitted, corpus
):
    row = kept(session, clock, fitted, corpus)
    session.execute(delete(ModelPiece).where(ModelPiece.model_id == row.id))
    matcher.refresh(session)
    assert matcher.model_id == 0
    assert matcher.find("有人让我垫付做单").types[0] == "shuadan"
