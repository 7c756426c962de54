"""The control interface behind the scenes: accounts, constants, templates, mass jobs, quotas, recordings, load."""

import asyncio

import yaml
from aiohttp import web

from lab import callbacks, massjobs
from lab.accounts import App, looks_real
from lab.api.oauth import COOKIE
from lab.control import answer, app_of, fan_of, order_of, state_row, world_of
from lab.errors import BadOrder
from lab.handles import Control, LabRefused
from lab.load import Plan, run_load
from lab.published import page
from lab.recording import play
from lab.scenario import BadScenario, run_scenario
from lab.templates import STATES, Template


async def list_apps(request: web.Request) -> web.Response:
    return answer([app.row() for app in world_of(request).apps.values()])


async def get_app(request: web.Request) -> web.Response:
    app = app_of(request)
    return answer({"app_id": app.app_id} | app.entered())


async def put_app(request: web.Request) -> web.Response:
    """Change an account, or add one; `{"verify": true}` also asks its callback for the echo."""
    world, order = world_of(request), await order_of(request)
    app_id, verify = request.match_info["app_id"], order.pop("verify", False)
    app = world.apps.get(app_id)
    if app is None and looks_real(app_id) and not world.allow_real:
        raise BadOrder(f"{app_id} looks like a real app id", 409)
    if app is None:
        app = App(app_id)
        app.change(order)
        world.add_app(app)
    else:
        app.change(order)
    world.store.put("", "app", app_id, app.entered())
    world.hub.tell("state", state_row(world))
    found = {"app_id": app_id} | app.entered()
    return answer(found | {"verified_callback": await callbacks.verify(world, app)} if verify else found)


async def verify(request: web.Request) -> web.Response:
    return answer(await callbacks.verify(world_of(request), app_of(request)))


async def expire_tokens(request: web.Request) -> web.Response:
    world, app = world_of(request), app_of(request)
    app.tokens.expire_all(world.clock.now())
    world.keep(app, "tokens")
    return answer({})


async def get_settings(request: web.Request) -> web.Response:
    return answer(world_of(request).settings.table())


async def put_settings(request: web.Request) -> web.Response:
    world = world_of(request)
    try:
        world.settings.change(await order_of(request))
    except ValueError as wrong:
        raise BadOrder(str(wrong)) from wrong
    return answer(world.settings.table())


async def set_quotas(request: web.Request) -> web.Response:
    """Limits by row: `{"/cgi-bin/user/get": 3}`; null goes back to the table."""
    app, order = app_of(request), await order_of(request)
    for name, limit in order.items():
        if limit is None:
            app.quotas.limits.pop(name, None)
        elif isinstance(limit, int) and limit >= 0:
            app.quotas.limits[name] = limit
        else:
            raise BadOrder("a limit is a number")
    world_of(request).keep(app, "quotas")
    return await get_quotas(request)


async def get_quotas(request: web.Request) -> web.Response:
    app = app_of(request)
    return answer(app.quotas.rows(app.kind, world_of(request).clock.now()))


async def get_templates(request: web.Request) -> web.Response:
    return answer(app_of(request).templates.dump())


async def put_template(request: web.Request) -> web.Response:
    """Enter or change a template: `{"template_id","title","content","kind":0|2|3,"state"}`."""
    app, order = app_of(request), await order_of(request)
    try:
        template = Template(**order)
    except TypeError as wrong:
        raise BadOrder(str(wrong)) from wrong
    if template.state not in STATES or template.kind not in (0, 2, 3):
        raise BadOrder(f"state is one of {', '.join(STATES)}; kind is 0, 2 or 3")
    app.templates.add(template)
    world_of(request).keep(app, "templates")
    return answer(order)


async def list_mass(request: web.Request) -> web.Response:
    return answer([job.row() for job in reversed(app_of(request).mass.jobs.values())])


async def decide_mass(request: web.Request) -> web.Response:
    """The administrator's tap: `{"do": "approve"}` or `{"do": "refuse"}`."""
    app, order = app_of(request), await order_of(request)
    job = app.mass.find(request.match_info["msg_id"])
    massjobs.decide(world_of(request), app, job, order.get("do"))
    await asyncio.sleep(0)
    return answer(job.row() if job else {})


async def change_fan(request: web.Request) -> web.Response:
    """Change a person without any event: `refuses` template messages, on the black list, `follows` or not."""
    world, fan, order = world_of(request), fan_of(request), await order_of(request)
    for name, value in order.items():
        if name not in ("refuses", "blocked", "follows") or not isinstance(value, bool):
            raise BadOrder("a fan has refuses, blocked and follows, true or false")
        if name != "follows":
            setattr(fan, name, value)
        elif value and not fan.follows:
            world.fans.follow(fan, world.clock.now())
        elif fan.follows and not value:
            world.fans.unfollow(fan)
    world.store.fan(fan)
    found = {"openid": fan.openid, "refuses": fan.refuses, "blocked": fan.blocked}
    return answer(found | {"follows": fan.follows})


async def make_code(request: web.Request) -> web.Response:
    """What the phone would hand to a server: `{"kind": "login"|"phone"|"oauth", …}` → `{"code"}`."""
    world, fan, order = world_of(request), fan_of(request), await order_of(request)
    app, now, kind = world.apps[fan.app_id], world.clock.now(), order.get("kind")
    if kind not in ("login", "phone", "oauth"):
        raise BadOrder("kind is login, phone or oauth")
    scope = str(order.get("scope", "snsapi_base")) if kind == "oauth" else str(kind)
    code = app.oauth.code(fan.openid, scope, now, order.get("snapshot") is True)
    if kind == "phone":
        app.mini.phones[code] = str(order.get("phone", "13800000000"))
    app.mini.active(fan.openid, now)
    return answer({"code": code})


async def go(request: web.Request) -> web.StreamResponse:
    """Open an address as a fan: the sign-in page then knows who taps."""
    fan, url = fan_of(request), request.query.get("url", "")
    if not url.startswith(("http://", "https://")):
        raise BadOrder("url must be http or https")
    response = web.Response(status=302, headers={"Location": url})
    response.set_cookie(COOKIE, fan.openid, httponly=True, samesite="Lax")
    return response


async def article_page(request: web.Request) -> web.Response:
    """/s/<key>: an article as readers open it."""
    found = world_of(request).pages.get(request.match_info["key"])
    if found is None:
        return web.Response(status=404, text="该内容已被删除")
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return web.Response(text=page(*found), content_type="text/html", headers=headers)


async def get_record(request: web.Request) -> web.Response:
    return answer(world_of(request).record or [])


async def set_record(request: web.Request) -> web.Response:
    """`{"on": true}` begins a new recording, `{"on": false}` ends it."""
    world, order = world_of(request), await order_of(request)
    kept = world.record or []
    world.record = [] if order.get("on") else None
    return answer(kept)


async def play_record(request: web.Request) -> web.Response:
    """`{"rows": […], "speed"?}`: do again what was recorded."""
    order = await order_of(request)
    return answer(await play(world_of(request), order.get("rows"), float(order.get("speed") or 0)))


async def scenario(request: web.Request) -> web.Response:
    """`{"yaml": "…"}` → the story of its steps; a step that fails ends it."""
    world, order = world_of(request), await order_of(request)
    try:
        plan = yaml.safe_load(str(order.get("yaml", "")))
        control = Control(world.url)
        told = await asyncio.to_thread(run_scenario, control, plan)
    except (yaml.YAMLError, BadScenario, LabRefused) as wrong:
        raise BadOrder(str(wrong)) from wrong
    return answer(told.row())


async def load(request: web.Request) -> web.Response:
    """`{"rate","seconds","fans"?,"texts"?,"mode"?}` → how the callback bore it."""
    order = await order_of(request)
    try:
        plan = Plan(**order)
    except TypeError as wrong:
        raise BadOrder(str(wrong)) from wrong
    return answer(await run_load(world_of(request), plan))


FAN, ONE = "/__lab/fans/{openid}", "/__lab/apps/{app_id}"
ROUTES = (
    web.get("/__lab/apps", list_apps),
    web.get(ONE, get_app),
    web.put(ONE, put_app),
    web.post(f"{ONE}/verify", verify),
    web.post(f"{ONE}/expire_tokens", expire_tokens),
    web.get(f"{ONE}/quotas", get_quotas),
    web.put(f"{ONE}/quotas", set_quotas),
    web.get(f"{ONE}/templates", get_templates),
    web.put(f"{ONE}/templates", put_template),
    web.get(f"{ONE}/mass", list_mass),
    web.post(ONE + "/mass/{msg_id}", decide_mass),
    web.get("/__lab/settings", get_settings),
    web.put("/__lab/settings", put_settings),
    web.put(FAN, change_fan),
    web.post(f"{FAN}/code", make_code),
    web.get(f"{FAN}/go", go),
    web.get("/__lab/record", get_record),
    web.post("/__lab/record", set_record),
    web.post("/__lab/record/play", play_record),
    web.post("/__lab/scenario", scenario),
    web.post("/__lab/load", load),
    web.get("/s/{key}", article_page),
)
