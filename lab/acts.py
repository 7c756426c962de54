"""What a person does in the chat: the message or event it sends, and what it changes."""

import asyncio
from typing import Any

from lab import callbacks, replies, xmlwire
from lab.accounts import App
from lab.callbacks import Delivery, Letter
from lab.clock import iso
from lab.fans import Fan
from lab.messages import in_words
from lab.replies import Invalid, Reply
from lab.tamper import tampered
from lab.world import World

Order = dict[str, Any]
Fields = list[tuple[str, Any]]


class Act:
    """One thing a fan did, the letter it became and what came back."""

    __slots__ = ("id", "at", "openid", "app_id", "what", "letter", "delivery", "reply", "shown", "fault")

    def __init__(self, at: float, openid: str, app_id: str, what: str, letter: Letter) -> None:
        self.id = 0
        self.at = at
        self.openid = openid
        self.app_id = app_id
        self.what = what
        self.letter = letter
        self.delivery = Delivery()
        self.reply: Reply | None = None
        self.shown = ""
        self.fault = ""

    def row(self) -> dict[str, Any]:
        """The answer of `act`: tries, times, the reply and the raw exchange."""
        found = self.delivery
        return {
            "act": self.id,
            "at": iso(self.at),
            "openid": self.openid,
            "what": self.what,
            "tries": len(found.tries),
            "elapsed_ms": round(found.elapsed_ms, 3),
            "http": found.http,
            "reply": self.reply.row() if self.reply else None,
            "shown": self.shown,
            "markfail": found.marked,
            "fault": self.fault,
            "trace": [self._trace(number) for number in range(len(found.tries))],
        }

    def _trace(self, number: int) -> dict[str, Any]:
        one = self.delivery.tries[number]
        answer = one.answer.decode("utf-8", "replace")
        return {
            "query": one.query,
            "body": self.letter.body.decode("utf-8", "replace"),
            "plain": self.letter.plain,
            "answer": answer,
            "answer_plain": self.reply.plain if self.reply and one.http == 200 else answer,
            "http": one.http,
            "error": one.error,
            "ms": one.ms,
        }


async def send(world: World, fan: Fan, what: str, fields: Fields, note: bool = True) -> Act:
    """Seal the fields under the usual header, deliver them, and show what comes back."""
    app = world.apps[fan.app_id]
    letter = callbacks.sealed(app, fan.openid, xmlwire.render(header(world, app, fan.openid) + fields))
    event = any(name == "Event" for name, _ in fields)
    return await post(world, fan, Act(world.clock.now(), fan.openid, app.app_id, what, letter), event, note)


async def announce(world: World, app: App, sender: str, what: str, fields: Fields) -> Act:
    """An event of the platform itself, about no chat; its sender is not a fan of the account."""
    plain = xmlwire.render(header(world, app, sender) + fields)
    done = Act(world.clock.now(), sender, app.app_id, what, callbacks.sealed(app, sender, plain))
    world.acts.append(done)
    done.delivery = await callbacks.deliver(world, app, done.letter)
    judge(world, app, done, event=True)
    if world.hub.watched:
        world.hub.tell("act", done.row())
    return done


def header(world: World, app: App, openid: str) -> Fields:
    return [("ToUserName", app.account_id), ("FromUserName", openid), ("CreateTime", int(world.clock.now()))]


async def post(world: World, fan: Fan, done: Act, event: bool, note: bool = True, counts: bool = True) -> Act:
    """Deliver the letter of an act; `note` is whether the person sees a failure."""
    app = world.apps[fan.app_id]
    world.acts.append(done)
    world.store.fan(fan)
    if world.hub.watched:
        world.hub.tell("begin", {"act": done.id, "openid": fan.openid, "what": done.what})
    await twist(world, app, done)
    done.delivery = await callbacks.deliver(world, app, done.letter, counts)
    judge(world, app, done, event)
    if done.fault and note and fan.follows:
        done.shown = replies.BROKEN[app.kind]
        world.post(fan, "system", "notice", done.shown)
    elif done.reply is not None and fan.follows:
        done.shown = in_words(done.reply.kind, done.reply.body)
        if done.reply.kind != "transfer_customer_service":
            world.post(fan, "passive", done.reply.kind, done.reply.body)
    if world.hub.watched:
        world.hub.tell("act", done.row())
    return done


async def twist(world: World, app: App, done: Act) -> None:
    """What the order asked for beside the act: a late or a spoilt delivery."""
    wish = world.twists.pop(done.openid, None)
    if wish is None:
        return
    if wish.get("tamper"):
        done.letter = tampered(app, done.letter, wish["tamper"])
    await asyncio.sleep(float(wish.get("delay_s") or 0))


def judge(world: World, app: App, done: Act, event: bool) -> None:
    """Read the reply, or the reason why the person sees the failure notice."""
    if not app.callback_url:
        return
    if not done.delivery.answered:
        done.fault = "MarkFail" if done.delivery.marked else "no answer"
        return
    answer = done.delivery.tries[-1].answer
    try:
        done.reply = replies.judged(app, done.openid, answer, world.settings, event)
    except Invalid as wrong:
        done.fault = str(wrong)
