"""What could not be sent, because the person's window was closed, is shown with the next reply they get, once."""

from dataclasses import replace

from bot.handlers import emergency
from bot.handlers.desk import Desk, Reply, Work
from bot.push import notes

RULE = "————"


def carried(reply: Reply, desk: Desk) -> Reply:
    """The reply with the messages that wait, and the effect that they have been shown.

    Nothing stands beside the first-minutes card, and who is being erased is owed nothing.
    """
    follower_id = desk.caller.follower_id
    if not desk.caller.waiting or follower_id is None or not _takes(reply):
        return reply
    held = notes.waiting_for(desk.session, follower_id)
    if not held:
        return reply
    note_ids = [note_id for note_id, _ in held]

    def effect(work: Work) -> None:
        notes.shown(work.session, work.follower_id, note_ids, work.now)

    text = "\n".join([reply.text, *(f"{RULE}\n{text}" for _, text in held)])
    return replace(reply, text=text, effects=(*reply.effects, effect))


def _takes(reply: Reply) -> bool:
    return bool(reply.text) and not reply.erases and reply.outcome not in (emergency.OUTCOME, "failed")
