"""Everything the lab knows, in one place, and how it is kept and forgotten."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import aiohttp

from lab import ids
from lab.accounts import App
from lab.calls import CallRow
from lab.clock import Clock, iso
from lab.errors import BadOrder
from lab.fans import Fan, FanBook
from lab.faults import FaultBoard
from lab.hub import Hub
from lab.log import Log
from lab.media import Media
from lab.messages import OUTGOING, Message
from lab.settings import Settings
from lab.store import Store
from lab.timers import Timers

if TYPE_CHECKING:
    from lab.acts import Act

BOOKS = ("menu", "tokens", "tags", "templates", "quotas", "mass", "drafts")
KEEP_MESSAGES, KEEP_CALLS, KEEP_ACTS = 2_000_000, 200_000, 20_000


class World:
    """The platform's memory. One event loop owns it; nothing here is shared between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock()
        self.settings = Settings()
        self.timers = Timers(self.clock)
        self.hub = Hub()
        self.faults = FaultBoard()
        self.fans = FanBook()
        self.apps: dict[str, App] = {}
        self.url = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self.pages: dict[str, tuple[dict[str, Any], float]] = {}
        self.allow_real = False
        self.twists: dict[str, dict[str, Any]] = {}
        self.record: list[dict[str, Any]] | None = None
        self.entered: dict[str, Any] = {}
        self.http: aiohttp.ClientSession
        self.messages: Log[Message] = Log(KEEP_MESSAGES)
        self.calls: Log[CallRow] = Log(KEEP_CALLS)
        self.acts: Log[Act] = Log(KEEP_ACTS)

    @property
    def default_app(self) -> App:
        return next(iter(self.apps.values()))

    def app(self, app_id: str) -> App:
        """The account of that id, the first one for "". Raises BadOrder."""
        if not app_id:
            return self.default_app
        if app_id not in self.apps:
            raise BadOrder(f"there is no account {app_id}", 404)
        return self.apps[app_id]

    def add_app(self, app: App) -> App:
        self.apps[app.app_id] = app
        return app

    def fan(self, openid: str) -> Fan:
        """Raises BadOrder."""
        fan = self.fans.find(openid)
        if fan is None:
            raise BadOrder(f"there is no fan {openid}", 404)
        return fan

    def post(self, fan: Fan, via: str, kind: str, body: Any, msg_id: int = 0) -> Message:
        """Put a message into a fan's chat."""
        message = Message(self.clock.now(), fan.openid, via, kind, body, msg_id or ids.message_id())
        self.messages.append(message)
        fan.hears(message)
        self.store.message(message)
        if self.hub.watched:
            self.hub.tell("message", message.row(iso(message.at)) | {"openid": fan.openid})
        return message

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Let go of what is still being done."""
        for task in self._tasks:
            task.cancel()

    def inbox(self, fan: Fan, after: int) -> list[Message]:
        """What the platform put before the fan; not the fan's own words."""
        return [m for m in fan.chat_after(after, self.messages.first_id) if m.via in OUTGOING]

    def keep_media(self, app: App, media: Media) -> None:
        ends = "" if media.ends is not None else "permanent"
        self.store.blob(
            (media.media_id, app.app_id, f"{media.kind}/{ends}", media.mime, media.name, media.at, media.data)
        )

    def reset(self) -> None:
        """Forget fans, messages, quotas, faults; clock to real time. Accounts and menus stay."""
        self.fans.clear()
        for log in (self.messages, self.calls, self.acts):
            log.clear()
        self.faults.replace([])
        self.timers.clear()
        self.clock.to_real()
        for app in self.apps.values():
            app.forget()
        self.store.wipe()
        self.keep_all()
        self.hub.tell("reset", {})

    def start_afresh(self) -> None:
        """Reset, and also forget settings, added accounts and everything the first account made."""
        first = self.default_app
        self.apps = {first.app_id: App(first.app_id, **self.entered)}
        self.settings.restore()
        self.reset()

    def keep_all(self) -> None:
        """Write what is not written when it changes."""
        self.keep_clock()
        for app in self.apps.values():
            for book in BOOKS:
                self.keep(app, book)
            if app is not self.default_app:
                self.store.put("", "app", app.app_id, app.entered())
            for ticket in app.qr.all():
                self.store.put(app.app_id, "qr", ticket.ticket, ticket.row())

    def keep_clock(self) -> None:
        self.store.put("", "clock", "", self.clock.dump())

    def keep(self, app: App, book: str) -> None:
        """Write down one of the account's books: menu, tokens, tags, templates or quotas."""
        self.store.put(app.app_id, book, "", getattr(app, book).dump())

    def load(self) -> None:
        """Take back what the store kept."""
        self.fans.add_many(self.store.fans())
        rows = list(self.store.messages())
        if rows:
            self._load_messages(rows)
        things = list(self.store.things())
        for _, kind, key, value in things:
            if kind == "app" and key not in self.apps:
                self.add_app(App(key, **value))
        for app_id, kind, key, value in things:
            self._take_back(app_id, kind, key, value)
        for media_id, app_id, kind, mime, name, at, data in self.store.blobs():
            if app_id in self.apps:
                self._load_media(self.apps[app_id], Media(media_id, kind, mime, name, at, None, data))

    def _take_back(self, app_id: str, kind: str, key: str, value: Any) -> None:
        if kind == "clock":
            self.clock.load(value)
        elif kind == "page":
            self.pages[key] = (value["article"], value["at"])
        elif app_id in self.apps:
            getattr(self.apps[app_id], kind).load(value)

    def _load_messages(self, rows: list[Message]) -> None:
        # Ids must stay consecutive; a gap (rows lost in a kill) makes everything before it forgotten.
        start = next((i + 1 for i in range(len(rows) - 2, -1, -1) if rows[i].id + 1 != rows[i + 1].id), 0)
        rows = rows[start:]
        self.messages.restore(rows, rows[0].id)
        for row in rows:
            if fan := self.fans.find(row.openid):
                fan.hears(row)

    def _load_media(self, app: App, media: Media) -> None:
        kind, _, ends = media.kind.partition("/")
        media.kind = kind
        media.ends = None if ends else media.at + self.settings.media_life_s
        app.media.keep(media)
