from datetime import timedelta

import pytest

from bot.registry import audit, lease
from bot.registry.models import Staff, StaffRole
from bot.registry.staff import TRIES, WRONG, change_password, check_password, make_staff
from core.errors import Conflict, NotAllowed, NotFound, Refusal
from tests import make

GOOD = "correct horse"


@pytest.fixture
def wang(session):
    return make_staff(session, "wang", "王芳", GOOD, "editor")


def fail(session, clock, times=1, login="wang"):
    for _ in range(times):
        with pytest.raises(NotAllowed, match=WRONG[:8]):
            check_password(session, login, "wrong", clock())


def test_staff_have_a_role_for_the_county_or_a_unit(session, wang):
    unit = make.unit(session, code="U")
    liaison = make_staff(session, "li", "李强", GOOD, "liaison", "U")
    held = {role.staff_id: (role.role, role.unit_id) for role in session.query(StaffRole)}
    assert held == {wang.id: ("editor", None), liaison.id: ("liaison", unit.id)}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (("wang", "重名", GOOD, "viewer"), Conflict), (("x y", "名", GOOD, "viewer"), Refusal),
        (("li", "名", "short", "viewer"), Refusal), (("li", "名", GOOD, "king"), Refusal),
        (("li", " ", GOOD, "viewer"), Refusal), (("li", "名", GOOD, "viewer", "ZZ"), NotFound),
    ],
)  # fmt: skip
def test_a_wrong_new_person_is_refused(session, wang, given, refusal):
    with pytest.raises(refusal):
        make_staff(session, *given)


def test_the_right_password_lets_in_and_forgets_failures(session, clock, wang):
    fail(session, clock, TRIES - 1)
    assert check_password(session, "wang", GOOD, clock()).id == wang.id
    assert session.get(Staff, wang.id).failures == 0


def test_an_unknown_login_and_a_wrong_password_get_the_same_sentence(session, clock, wang):
    said = []
    for login in ("wang", "nobody"):
        with pytest.raises(NotAllowed) as refused:
            check_password(session, login, "wrong", clock())
        said.append(refused.value.message)
    assert said == [WRONG, WRONG]


def test_an_unknown_login_costs_a_password_check_too(session, clock, wang, monkeypatch):
    checked = []
    monkeypatch.setattr("bot.registry.staff._fits", lambda *given: checked.append(given))
    for login in ("wang", "nobody"):
        with pytest.raises(NotAllowed):
            check_password(session, login, "wrong", clock())
    assert len(checked) == 2


def test_five_failures_lock_for_a_quarter_of_an_hour(session, clock, wang):
    fail(session, clock, TRIES)
    with pytest.raises(NotAllowed):
        check_password(session, "wang", GOOD, clock())
    clock.forward(minutes=15, seconds=1)
    assert check_password(session, "wang", GOOD, clock()).id == wang.id


def test_the_lock_grows_up_to_eight_hours(session, clock, wang):
    fail(session, clock, TRIES)
    for minutes in (30, 60, 120, 240, 480, 480):
        clock.forward(hours=9)
        fail(session, clock)
        assert session.get(Staff, wang.id).locked_until - clock() == timedelta(minutes=minutes)


def test_somebody_who_is_not_active_is_not_let_in(session, clock, wang):
    wang.active = False
    with pytest.raises(NotAllowed):
        check_password(session, "wang", GOOD, clock())


def test_a_changed_password_voids_older_cookies(session, clock, wang):
    before = wang.session_no
    with pytest.raises(NotAllowed):
        change_password(session, wang.id, "wrong", "new password", clock())
    change_password(session, wang.id, GOOD, "new password", clock())
    assert wang.session_no == before + 1 and check_password(session, "wang", "new password", clock())


def test_the_audit_log_keeps_before_and_after_newest_first(session, clock):
    audit.note(session, "wang", "rename", "unit U1", clock(), {"name": "旧"}, {"name": "新", "on": clock()})
    audit.note(session, "li", "sign-in", "li", clock())
    newest, oldest = audit.entries(session)
    assert (newest.actor, oldest.before, newest.after) == ("li", '{"name": "旧"}', "")
    assert '"on": "2026-03-02T01:00:00+00:00"' in oldest.after


def test_the_audit_log_is_read_in_pages_and_by_who_and_what(session, clock):
    for n in range(5):
        audit.note(session, "wang" if n % 2 else "li", "edit", f"unit {n}", clock())
    page = audit.entries(session, limit=2)
    assert [e.subject for e in page] == ["unit 4", "unit 3"]
    assert [e.subject for e in audit.entries(session, before_id=page[-1].id, limit=2)] == ["unit 2", "unit 1"]
    assert [e.subject for e in audit.entries(session, actor="wang")] == ["unit 3", "unit 1"]
    assert audit.entries(session, action="sign-in") == []


def test_openids_and_phones_never_enter_the_audit_log(session, clock):
    openid = "o" + "A1-_" * 6 + "zzz"
    audit.note(session, "wang", "edit", f"fan {openid}", clock(), {"phone": "13812345678"}, {"who": openid})
    [entry] = audit.entries(session)
    held = entry.subject + entry.before + entry.after
    assert openid not in held and "13812345678" not in held


def test_a_lease_is_renewed_by_its_holder_and_falls_to_another_when_it_ends(session, clock):
    assert lease.take(session, "scheduler", "a", clock(), 60)
    assert not lease.take(session, "scheduler", "b", clock(), 60)
    assert lease.take(session, "scheduler", "a", clock(), 60)
    clock.forward(seconds=60)
    assert lease.take(session, "scheduler", "b", clock(), 60)
    assert not lease.take(session, "scheduler", "a", clock(), 60)


def test_a_lease_given_back_is_free_at_once(session, clock):
    lease.take(session, "scheduler", "a", clock(), 60)
    lease.drop(session, "scheduler", "b", clock())
    assert not lease.take(session, "scheduler", "b", clock(), 60)
    lease.drop(session, "scheduler", "a", clock())
    assert lease.take(session, "scheduler", "b", clock(), 60)
