"""How many customer-service messages may follow what a person did.

WeChat docs, customer-service messages: five within 48 hours of a message, three within a minute of a click,
a follow or a scan; triggers refresh to the maximum, they do not add.
"""

from lab.errors import Refused
from lab.fans import Fan
from lab.settings import Settings


def opened_by_message(fan: Fan, now: float, settings: Settings) -> None:
    fan.message_left = settings.kf_message_count
    fan.message_until = now + settings.kf_message_window_s
    fan.spoke_at = now


def opened_briefly(fan: Fan, now: float, settings: Settings) -> None:
    fan.brief_left = settings.kf_brief_count
    fan.brief_until = now + settings.kf_brief_window_s
    fan.spoke_at = now


def spend(fan: Fan, now: float, settings: Settings) -> None:
    """Take one message from every open window, so that windows overlap and do not add. Raises Refused."""
    message_open, brief_open = now < fan.message_until, now < fan.brief_until
    if not fan.follows or not (message_open or brief_open):
        raise Refused(settings.kf_closed_errcode)
    if not (message_open and fan.message_left > 0 or brief_open and fan.brief_left > 0):
        raise Refused(settings.kf_spent_errcode)
    if message_open and fan.message_left:
        fan.message_left -= 1
    if brief_open and fan.brief_left:
        fan.brief_left -= 1


def left(fan: Fan, now: float) -> int:
    """How many messages could be sent now."""
    return max(
        fan.message_left if now < fan.message_until else 0, fan.brief_left if now < fan.brief_until else 0
    )
