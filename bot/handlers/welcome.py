"""People arriving: by search, or by a unit's QR code, before or after they followed."""

from bot.handlers import enrol
from bot.handlers.desk import Desk, Reply, Work
from bot.registry import greeting, people
from bot.registry.scenes import unit_of_scene
from bot.registry.units import unit_path
from core.clock import county_date
from core.wechat.incoming import Incoming

OLD_CODE = "您扫的码已经停用或认不出来。要登记，请回复“登记”。"


def followed(message: Incoming, desk: Desk) -> Reply:
    """`subscribe`: the welcome names the unit of the scanned code and already holds the consent text."""

    def effect(work: Work) -> None:
        people.followed(work.session, work.follower_id, message.scene, min(message.at, work.now))

    unit = unit_of_scene(desk.session, message.scene, county_date(desk.now))
    if unit is None or desk.caller.registered:
        old = OLD_CODE if message.scene and not desk.caller.registered else ""
        return Reply(greeting.by_search(desk.options, old), (effect,), outcome="event")
    terms, step = enrol.offer(unit.id, desk)
    path = unit_path(desk.session, unit.id)
    return Reply(greeting.by_code(desk.options, path, terms), (effect,), step, outcome="event")


def scanned(message: Incoming, desk: Desk) -> Reply:
    """`SCAN`: a follower scanned a unit's code."""
    unit = unit_of_scene(desk.session, message.scene, county_date(desk.now))
    if unit is None:
        return Reply(OLD_CODE, outcome="event")
    path = unit_path(desk.session, unit.id)
    if desk.caller.unit_id == unit.id:
        return Reply(f"您已经登记在“{path}”，不用再登记。", outcome="event")
    terms, step = enrol.offer(unit.id, desk)
    if desk.caller.registered:
        before = f"您现在登记在“{desk.caller.unit_name}”。要换到“{path}”，看完下面再回复 1："
        return Reply(f"{before}\n\n{terms}", dialogue=step, outcome="event")

    def effect(work: Work) -> None:
        people.came_by(work.session, work.follower_id, message.scene)

    return Reply(f"您扫的是“{path}”的码。\n\n{terms}", (effect,), step, outcome="event")
