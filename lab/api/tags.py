"""Tags, remarks and the black list."""

from typing import Any

from lab.api.replies import OFFICIAL, OK
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.fans import Fan
from lab.tags import TAGS_OF_ONE

PAGE = 10_000
FULL = 100_000


def create(call: Call) -> Answer:
    """POST /cgi-bin/tags/create {tag{name}}"""
    tag = _tag(call)
    number = call.app.tags.create(tag.get("name"))
    call.world.keep(call.app, "tags")
    return {"tag": {"id": number, "name": tag["name"]}}


def _tag(call: Call) -> dict[str, Any]:
    tag = call.json().get("tag")
    if not isinstance(tag, dict):
        raise Refused(47001)
    return tag


def listed(call: Call) -> Answer:
    """GET /cgi-bin/tags/get"""
    fans = call.world.fans.followers(call.app.app_id)
    names = {2: "星标组", **call.app.tags.names}
    counts = {number: sum(1 for fan in fans if number in fan.tags) for number in names}
    return {"tags": [{"id": n, "name": name, "count": counts[n]} for n, name in names.items()]}


def update(call: Call) -> Answer:
    tag = _tag(call)
    call.app.tags.rename(tag.get("id", -1), tag.get("name"))
    call.world.keep(call.app, "tags")
    return OK


def delete(call: Call) -> Answer:
    number = _tag(call).get("id")
    call.app.tags.must_have(number)
    wearers = [fan for fan in call.world.fans.followers(call.app.app_id) if number in fan.tags]
    if len(wearers) > FULL:
        raise Refused(45057)
    for fan in wearers:
        _wear(call, fan, tuple(tag for tag in fan.tags if tag != number))
    call.app.tags.delete(int(str(number)))
    call.world.keep(call.app, "tags")
    return OK


def _wear(call: Call, fan: Fan, tags: tuple[int, ...]) -> None:
    fan.tags = tags
    call.world.store.fan(fan)


def _people(call: Call, most: int) -> list[Fan]:
    """The fans of `openid_list`. Raises Refused 40032, 49003."""
    openids = call.json().get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= most:
        raise Refused(40032)
    fans = [call.world.fans.of(call.app.app_id, str(openid)) for openid in openids]
    found = [fan for fan in fans if fan is not None]
    if len(found) != len(fans):
        raise Refused(49003)
    return found


def tag_people(call: Call) -> Answer:
    """POST /cgi-bin/tags/members/batchtagging"""
    number = _number(call)
    fans = _people(call, call.world.settings.tag_batch)
    if any(number not in fan.tags and len(fan.tags) >= TAGS_OF_ONE for fan in fans):
        raise Refused(45059)
    for fan in fans:
        _wear(call, fan, (*(tag for tag in fan.tags if tag != number), number))
    return OK


def _number(call: Call) -> int:
    number = call.json().get("tagid")
    if not isinstance(number, int) or (number not in call.app.tags.names and number != 2):
        raise Refused(45159)
    return int(str(number))


def untag_people(call: Call) -> Answer:
    """POST /cgi-bin/tags/members/batchuntagging"""
    number = _number(call)
    for fan in _people(call, call.world.settings.tag_batch):
        _wear(call, fan, tuple(tag for tag in fan.tags if tag != number))
    return OK


def wearers(call: Call) -> Answer:
    """POST /cgi-bin/user/tag/get {tagid, next_openid}"""
    number = _number(call)
    return _page(call, lambda fan: number in fan.tags, str(call.json().get("next_openid") or ""))


def _page(call: Call, keep: Any, after: str) -> dict[str, Any]:
    last = call.world.fans.of(call.app.app_id, after) if after else None
    start = last.seq if last else 0
    fans = [fan for fan in call.world.fans.followers(call.app.app_id) if fan.seq > start and keep(fan)][:PAGE]
    found: dict[str, Any] = {"count": len(fans)}
    if fans:
        found |= {"data": {"openid": [fan.openid for fan in fans]}}
    return found | {"next_openid": fans[-1].openid if fans else ""}


def of_one(call: Call) -> Answer:
    """POST /cgi-bin/tags/getidlist {openid}"""
    return {"tagid_list": list(call.fan("openid").tags)}


def remark(call: Call) -> Answer:
    """POST /cgi-bin/user/info/updateremark {openid, remark}: at most 30 characters."""
    fan, text = call.fan("openid"), call.json().get("remark")
    if not isinstance(text, str) or len(text) > 30:
        raise Refused(40035)
    fan.remark = text
    call.world.store.fan(fan)
    return OK


def blacklist(call: Call) -> Answer:
    """POST /cgi-bin/tags/members/getblacklist {begin_openid}"""
    found = _page(call, lambda fan: fan.blocked, str(call.json().get("begin_openid") or ""))
    total = sum(1 for fan in call.world.fans.followers(call.app.app_id) if fan.blocked)
    return {"total": total} | found


def block(call: Call) -> Answer:
    return _blocked(call, True)


def unblock(call: Call) -> Answer:
    return _blocked(call, False)


def _blocked(call: Call, blocked: bool) -> Answer:
    for fan in _people(call, call.world.settings.blacklist_batch):
        fan.blocked = blocked
        call.world.store.fan(fan)
    return OK


TAGS = "/cgi-bin/tags"
ROUTES = (
    Endpoint(f"{TAGS}/create", create, kinds=OFFICIAL, verified=True),
    Endpoint(f"{TAGS}/get", listed, ("GET", "POST"), kinds=OFFICIAL, verified=True),
    Endpoint(f"{TAGS}/update", update, verified=True),
    Endpoint(f"{TAGS}/delete", delete, verified=True),
    Endpoint(f"{TAGS}/members/batchtagging", tag_people, verified=True),
    Endpoint(f"{TAGS}/members/batchuntagging", untag_people, verified=True),
    Endpoint(f"{TAGS}/getidlist", of_one, verified=True),
    Endpoint("/cgi-bin/user/tag/get", wearers, verified=True),
    Endpoint("/cgi-bin/user/info/updateremark", remark, verified=True),
    Endpoint(f"{TAGS}/members/getblacklist", blacklist, verified=True),
    Endpoint(f"{TAGS}/members/batchblacklist", block, verified=True),
    Endpoint(f"{TAGS}/members/batchunblacklist", unblock, verified=True),
)
