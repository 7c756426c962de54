"""Subscription notices and the templates behind them.

WeChat docs, subscription notices: one grant, one message; long-term grants only for public services; reaches
people who do not follow; concurrent sends to one person are refused (43108).
"""

import re
from typing import Any

from lab import acts, grants, ids
from lab.api.replies import EVERY, MINI, OK
from lab.api.template import notice
from lab.call import Answer, Call, Endpoint
from lab.clock import stopwatch
from lab.errors import Refused
from lab.fans import Fan
from lab.templates import LONG_TERM, ONE_TIME, Template, usable, values

LIBRARY: tuple[dict[str, Any], ...] = (
    {"tid": 1001, "title": "反诈预警提醒", "type": LONG_TERM, "categoryId": "641"},
    {"tid": 1002, "title": "学习任务提醒", "type": ONE_TIME, "categoryId": "641"},
    {"tid": 1003, "title": "办理进度通知", "type": ONE_TIME, "categoryId": "641"},
)
WORDS = (
    {"kid": 1, "name": "预警类型", "example": "冒充公检法", "rule": "thing"},
    {"kid": 2, "name": "发布时间", "example": "2026年1月5日 09:30", "rule": "time"},
    {"kid": 3, "name": "温馨提示", "example": "不转账不汇款", "rule": "thing"},
    {"kid": 4, "name": "编号", "example": "A001", "rule": "character_string"},
    {"kid": 5, "name": "联系电话", "example": "96110", "rule": "phone_number"},
)


def send(call: Call) -> Answer:
    """POST /cgi-bin/message/subscribe/bizsend"""
    number = _sent(call)
    return OK | {"msgid": number}


def mini_send(call: Call) -> Answer:
    """POST /cgi-bin/message/subscribe/send of a mini-program: the same rules, no msgid."""
    _sent(call)
    return OK


def _sent(call: Call) -> int:
    """Raises Refused 40003, 40037, 43107, 43108, 47003, 45168, 43101."""
    body, fan = call.json(), call.fan()
    template = usable(call.app.templates.find(body.get("template_id")))
    if template.kind not in (ONE_TIME, LONG_TERM):
        raise Refused(40037)
    _alone(call, fan)
    data = values(template, body.get("data"))
    if re.search(call.world.settings.sensitive_words, " ".join(data.values())):
        raise Refused(45168)
    grants.use(fan, template)
    number = ids.message_id()
    call.world.store.fan(fan)
    call.world.post(fan, "subscribe", "subscribe", notice(template, data, body), number)
    call.world.spawn(_tell(call, fan, template, number))
    return number


def _alone(call: Call, fan: Fan) -> None:
    now = stopwatch()
    if now < call.app.busy.get(fan.openid, 0.0):
        raise Refused(43108)
    if len(call.app.busy) > 1000:
        call.app.busy = {openid: until for openid, until in call.app.busy.items() if until > now}
    call.app.busy[fan.openid] = now + call.world.settings.subscribe_busy_s


async def _tell(call: Call, fan: Fan, template: Template, number: int) -> None:
    row = {"TemplateId": template.template_id, "MsgID": number, "ErrorCode": 0, "ErrorStatus": "success"}
    fields: acts.Fields = [("MsgType", "event"), ("Event", "subscribe_msg_sent_event")]
    fields.append(("SubscribeMsgSentEvent", {"List": row}))
    await acts.send(call.world, fan, "subscribe_msg_sent_event", fields, note=False)


def categories(call: Call) -> Answer:
    """GET /wxaapi/newtmpl/getcategory"""
    return OK | {"data": [{"id": 641, "name": call.app.category}]}


def titles(call: Call) -> Answer:
    """GET /wxaapi/newtmpl/getpubtemplatetitles?ids=&start=&limit="""
    limit = int(call.query.get("limit", "30")) if call.query.get("limit", "30").isdigit() else 0
    if not 1 <= limit <= 30:
        raise Refused(40097)
    kinds = (ONE_TIME, LONG_TERM) if call.app.long_term else (ONE_TIME,)
    rows = [row for row in LIBRARY if row["type"] in kinds]
    return OK | {"count": len(rows), "data": rows[:limit]}


def keywords(call: Call) -> Answer:
    """GET /wxaapi/newtmpl/getpubtemplatekeywords?tid="""
    _public(call.query.get("tid"))
    return OK | {"count": len(WORDS), "data": list(WORDS)}


def _public(tid: Any) -> dict[str, Any]:
    found = next((row for row in LIBRARY if str(row["tid"]) == str(tid)), None)
    if found is None:
        raise Refused(200014)
    return found


def add(call: Call) -> Answer:
    """POST /wxaapi/newtmpl/addtemplate {tid, kidList, sceneDesc}: two to five words, 15 characters."""
    body = call.json()
    public, kids = _public(body.get("tid")), body.get("kidList")
    if not isinstance(kids, list) or not 2 <= len(kids) <= 5:
        raise Refused(200020)
    words = [word for kid in kids for word in WORDS if word["kid"] == kid]
    if len(words) != len(kids):
        raise Refused(200017)
    if len(str(body.get("sceneDesc", ""))) > 15:
        raise Refused(200021)
    if len(call.app.templates.of(ONE_TIME, LONG_TERM)) >= 25:
        raise Refused(200012)
    content = "\n".join(f"{word['name']}:{{{{{word['rule']}{word['kid']}.DATA}}}}" for word in words)
    template = call.app.templates.new(public["title"], content, public["type"])
    call.world.keep(call.app, "templates")
    return OK | {"priTmplId": template.template_id}


def listed(call: Call) -> Answer:
    """GET /wxaapi/newtmpl/gettemplate"""
    rows = [
        {"priTmplId": t.template_id, "title": t.title, "content": t.content, "type": t.kind, "example": ""}
        for t in call.app.templates.of(ONE_TIME, LONG_TERM)
    ]
    return OK | {"data": rows}


def delete(call: Call) -> Answer:
    """POST /wxaapi/newtmpl/deltemplate {priTmplId}"""
    call.app.templates.drop(call.json().get("priTmplId"))
    call.world.keep(call.app, "templates")
    return OK


NEW = "/wxaapi/newtmpl"
ROUTES = (
    Endpoint("/cgi-bin/message/subscribe/bizsend", send, kinds=("service",), verified=True),
    Endpoint("/cgi-bin/message/subscribe/send", mini_send, kinds=MINI),
    Endpoint(f"{NEW}/getcategory", categories, ("GET",), kinds=EVERY),
    Endpoint(f"{NEW}/getpubtemplatetitles", titles, ("GET",), kinds=EVERY),
    Endpoint(f"{NEW}/getpubtemplatekeywords", keywords, ("GET",), kinds=EVERY),
    Endpoint(f"{NEW}/addtemplate", add, kinds=EVERY),
    Endpoint(f"{NEW}/gettemplate", listed, ("GET",), kinds=EVERY),
    Endpoint(f"{NEW}/deltemplate", delete, kinds=EVERY),
)
