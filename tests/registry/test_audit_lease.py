"""The audit log, and the lease that keeps a second scheduler idle."""

from bot.registry import audit, lease


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
