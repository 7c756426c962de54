"""Two editors, two reviewers, two presses at the same moment, on real databases with real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.content.editing import Wish, begun, save
from bot.content.library import load_library
from bot.content.models import Draft, Edition, Phrase, QuickAct
from bot.content.quick import add, undo
from bot.content.reviews import approve, submit
from core.db import Database
from core.errors import Conflict, DatabaseAway, TryAgain
from tests.content.conftest import TYPES, write
from tests.fakes import FrozenClock
from tests.services import BACKENDS, ready, scratch_database

NOW = FrozenClock()()
CARD = "type:baiwan"


@pytest.fixture(params=BACKENDS)
def house(request, tmp_path_factory, tmp_path, worker_id):
    """Two processes' worth of databases on one file or server, with the small library."""
    with scratch_database(
        request.param, f"matrix_shelf_{worker_id}", tmp_path_factory.mktemp("races")
    ) as url:
        engines = [ready(url), ready(url)]
        with Database(engines[0]).transaction() as session:
            load_library(session, NOW, write(tmp_path / "library", TYPES))
        yield [Database(engine) for engine in engines]
        for engine in engines:
            engine.dispose()


def together(house, work):
    """Run work(session, who) once in each database at the same moment; what each returned or was refused with."""
    gate = Barrier(2)

    def one(db, who):
        gate.wait()
        for _ in range(20):
            try:
                with db.transaction() as session:
                    return work(session, who)
            except (TryAgain, DatabaseAway):
                continue
            except (Conflict, IntegrityError) as refused:
                return refused
        raise AssertionError("never got through")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, house, ("li", "zhao")))


def refusals(results):
    return [each for each in results if isinstance(each, Exception)]


def test_one_of_two_who_save_the_same_card_at_once_sees_the_other(house):
    with house[0].reading() as session:
        body, seen = begun(session, CARD)

    def write_it(session, who):
        return save(session, Wish("type", CARD, "baiwan", body | {"summary": who}, "试"), seen, who, NOW).id

    assert len(refusals(together(house, write_it))) == 1
    with house[0].reading() as session:
        assert session.scalar(select(func.count(Draft.id))) == 1


def test_one_of_two_who_begin_the_same_new_type_at_once_is_refused(house):
    with house[0].reading() as session:
        body, seen = begun(session, CARD)
    wish = Wish("type", "type:newone", "newone", body | {"name": "新骗局"}, "试")
    results = together(house, lambda session, who: save(session, wish, seen._replace(base=0), who, NOW).id)
    assert len(refusals(results)) == 1


def test_two_reviewers_approve_a_draft_once(house):
    with house[0].transaction() as session:
        body, seen = begun(session, CARD)
        draft = save(
            session, Wish("type", CARD, "baiwan", body | {"summary": "新。"}, "试"), seen, "wang", NOW
        )
        draft = submit(session, draft.id, draft.version, NOW)
        key, version = draft.id, draft.version
    results = together(house, lambda session, who: approve(session, key, version, who, NOW).id)
    assert len(refusals(results)) == 1
    with house[0].reading() as session:
        assert session.scalar(select(func.count(Edition.id)).where(Edition.number == 2)) == 1


def test_two_who_undo_the_same_act_at_once_undo_it_once(house):
    with house[0].transaction() as session:
        act = add(session, "alias", "baiwan", "星钻权益", "li", NOW)
        key, phrase = act.id, act.item_id
    assert len(refusals(together(house, lambda session, who: undo(session, key, who, NOW).id))) == 1
    with house[0].reading() as session:
        assert not session.get(Phrase, phrase).live


def test_two_who_add_the_same_alias_at_once_add_it_once(house):
    results = together(house, lambda session, who: add(session, "alias", "baiwan", "星钻权益", who, NOW).id)
    assert len(refusals(results)) == 1
    with house[0].reading() as session:
        assert session.scalar(select(func.count(QuickAct.id))) == 1
