"""Menu endpoints."""

from typing import Any

from lab.api.replies import OK
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.menu import checked


def create(call: Call) -> Answer:
    """POST /cgi-bin/menu/create: the whole menu is replaced."""
    call.app.menu.buttons = checked(call.json().get("button"))
    call.app.menu.conditional.clear()
    return _kept(call, OK)


def get(call: Call) -> Answer:
    """GET /cgi-bin/menu/get"""
    menu = call.app.menu
    if not menu.buttons:
        raise Refused(46003)
    found: dict[str, Any] = {"menu": {"button": menu.buttons}}
    if menu.conditional:
        found["conditionalmenu"] = [{**entry, "menuid": number} for number, entry in menu.conditional.items()]
    return found


def current(call: Call) -> Answer:
    """GET /cgi-bin/get_current_selfmenu_info"""
    buttons = [_info(button) for button in call.app.menu.buttons]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": buttons}}


def _info(button: dict[str, Any]) -> dict[str, Any]:
    if button.get("sub_button"):
        return {"name": button["name"], "sub_button": {"list": button["sub_button"]}}
    return {key: value for key, value in button.items() if key != "sub_button"}


def delete(call: Call) -> Answer:
    """GET /cgi-bin/menu/delete: the conditional menus go with it."""
    call.app.menu.buttons = []
    call.app.menu.conditional.clear()
    return _kept(call, OK)


def add_conditional(call: Call) -> Answer:
    """POST /cgi-bin/menu/addconditional {button, matchrule}. Raises Refused 65303, 65313."""
    menu, body = call.app.menu, call.json()
    if not menu.buttons:
        raise Refused(65303)
    rule = body.get("matchrule")
    known = {"tag_id", "client_platform_type"}
    if not isinstance(rule, dict) or not any(rule.get(name) for name in known):
        raise Refused(65313)
    if str(rule.get("client_platform_type") or "1") not in ("1", "2", "3"):
        raise Refused(65312)
    number = menu.next_id
    menu.conditional[number] = {"button": checked(body.get("button")), "matchrule": rule}
    menu.next_id += 1
    return _kept(call, {"menuid": str(number)})


def drop_conditional(call: Call) -> Answer:
    """POST /cgi-bin/menu/delconditional {menuid}"""
    number = str(call.json().get("menuid", ""))
    if not number.isdigit() or int(number) not in call.app.menu.conditional:
        raise Refused(65301)
    del call.app.menu.conditional[int(number)]
    return _kept(call, OK)


def try_match(call: Call) -> Answer:
    """POST /cgi-bin/menu/trymatch {user_id}: the menu this person sees."""
    fan = call.fan("user_id")
    return {"button": call.app.menu.shown_to(fan.tags, "1")[0]}


def _kept(call: Call, answer: dict[str, Any]) -> Answer:
    call.world.keep(call.app, "menu")
    call.world.hub.tell("menu", {"app_id": call.app.app_id})
    return answer


ROUTES = (
    Endpoint("/cgi-bin/menu/create", create),
    Endpoint("/cgi-bin/menu/get", get, ("GET",)),
    Endpoint("/cgi-bin/get_current_selfmenu_info", current, ("GET",)),
    Endpoint("/cgi-bin/menu/delete", delete, ("GET",)),
    Endpoint("/cgi-bin/menu/addconditional", add_conditional),
    Endpoint("/cgi-bin/menu/delconditional", drop_conditional),
    Endpoint("/cgi-bin/menu/trymatch", try_match),
)
