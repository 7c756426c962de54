import json

import pytest

from bot.registry import audit, consent, people, reconcile
from bot.registry.models import CountKind, Reconciled, UnitKind
from bot.registry.reconcile import Line, Standing
from core.errors import NotAllowed, Refusal
from core.secrets import Vault
from tests import make
from tests.conftest import DATA_KEY

VAULT = Vault(DATA_KEY)
SILENT = "只存您的单位和登记时间，用来统计人数，发送“注销”就会删除。"
FOUND, NOT_FOUND, NO_NUMBER = Standing.FOUND, Standing.NOT_FOUND, Standing.NO_NUMBER


@pytest.fixture
def town(session, clock):
    made = make.unit(session, "乌兰镇", code="T01", basis=CountKind.STAFF, head_count=10)
    consent.ensure(session, clock())
    reconcile.allow(session, made, True, "zhang", clock())
    return made


@pytest.fixture
def village(session, town):
    return make.unit(session, "东风嘎查", code="V01", parent=town, kind=UnitKind.VILLAGE)


def person(session, unit, clock, phone=None, version=1):
    made = make.follower(session)
    people.register(session, made.id, unit.id, version, "chat", clock())
    if phone:
        people.set_phone(session, VAULT, made.id, phone)
    return made


def compared(session, unit, clock, *phones, below=None):
    lines = [Line(n, f"名{n}", phone) for n, phone in enumerate(phones, 2)]
    ids = below or [unit.id]
    return reconcile.compare(session, unit, ids, lines, VAULT, "liaison", clock())


def standings(answer):
    return [standing for _, standing in answer.rows]


def test_the_answer_says_of_each_row_whether_it_is_registered_here_or_below(session, town, village, clock):
    other = make.unit(session, "别处")
    person(session, town, clock, "13800000001")
    person(session, village, clock, "13800000002")
    person(session, other, clock, "13800000003")
    person(session, town, clock)
    answer = compared(session, town, clock, "138-0000-0001", "＋8613800000002", "13800000003", "13800000004", "1",
                      below=[town.id, village.id])  # fmt: skip
    assert standings(answer) == [FOUND, FOUND, NOT_FOUND, NOT_FOUND, NO_NUMBER]
    assert (answer.registered, answer.without_phone, answer.under_older_text) == (3, 1, 0)


def test_without_the_offices_word_nothing_is_compared(session, village, clock):
    with pytest.raises(NotAllowed, match="没有开通"):
        compared(session, village, clock, "13800000001")


def test_who_agreed_to_a_text_without_a_word_of_it_is_not_looked_at(session, town, clock):
    person(session, town, clock, "13800000001")
    consent.change(session, SILENT, clock())
    person(session, town, clock, "13800000002", version=2)
    answer = compared(session, town, clock, "13800000001", "13800000002")
    assert standings(answer) == [FOUND, NOT_FOUND]
    assert answer.under_older_text == 1


def test_it_cannot_be_switched_on_while_the_text_in_use_is_silent(session, clock, town):
    other = make.unit(session, "别处")
    consent.change(session, SILENT, clock())
    with pytest.raises(Refusal, match="登记说明"):
        reconcile.allow(session, other, True, "zhang", clock())
    assert reconcile.allowed(session) == {town.id}
    reconcile.allow(session, town, False, "zhang", clock())
    assert reconcile.allowed(session) == set()


def test_a_unit_compares_twice_its_head_count_a_day_and_no_more(session, town, clock):
    compared(session, town, clock, *(f"138{n:08d}" for n in range(15)))
    with pytest.raises(NotAllowed, match="还可以核对 5 个"):
        compared(session, town, clock, *(f"139{n:08d}" for n in range(6)))
    compared(session, town, clock, *(f"139{n:08d}" for n in range(5)))
    with pytest.raises(NotAllowed, match="还可以核对 0 个"):
        compared(session, town, clock, "13700000000")
    clock.forward(days=1)
    compared(session, town, clock, "13700000000")


def test_a_list_of_one_number_again_and_again_ends_after_five(session, town, clock):
    for n in range(5):
        compared(session, town, clock, f"1380000000{n}")
    with pytest.raises(NotAllowed, match="5 次"):
        compared(session, town, clock, "13800000009")


def test_what_stays_of_a_list_are_counts(session, town, clock):
    person(session, town, clock, "13800000001")
    compared(session, town, clock, "13800000001", "13800000002")
    entry = audit.entries(session, action="reconcile")[0]
    assert json.loads(entry.after) == {"名单": 2, "已登记": 1, "未找到": 1}
    assert "名2" not in "".join(each.after + each.subject for each in audit.entries(session, limit=500))
    clock.forward(days=1)
    reconcile.purge(session, clock().date())
    assert session.query(Reconciled).count() == 0
