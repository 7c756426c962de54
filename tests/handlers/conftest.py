import itertools
import shutil
from dataclasses import dataclass, field

import pytest

from bot import answering
from bot.answering import Arrival
from bot.content.library import LIBRARY, load_library
from bot.registry.models import CountKind, UnitKind
from core.db import Database, connect
from core.wechat.incoming import Incoming
from tests import make
from tests.conftest import kit_on
from tests.services import BACKENDS, ready, scratch_database

_numbers = itertools.count(1)


def lines(text: str) -> list[str]:
    """Messages written one a line."""
    return text.splitlines()


@dataclass
class Chat:
    """One person writing to the account, message by message."""

    kit: object
    openid: str = field(default_factory=make.openid)
    pause_s: float = 1.6

    def send(self, message: Incoming) -> str:
        return answering.answer(Arrival(message), self.kit).first

    def incoming(self, **fields) -> Incoming:
        """One message, a moment after the last: what comes closer is read as one with it."""
        number = next(_numbers)
        self.kit.clock.forward(seconds=self.pause_s)
        given = {
            "key": f"m:{number}",
            "openid": self.openid,
            "account": "gh_x",
            "at": self.kit.clock(),
            "kind": "text",
        }
        return Incoming(**given | fields)

    def say(self, text: str, menu_id: str = "") -> str:
        return self.send(self.incoming(text=text, menu_id=menu_id))

    def event(self, event: str, **fields) -> str:
        number = next(_numbers)
        return self.send(self.incoming(kind="event", event=event, key=f"e:{number}", **fields))

    def follow(self, scene: str = "") -> str:
        return self.event("subscribe", scene=scene)

    def registered(self, code: str = "D01") -> "Chat":
        self.follow(f"u:{code}")
        assert "登记成功" in self.say("1")
        self.say("0")
        return self


@pytest.fixture(scope="session")
def few_types(tmp_path_factory):
    """Three types of the shipped library, so that each test loads in a moment."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "types").mkdir()
    for code in ("shuadan", "kefu", "app"):
        text = (LIBRARY / "types" / f"{code}.yaml").read_text("utf-8")
        kept = "".join(line for line in text.splitlines(True) if not line.startswith("second:"))
        (folder / "types" / f"{code}.yaml").write_text(kept, "utf-8")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(params=BACKENDS)
def two_processes(request, tmp_path, settings, few_types):
    """Two kits on one database, each with its own connections, as two processes have them."""
    with scratch_database(request.param, "matrix_handlers", tmp_path) as url:
        engines = [ready(url), connect(url)]
        kits = [kit_on(Database(engine), settings) for engine in engines]
        with kits[0].db.transaction() as session:
            load_library(session, kits[0].clock(), few_types)
        yield kits
        for engine in engines:
            engine.dispose()


@pytest.fixture
def house(kit, few_types):
    """A kit whose county has a town, a village and two offices, and a small library."""
    with kit.db.transaction() as session:
        county = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        town = make.unit(session, "乌兰镇", code="T01", parent=county, head_count=500)
        make.unit(session, "东风嘎查", code="V01", parent=town, kind=UnitKind.VILLAGE, head_count=100)
        for code, name in (("D01", "民政局"), ("D02", "住房和城乡建设局")):
            make.unit(
                session,
                name,
                code=code,
                parent=county,
                kind=UnitKind.AGENCY,
                basis=CountKind.STAFF,
                head_count=30,
            )
        load_library(session, kit.clock(), few_types)
    return kit


@pytest.fixture
def chat(house):
    return Chat(house)
