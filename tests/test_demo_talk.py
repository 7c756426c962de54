"""The demo's questions: there for the first look, and gone with the demo."""

from sqlalchemy import func, select

from bot import demo_talk
from bot.cli_registry import _forget_in_other_rooms
from bot.content.library import load_library
from bot.content.models import Asked
from bot.content.radar import radar
from bot.registry import demo
from bot.talk.models import Inbound
from core.clock import county_date
from core.secrets import Vault, new_data_key


def test_the_radar_and_the_inbox_have_something_to_show_and_it_goes_with_the_demo(
    session, clock, monkeypatch
):
    monkeypatch.setattr(demo, "PEOPLE", 6_000)
    monkeypatch.setattr(demo, "DAYS", 20)
    load_library(session, clock())
    demo.load_demo(session, clock(), Vault(new_data_key()))
    assert demo_talk.fill(session, clock()) == demo_talk.QUESTIONS
    seen = radar(session, county_date(clock()))
    assert "farm" in {rise.code for rise in seen.types}
    assert session.scalar(select(func.count()).select_from(Asked)) > 10
    _forget_in_other_rooms(session)
    demo.remove_demo(session)
    assert [session.scalar(select(func.count()).select_from(room)) for room in (Asked, Inbound)] == [0, 0]


def test_without_people_or_a_library_there_is_nothing_to_ask(session, clock):
    assert demo_talk.fill(session, clock()) == 0
