"""The followers sync as a command runs it, against the real lab."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot import syncing
from bot.registry import lease
from bot.registry.models import Follower
from core.errors import Conflict
from core.wechat import StableClient, WeChatGateway
from lab.options import Options
from lab.running import LabThread
from tests import make


@pytest.fixture
def platform(settings):
    options = Options(app_id=settings.wechat_app_id, app_secret=settings.wechat_app_secret)
    with LabThread(options) as lab:
        yield lab


@pytest.fixture
def joined(kit, settings, platform):
    """The kit with the lab for its WeChat, and 60 people who follow in both."""
    client = StableClient(
        settings.wechat_app_id, settings.wechat_app_secret, clock=kit.clock, api_base=platform.url
    )
    with kit.db.transaction() as session:
        openids = [make.follower(session).openid for _ in range(60)]
    platform.add_fans(openids)
    return replace(kit, wechat=WeChatGateway(client)), openids


def follows(platform, openid, does):
    """Change it at the platform without an event: what happens while we are down."""
    platform.call("PUT", f"/fans/{openid}", {"follows": does})


def followers(kit):
    with kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Follower))


def test_a_sync_of_equal_lists_changes_nothing_and_may_run_twice(joined):
    kit, _ = joined
    for _ in range(2):
        assert syncing.run(kit) == {"seen": 60, "added": 0, "gone": 0}


def test_somebody_who_followed_unseen_is_brought_in_and_who_left_unseen_is_let_go(joined, platform):
    kit, openids = joined
    platform.add_fans([make.openid()])
    follows(platform, openids[0], False)
    kit.clock.forward(minutes=1)
    assert syncing.run(kit) == {"seen": 60, "added": 1, "gone": 1}


def test_more_than_two_percent_stops_and_the_next_run_reads_the_list_anew(joined, platform):
    kit, openids = joined
    for openid in openids[:10]:
        follows(platform, openid, False)
    kit.clock.forward(minutes=1)
    with pytest.raises(Conflict, match="少了 10 人"):
        syncing.run(kit)
    assert followers(kit) == 60
    for openid in openids[:9]:
        follows(platform, openid, True)
    assert syncing.run(kit, agreed=True)["gone"] == 1


def test_a_second_sync_at_the_same_time_is_refused(joined):
    kit, _ = joined
    with kit.db.transaction() as session:
        assert lease.take(session, syncing.LEASE, "another", kit.real_clock(), 60)
    with pytest.raises(Conflict, match="正在进行"):
        syncing.run(kit)
