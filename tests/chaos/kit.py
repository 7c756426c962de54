"""Tools of the chaos tests: a furnished house, people in it, a WeChat that writes to it, and a wire that freezes."""

import itertools
import os
import secrets
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import redis
from sqlalchemy import URL
from sqlalchemy import select as query
from sqlalchemy.orm import Session

from bench import postman
from bench.house import ACCOUNT, AES_KEY, APP_ID, TOKEN, House, free_port
from bot import answering
from bot.answering import Arrival
from bot.content.library import load_library
from bot.handlers.words import AWAY
from bot.kit import Kit
from bot.registry.models import Follower, UnitKind
from core.clock import system_clock
from core.db import Database
from core.wechat.incoming import Incoming
from lab.options import Options
from tests import make
from tests.services import absent, ready
from wsgi import kit_for

UNIT, OTHER_UNIT = "B001", "B002"
EMERGENCY = "我刚给骗子转了三万块钱"
KNOWN = "在家刷单赚佣金是骗局吗"
_numbers = itertools.count(int(time.time()) * 1000)


def furnish(house: House, library: Path) -> Kit:
    """Tables, two units and a small library, made in this process; the kit opens the same house from here."""
    engine = ready(house.database_url)
    with Database(engine).transaction() as session:
        county = make.unit(session, "演示县", code="C", kind=UnitKind.COUNTY, head_count=1000)
        for code, name in ((UNIT, "民政局"), (OTHER_UNIT, "住房和城乡建设局")):
            make.unit(session, name, code=code, parent=county, kind=UnitKind.AGENCY, head_count=100)
        load_library(session, system_clock(), library)
    engine.dispose()
    return kit_for(house.settings())


def new_openid() -> str:
    """28 characters as WeChat makes them, both cases, never the same twice."""
    return "o" + secrets.token_urlsafe(40).replace("-", "A").replace("_", "z")[:27]


def next_number() -> int:
    return next(_numbers)


@dataclass
class Resident:
    """Somebody who wrote to the account before the trouble began, by the product's own path in this process."""

    kit: Kit
    openid: str = field(default_factory=new_openid)

    def tell(self, **fields: object) -> str:
        given = {
            "key": f"m:{next_number()}",
            "openid": self.openid,
            "account": "gh_x",
            "at": datetime.now(UTC),
        }
        return answering.answer(Arrival(Incoming(**given | {"kind": "text"} | fields)), self.kit).first

    def say(self, text: str) -> str:
        return self.tell(text=text)

    def follows(self, code: str = UNIT) -> "Resident":
        """By the unit's code: the next thing awaited is 1."""
        self.tell(kind="event", event="subscribe", scene=f"u:{code}", key=f"e:{self.openid}:{next_number()}")
        return self

    def registered(self, code: str = UNIT) -> "Resident":
        self.follows(code)
        assert "登记成功" in self.say("1")
        self.say("0")
        return self


@dataclass
class Answer:
    """What came back for one delivery. `seconds` counts from the moment it was sent; `words` is the text shown."""

    what: str
    openid: str
    status: int
    seconds: float
    words: str

    @property
    def registered(self) -> bool:
        return "登记成功" in self.words

    @property
    def send_again(self) -> bool:
        return self.words == AWAY or "请再发一次" in self.words


async def deliver(http: aiohttp.ClientSession, house: House, what: str, openid: str, xml: bytes) -> Answer:
    """One delivery in the house's mode; a broken connection is status 0."""
    params, body = (postman.sealed if house.mode == "safe" else postman.plain)(xml)
    began = time.monotonic()
    try:
        async with http.post(f"{house.url}/wechat?{params}", data=body) as answer:
            status, content = answer.status, await answer.read()
    except aiohttp.ClientError:
        status, content = 0, b""
    seconds = time.monotonic() - began
    xml = postman.opened(content) if status == 200 and house.mode == "safe" else content
    return Answer(what, openid, status, seconds, words_of(xml))


def words_of(xml: bytes) -> str:
    """The text of a plain reply, "" for an acknowledgement."""
    start = xml.find(b"<Content><![CDATA[")
    return xml[start + 18 : xml.rindex(b"]]></Content>")].decode() if start >= 0 else ""


def client() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30))


def text(openid: str, words: str) -> bytes:
    return postman.text_xml(openid, words, next_number())


def until(done: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for something to become true; how long it took, in seconds."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def look(kit: Kit, question: Callable[[Session], object]) -> object:
    """Ask the database something, whatever this process thinks of its health."""
    with Session(kit.db.bind) as session:
        return question(session)


def followers(kit: Kit, *, registered: bool = False) -> set[str]:
    wanted = query(Follower.openid)
    if registered:
        wanted = wanted.where(Follower.unit_id.is_not(None))
    return set(look(kit, lambda session: session.scalars(wanted).all()))


def tracebacks(house: House) -> list[str]:
    """Logs of the house that hold a traceback."""
    return [file.name for file in house.folder.glob("*.log") if "Traceback" in file.read_text("utf-8")]


class Wire:
    """A TCP proxy that can stop forwarding, as a server that hangs without closing a connection."""

    def __init__(self, host: str, port: int) -> None:
        self._to, self._flowing, self._stopped = (host, port), threading.Event(), False
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def freeze(self) -> None:
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def cut(self) -> None:
        self._stopped = True
        self._flowing.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                near, _ = self._listener.accept()
            except OSError:
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._to) as far:
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not self._stopped:
                for source in select.select((near, far), (), (), 0.2)[0]:
                    self._flowing.wait()
                    data = _received(source)
                    if not data:
                        return
                    (far if source is near else near).sendall(data)


def through(wire: Wire, address: URL) -> str:
    """The database's address by way of the wire."""
    return address.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)


def lab_options() -> Options:
    """A lab that plays the WeChat of these houses."""
    return Options(
        app_id=APP_ID,
        app_secret="bench-secret",
        token=TOKEN,
        aes_key=AES_KEY,
        account_id=ACCOUNT,
        mode="safe",
    )


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except ConnectionError:
        return b""


class OwnRedis:
    """A redis-server of this test alone, to be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        line = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        try:
            self._process = subprocess.Popen([*line, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            absent("redis-server")
        with redis.Redis(port=self._port) as probe:
            until(lambda: _pongs(probe), 10, "redis answers")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def _pongs(probe: redis.Redis) -> bool:
    try:
        return bool(probe.ping())
    except redis.RedisError:
        return False


def worker_name() -> str:
    """Part of a database's name, so that test processes side by side do not meet."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw")
