"""Service notices by template.

WeChat docs, template messages: errcode 0 means accepted; the outcome comes as TEMPLATESENDJOBFINISH; 25
templates in use; the same client_msg_id sends once in ten minutes.
"""

import re
from typing import Any

from lab import acts, ids
from lab.api.replies import OK, SERVICE
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.fans import Fan
from lab.templates import Template, usable

MOST = 25


def send(call: Call) -> Answer:
    """POST /cgi-bin/message/template/send"""
    body, fan = call.json(), call.fan()
    template = usable(call.app.templates.find(body.get("template_id")))
    if not fan.follows:
        raise Refused(43004)
    data = _values(call, template, body.get("data"))
    client_id = str(body.get("client_msg_id") or "")
    before = call.app.once.get((fan.openid, client_id)) if client_id else None
    if before is not None and call.now - before[0] < call.world.settings.client_msg_id_s:
        return OK | {"msgid": before[1]}
    number = ids.job_id()
    if client_id:
        call.app.once[fan.openid, client_id] = (call.now, number)
    status = "failed:user block" if fan.refuses else call.world.settings.template_status
    if status == "success":
        call.world.post(fan, "template", "template", notice(template, data, body), number)
    call.world.spawn(_finish(call, fan, number, status))
    return OK | {"msgid": number}


def _values(call: Call, template: Template, data: Any) -> dict[str, str]:
    """Raises Refused 40250, 40249."""
    given = data if isinstance(data, dict) else {}
    found = {name: _value(given.get(name)) for name in template.fields() or given}
    if not found or any(not value.strip() for value in found.values()):
        raise Refused(40250)
    if re.search(call.world.settings.marketing_words, " ".join(found.values())):
        raise Refused(40249)
    return found


def _value(given: Any) -> str:
    return str(given.get("value", "")) if isinstance(given, dict) else ""


def notice(template: Template, data: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """What stands in the fan's chat."""
    shown: dict[str, Any] = {"title": template.title, "data": data, "labels": template.labels()}
    shown |= {"template_id": template.template_id, "url": str(body.get("url") or body.get("page") or "")}
    mini = body.get("miniprogram")
    if isinstance(mini, dict):
        shown["mini"] = {"app_id": str(mini.get("appid", "")), "page": str(mini.get("pagepath", ""))}
    return shown


async def _finish(call: Call, fan: Fan, number: int, status: str) -> None:
    fields: acts.Fields = [("MsgType", "event"), ("Event", "TEMPLATESENDJOBFINISH"), ("MsgID", number)]
    await acts.send(call.world, fan, "TEMPLATESENDJOBFINISH", [*fields, ("Status", status)], note=False)


def add(call: Call) -> Answer:
    """POST /cgi-bin/template/api_add_template {template_id_short, keyword_name_list}"""
    body = call.json()
    short, words = body.get("template_id_short"), body.get("keyword_name_list")
    if not isinstance(short, str) or not short:
        raise Refused(40036)
    if not isinstance(words, list) or not words:
        raise Refused(40035)
    if len(call.app.templates.of(0)) >= MOST:
        raise Refused(45026)
    content = "\n".join(f"{word}:{{{{thing{index}.DATA}}}}" for index, word in enumerate(words, 1))
    template = call.app.templates.new(f"模板 {short}", content, 0)
    call.world.keep(call.app, "templates")
    return OK | {"template_id": template.template_id}


def listed(call: Call) -> Answer:
    """GET /cgi-bin/template/get_all_private_template"""
    rows = [
        {"template_id": t.template_id, "title": t.title, "content": t.content, "example": ""}
        | {"primary_industry": "", "deputy_industry": ""}
        for t in call.app.templates.of(0)
    ]
    return {"template_list": rows}


def delete(call: Call) -> Answer:
    """POST /cgi-bin/template/del_private_template"""
    call.app.templates.drop(call.json().get("template_id"))
    call.world.keep(call.app, "templates")
    return OK


def blocked(call: Call) -> Answer:
    """POST /wxa/sec/queryblocktmplmsg: messages the platform held back."""
    return OK | {"msginfo": []}


ROUTES = (
    Endpoint("/cgi-bin/message/template/send", send, kinds=SERVICE, verified=True),
    Endpoint("/cgi-bin/template/api_add_template", add, kinds=SERVICE, verified=True),
    Endpoint("/cgi-bin/template/get_all_private_template", listed, ("GET",), kinds=SERVICE, verified=True),
    Endpoint("/cgi-bin/template/del_private_template", delete, kinds=SERVICE, verified=True),
    Endpoint("/wxa/sec/queryblocktmplmsg", blocked, kinds=SERVICE, verified=True),
)
