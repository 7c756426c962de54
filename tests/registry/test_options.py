from datetime import date

import pytest

from bot.registry import audit, options
from bot.registry.options import Changed, HeldOptions, Hotline, Options, read_options, save, setting, settings


def test_nothing_set_is_what_holds_without_anybody(session):
    assert read_options(session) == Options()
    assert Options().size_bands == (100, 500, 2000)
    assert [line.number for line in Options().hotlines] == ["110", "96110"]


def test_the_newest_version_of_everything_holds(session, clock):
    save(session, "county_name", "甲旗", 0, "zhang", clock())
    save(session, "county_name", "乙旗", 1, "zhang", clock())
    save(session, "target", {"rate": 0.8, "day": "2026-12-31"}, 0, "zhang", clock())
    save(session, "hotlines", [["反诈办", "0470-123"]], 0, "zhang", clock())
    save(session, "size_bands", [50, 300], 0, "zhang", clock())
    held = read_options(session)
    assert (held.county_name, held.target_rate, held.target_day) == ("乙旗", 0.8, date(2026, 12, 31))
    assert held.hotlines == (Hotline("反诈办", "0470-123"),)
    assert held.size_bands == (50, 300)
    assert [(one.value, one.version) for one in settings(session, "county_name")] == [
        ("乙旗", 2),
        ("甲旗", 1),
    ]


def test_everything_is_read_with_one_query(session, clock, statements):
    save(session, "county_name", "甲旗", 0, "zhang", clock())
    session.flush()
    statements.clear()
    read_options(session)
    assert len(statements) == 1


def test_the_second_of_two_people_sees_what_the_first_one_set(session, clock):
    save(session, "welcome", "你好", 0, "zhang", clock())
    with pytest.raises(Changed) as caught:
        save(session, "welcome", "您好", 0, "li", clock())
    assert caught.value.now.value == "你好" and "zhang" in caught.value.message
    save(session, "welcome", "您好", caught.value.now.version, "li", clock())
    assert read_options(session).welcome == "您好"


def test_the_same_value_again_makes_no_version_and_no_entry(session, clock):
    save(session, "promoter_goal", 20, 0, "zhang", clock())
    save(session, "promoter_goal", 20, 1, "zhang", clock())
    assert setting(session, "promoter_goal").version == 1
    assert len(audit.entries(session, action="setting")) == 1


def test_the_audit_holds_what_was_there_before(session, clock):
    save(session, "promoter_goal", 20, 0, "zhang", clock())
    save(session, "promoter_goal", 25, 1, "li", clock())
    entry = audit.entries(session, action="setting")[0]
    assert (entry.actor, entry.before, entry.after) == (
        "li",
        '{"promoter_goal": 20}',
        '{"promoter_goal": 25}',
    )


def test_a_process_that_holds_the_options_notices_a_change(session, clock):
    held = HeldOptions()
    save(session, "county_name", "甲旗", 0, "zhang", clock())
    assert held.version != options.options_version(session)
    held.refresh(session)
    assert held.options.county_name == "甲旗"
    assert held.version == options.options_version(session)
