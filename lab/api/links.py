"""Short keys and the JS ticket. WeChat docs: 4 KB and 30 days; the ticket lives two hours."""

from lab import ids
from lab.api.replies import OFFICIAL, OK
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused

LONGEST_S = 2_592_000
MOST_BYTES = 4096
TICKET_S = 7200


def gen(call: Call) -> Answer:
    """POST /cgi-bin/shorten/gen {long_data, expire_seconds}"""
    text, seconds = call.json().get("long_data"), call.json().get("expire_seconds", LONGEST_S)
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= MOST_BYTES:
        raise Refused(40035)
    if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_S:
        raise Refused(40035)
    key = ids.new_key(15)
    call.app.short[key] = (text, call.now, call.now + seconds)
    return OK | {"short_key": key}


def fetch(call: Call) -> Answer:
    """POST /cgi-bin/shorten/fetch {short_key}"""
    found = call.app.short.get(str(call.json().get("short_key")))
    if found is None or call.now >= found[2]:
        raise Refused(40035)
    text, made, ends = found
    return OK | {"long_data": text, "create_time": int(made), "expire_seconds": int(ends - call.now)}


def ticket(call: Call) -> Answer:
    """GET /cgi-bin/ticket/getticket?type=jsapi: the same one until it ends."""
    if call.query.get("type", "jsapi") not in ("jsapi", "wx_card"):
        raise Refused(40097)
    text, ends = call.app.ticket
    if call.now >= ends - 60:
        text, ends = call.app.ticket = (ids.new_key(86), call.now + TICKET_S)
    return OK | {"ticket": text, "expires_in": int(ends - call.now)}


ROUTES = (
    Endpoint("/cgi-bin/shorten/gen", gen, kinds=OFFICIAL),
    Endpoint("/cgi-bin/shorten/fetch", fetch, kinds=OFFICIAL),
    Endpoint("/cgi-bin/ticket/getticket", ticket, ("GET",), kinds=OFFICIAL),
)
