"""Two people leave: whatever was known of them is looked for, byte by byte, in everything that keeps bytes."""

import json
import secrets
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
import redis
from sqlalchemy import create_engine, func, inspect, text
from sqlalchemy import select as query
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot import answering, tasks
from bot.content.models import Asked
from bot.push import notes
from bot.push.models import Note
from bot.registry.models import Cursor, EventKind, FamilyMember, Follower, RegistrationEvent
from bot.registry.verify import verify
from bot.talk.models import Dialogue, Inbound
from core.clock import county_date
from core.db import connect
from core.wechat.incoming import Incoming
from lab.running import LabThread
from tests.chaos import kit as tools

WITHIN_S = 60
PLACES = ("scene", "known", "unknown", "link", "called", "half", "note", "numbered")


def canary():
    """Twelve letters that stand nowhere else; nothing that looks like a number or an account, masked on arrival."""
    return "zk" + "".join(secrets.choice("bdfghkmnprst") for _ in range(10))


@dataclass
class Person:
    """A fan of the lab with a canary in every place that holds something personal."""

    fan: object
    phone: str = field(default_factory=lambda: f"13{secrets.randbelow(10**9):09d}")
    marks: dict[str, str] = field(default_factory=lambda: {place: canary() for place in PLACES})

    @property
    def traces(self) -> dict[str, bytes]:
        """Everything to look for, in small letters: the openid also cut in two, as a mask would show it."""
        openid = self.fan.openid.lower()
        found = {"openid": openid, "its beginning": openid[:12], "its end": openid[-12:], "phone": self.phone}
        return {name: value.encode() for name, value in (found | self.marks).items()}

    def say(self, words: str) -> str:
        return self.fan.say(words)["shown"]

    def tells_everything(self) -> None:
        self.fan.follow(scene=self.marks["scene"])
        self.say("登记")
        self.say("民政局")
        assert "登记成功" in self.say("1")
        assert "年龄段" in self.say("居民")
        self.say("2")
        assert "记下" in self.say(self.phone)
        self.say("家人")
        self.say("添加")
        self.say(self.marks["called"])
        self.say("1")
        assert self.marks["called"] in self.say("1")
        assert "刷单" in self.say(f"{tools.KNOWN}{self.marks['known']}")
        self.say(f"草场西边的鸟窝{self.marks['unknown']}是谁家的")
        self.say(f"树上的鸟窝{self.marks['numbered']}是{self.phone}家的")
        self.fan.send("link", title=f"鸟窝{self.marks['link']}", description="看看", url="http://127.0.0.1/x")
        assert self.marks["called"] in self.say("我的")
        self.say("家人")
        self.say("添加")
        self.say(self.marks["half"])


def put_down(site, person):
    """A message not yet sent, a sync cut off just after this person, an event that came while the database was away."""
    kit, now = site.kit, site.kit.clock()
    with kit.db.transaction() as session:
        follower_id = session.scalar(query(Follower.id).where(Follower.openid == person.fan.openid))
        later = now.replace(year=now.year + 1)
        notes.owe(session, f"in:{canary()}:2", follower_id, f"还没发出的话{person.marks['note']}", later)
        state = {
            "next": person.fan.openid,
            "started_at": now.isoformat(),
            "complete": False,
            "added": 0,
            "seen": 1,
        }
        session.merge(Cursor(name="followers", state=json.dumps(state), at=now))
    event = Incoming(
        f"e:{person.fan.openid}:s",
        person.fan.openid,
        "",
        now,
        "event",
        event="subscribe",
        scene=person.marks["scene"],
    )
    kit.spool.add(answering.spooled(event))


def found_in(kind, data, people):
    """Where something of these people stands: lines "place: name of the trace"."""
    small = data.lower()
    return [f"{kind}: {name}" for person in people for name, trace in person.traces.items() if trace in small]


def files_with(site, people):
    """Every file of the data folder; the wal and shm files, the queue, the spool and the logs lie there too."""
    files = [file for file in site.house.folder.rglob("*") if file.is_file()]
    return [line for file in files for line in found_in(file.name, file.read_bytes(), people)]


def tables_with(site, people):
    """Every column of every table, as text."""
    engine = create_engine(site.house.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            yield from found_in(table, "\n".join(map(repr, map(tuple, rows))).encode(), people)


def redis_with(site, people):
    if not site.house.redis_url:
        return
    with redis.Redis.from_url(site.house.redis_url) as store:
        for key in store.scan_iter():
            yield from found_in("redis", key + (store.dump(key) or b""), people)


def traces_of(site, *people):
    return [*files_with(site, people), *tables_with(site, people), *redis_with(site, people)]


def count(site, table, *conditions):
    wanted = query(func.count()).select_from(table).where(*conditions)
    return tools.look(site.kit, lambda session: session.scalar(wanted))


def faults(site):
    return tools.look(site.kit, lambda session: verify(session, county_date(site.kit.clock())))


def check_books(site):
    """One person is left; two joined and left; nothing is lost from the counts."""
    assert not faults(site)
    assert count(site, RegistrationEvent, RegistrationEvent.kind == EventKind.JOINED) == 3
    assert count(site, RegistrationEvent, RegistrationEvent.kind == EventKind.LEFT) == 2
    assert count(site, Follower, Follower.unit_id.is_not(None)) == 1
    assert count(site, Asked) >= 3 and count(site, Inbound) > 30
    for table in (Note, FamilyMember, Dialogue):
        assert count(site, table) == 1


def leave(site, gone, erased):
    """One unfollows, one says so in two steps."""
    assert gone.fan.unfollow()["http"] == 200
    erased.say("注销")
    assert "已经注销" in erased.say("确认注销")


def three_people(lab, site):
    """Two who will go, and one who stays: what the search finds of that one shows that it can find."""
    people = [Person(lab.fan()) for _ in range(3)]
    for person in people:
        person.tells_everything()
        put_down(site, person)
    return people


@pytest.fixture
def lab():
    with LabThread(tools.lab_options()) as running:
        yield running


def opened(site, lab):
    lab.connect(f"{site.house.url}/wechat", "safe")
    site.house.more = {"LOG_LEVEL": "INFO"}
    return site


def test_nothing_of_two_people_who_left_is_found_in_any_byte(site_on, lab):
    site = opened(site_on("sqlite", api_base=lab.url), lab)
    with site.house.serving(2, 4):
        stays, gone, erased = three_people(lab, site)
        tasks.replay_spool(site.kit)
        known = set(traces_of(site, gone))
        assert {line.partition(": ")[2] for line in known} >= set(gone.traces) - {"phone", "numbered"}
        assert not faults(site)
        leave(site, gone, erased)
        tasks.scrub(site.kit)
        assert not traces_of(site, gone, erased)
        assert traces_of(site, stays)
    check_books(site)


@pytest.mark.long
@pytest.mark.parametrize(("backend", "with_redis"), [("sqlite", False), ("postgresql", True)])
def test_within_a_minute_nothing_is_left_while_everything_runs(backend, with_redis, site_on, lab):
    site = opened(site_on(backend, api_base=lab.url), lab)
    house = site.house
    with ExitStack() as running:
        if with_redis:
            server = tools.OwnRedis(house.folder)
            running.callback(server.kill)
            house.redis_url = server.url
        for context in (house.running("worker"), house.running("scheduler"), house.serving(2, 4)):
            running.enter_context(context)
        stays, gone, erased = three_people(lab, site)
        tools.until(site.kit.spool.empty, 20, "the spool is replayed")
        assert traces_of(site, gone) and traces_of(site, erased)
        leave(site, gone, erased)
        tools.until(lambda: not traces_of(site, gone, erased), WITHIN_S, "nothing of them is left")
        assert traces_of(site, stays)
    assert not files_with(site, (gone, erased)), "left behind when everything stopped"
    check_books(site)


@pytest.mark.long
def test_sqlite_forgets_people_scattered_over_many_pages(site_on, lab):
    """Rows that were moved between pages leave copies in free space; those must be overwritten, too."""
    site = opened(site_on("sqlite", api_base=lab.url), lab)
    with site.house.serving(2, 4):
        people = [Person(lab.fan()) for _ in range(60)]
        for person in people:
            person.tells_everything()
        for person in people[::2]:
            person.fan.unfollow()
        tasks.scrub(site.kit)
        assert not traces_of(site, *people[::2])
        assert not faults(site)


@pytest.mark.parametrize("url", ["sqlite://"])
def test_an_error_of_the_database_does_not_quote_what_people_said(url):
    said = canary()
    engine = connect(url)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as failure:
        connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": said})
    assert said not in str(failure.value)
    engine.dispose()
