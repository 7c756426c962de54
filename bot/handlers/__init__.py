"""Who answers an incoming message. Read top to bottom: the first handler with a reply wins."""

from bot.handlers import (
    after,
    commands,
    dialogue,
    emergency,
    english,
    enrol,
    feedback,
    leave,
    library,
    media,
    menu,
    opening,
    profile,
    smalltalk,
    welcome,
)
from bot.handlers.desk import Desk, Handler, Reply
from core.wechat.incoming import Incoming

ON_TEXT: tuple[Handler, ...] = (
    emergency.reply,
    media.reply,
    leave.stop,
    commands.reply,
    feedback.reply,
    feedback.tell_me,
    dialogue.reply,
    profile.tapped_late,
    after.reply,
    opening.opened,
    smalltalk.reply,
    english.reply,
    library.judged,
    enrol.not_found,
    dialogue.unreadable,
    enrol.unit_alone,
    smalltalk.felt,
    library.unknown,
)
ON_EVENT: dict[str, Handler] = {
    "subscribe": welcome.followed,
    "scan": welcome.scanned,
    "click": menu.clicked,
    "unsubscribe": leave.unfollowed,
    "user_authorization_revoke": leave.unfollowed,
    "user_authorization_cancellation": leave.unfollowed,
}


def answer(message: Incoming, desk: Desk) -> Reply | None:
    """The first reply, with a word on the dialogue it came in the middle of."""
    if message.kind == "event":
        handler = ON_EVENT.get(message.event)
        reply = handler(message, desk) if handler else None
    else:
        reply = next((made for handler in ON_TEXT if (made := handler(message, desk))), None)
    return dialogue.reminded(reply, desk) if reply else None


def gesture(message: Incoming, desk: Desk) -> str:
    """Which file of this folder has the first reply to a text: emergency, commands, smalltalk, library, …"""
    first = next((handler for handler in ON_TEXT if handler(message, desk)), None)
    return first.__module__.rpartition(".")[2] if first else ""
