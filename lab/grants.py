"""What a person agreed to receive: one message for each one-time grant, any number for a long-term one."""

from lab.errors import Refused
from lab.fans import Fan
from lab.templates import LONG_TERM, Template

FOR_EVER = 1_000_000_000


def accepted(fan: Fan, template: Template) -> None:
    fan.grants = fan.grants or {}
    if template.kind == LONG_TERM:
        fan.grants[template.template_id] = FOR_EVER
    else:
        fan.grants[template.template_id] = fan.grants.get(template.template_id, 0) + 1


def rejected(fan: Fan, template_id: str) -> None:
    if fan.grants:
        fan.grants.pop(template_id, None)


def left(fan: Fan, template_id: str) -> int:
    return (fan.grants or {}).get(template_id, 0)


def use(fan: Fan, template: Template) -> None:
    """Raises Refused 43101 when nothing is left."""
    count = left(fan, template.template_id)
    if count <= 0 or fan.grants is None:
        raise Refused(43101)
    if count < FOR_EVER:
        fan.grants[template.template_id] = count - 1
