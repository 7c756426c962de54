"""The database: one base class, one kind of timestamp, two ways in — `reading` and `transaction`."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, TypeDecorator, create_engine, event, text
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from core.clock import monotonic
from core.errors import DatabaseAway, TryAgain
from core.hot import Alone, Hot, Row
from core.patience import PatientConnection, seconds_left, within

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_WAIT_S = 2.0  # how long a writer waits for SQLite's one write lock
REST_S = 1.0  # how long the door stays shut after the database was found away
CHECKPOINT_WAIT_MS = 200  # writers wait meanwhile, so it is short
SERVER: dict[str, Any] = {
    "pool_timeout": 2,
    "pool_size": 8,
    "hide_parameters": True,
}  # people's words stay out of logs
Sessions = sessionmaker[Session]
PING_S = 0.8  # for the question whether a connection is alive; finding another needs time as well
CONNECT_S = 2  # the shortest that PostgreSQL's library knows
FRESH_S = (
    5.0  # a connection that was used this shortly ago is taken without asking the server whether it is alive
)
ALONE, AUTOCOMMIT = (
    {"alone": True},
    {"isolation_level": "AUTOCOMMIT"},
)  # SQLite needs no word of it, the others do
COLLISIONS = {"40001", "40P01", 1205, 1213}  # serialisation and deadlock, PostgreSQL then MariaDB
NO_TABLE = {"42P01", "42S02"}  # PostgreSQL, MariaDB


class NoTables(DatabaseAway):
    """The database answers, but nobody made its tables yet."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime that comes back aware on every database, with microseconds."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        mysql = dialect.name in ("mysql", "mariadb")
        return dialect.type_descriptor(DATETIME(fsp=6) if mysql else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


LARGEST_ID = 2**31 - 1
"""No row has a larger one; PostgreSQL will not even compare with it, so what comes from an address is held against it."""
Id = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: dict[Any, Any] = {datetime: Moment}


@compiles(CreateTable, "mysql", "mariadb")
def _case_matters(create: CreateTable, compiler: Any, **options: Any) -> str:
    """openids differ by case alone, and residents write emoji: every table is utf8mb4, compared byte by byte."""
    return f"{compiler.visit_create_table(create, **options)} CHARSET=utf8mb4 COLLATE=utf8mb4_bin"


class Look:
    """One look at the database: single statements, and a session for who needs one."""

    def __init__(
        self, ask: Callable[[Hot, Mapping[str, Any]], list[Row]], sessions: Callable[[], Session]
    ) -> None:
        self.ask = ask
        """Run one statement and return its rows."""
        self._sessions = sessions
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Made when first asked for; most messages are answered without one."""
        if self._session is None:
            self._session = self._sessions()
        return self._session

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class Database:
    """Hands out sessions. Doors open them; rooms receive them.

    When the database was found away, writers are refused at once for REST_S; then one of them tries again.
    Residents get their answer from memory instead of waiting in a queue for a lock.
    """

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind
        self.dialect = bind.dialect.name
        self._alone = Alone(bind)
        driver = bind.dialect.loaded_dbapi
        self._driver_errors = (driver.OperationalError, driver.InterfaceError)
        self._reading, self._writing = _two_ways(bind)
        self._one_writer = threading.Lock() if self.dialect == "sqlite" else None
        self._shut_until = 0.0
        self._probe = threading.Lock()

    def after_fork(self) -> None:
        """Leave the parent's connections to the parent; a forked process opens its own."""
        if isinstance(self.bind, Engine):
            self.bind.dispose(close=False)
            self._alone.renew()

    @property
    def away(self) -> bool:
        """True while writers are refused without being tried."""
        return monotonic() < self._shut_until

    def trip(self) -> None:
        """Note that the database did not answer in time."""
        self._shut_until = monotonic() + REST_S

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; nothing it does is kept. SQLite lets readers in while somebody writes."""
        admitted = nullcontext() if self.dialect == "sqlite" else self._admitted()
        with self._failures_named(), admitted, self._reading() as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Look]:
        """As `reading`, without the price of a session for those who do without."""
        admitted = nullcontext() if self.dialect == "sqlite" else self._admitted()
        with self._failures_named(), admitted:
            look = Look(self._alone.run, self._connected)
            try:
                yield look
            finally:
                look.close()

    def _connected(self) -> Session:
        session = self._reading()
        with self._failures_named():
            session.connection()
        return session

    def tell(self, hot: Hot, values: Mapping[str, Any]) -> None:
        """Run one writing statement that is its own transaction: one round trip instead of three.

        Raises as `transaction` does.
        """
        with self._failures_named(), self._admitted(), self._turn():
            self._alone.run(hot, values)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit on the way out, roll back on any exception.

        Raises DatabaseAway when the database is down or its write lock is held, TryAgain after a deadlock.
        """
        with self._failures_named(), self._admitted(), self._turn(), self._writing.begin() as session:
            yield session

    def scrub(self) -> bool:
        """Empty SQLite's write-ahead log, which still holds what was erased; False while somebody reads from it.

        Other databases keep their logs to themselves: there is nothing to do.
        """
        if self.dialect != "sqlite":
            return True
        with self._failures_named(), self._reading() as session:
            session.execute(text(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MS}"))
            try:
                busy, *_ = session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                session.execute(text(f"PRAGMA busy_timeout={int(LOCK_WAIT_S * 1000)}"))
        return not busy

    @contextmanager
    def _admitted(self) -> Iterator[None]:
        """While the database rests nobody may try; afterwards one at a time, until one succeeds."""
        if seconds_left() == 0:
            raise DatabaseAway("no time left")
        if not self._shut_until:
            yield
            return
        if self.away or not self._probe.acquire(blocking=False):
            raise DatabaseAway("resting")
        try:
            yield
            self._shut_until = 0.0
        finally:
            self._probe.release()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer: threads of one process queue here instead of polling its lock."""
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=seconds_left(LOCK_WAIT_S) or 0):
            raise DatabaseAway("another thread is writing")
        try:
            yield
        finally:
            self._one_writer.release()

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, ProgrammingError, PoolTimeout) as error:
            if _codes(error) & NO_TABLE or "no such table" in str(error):  # SQLite has no code for it
                raise NoTables from error
            if isinstance(error, ProgrammingError):
                raise
            if _codes(error) & COLLISIONS:
                raise TryAgain from error
            self.trip()
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                self._alone.renew()  # what cost one connection its life has cost all of them theirs
            raise DatabaseAway(type(error).__name__) from error
        except self._driver_errors as error:  # of PyMySQL, while a connection is being prepared
            self.trip()
            self._alone.renew()
            raise DatabaseAway(type(error).__name__) from error


def _codes(error: Exception) -> set[object]:
    """The SQLSTATE that PostgreSQL and MariaDB give, and the driver's own number: a lock that timed out has only that."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return {getattr(original, "sqlstate", None), *(original.args[:1] if original else ())}


def _two_ways(bind: Engine | Connection) -> tuple[Sessions, Sessions]:
    if isinstance(bind, Connection):  # a test holds one connection and undoes everything at its end
        one = sessionmaker(bind, join_transaction_mode="create_savepoint")
        return one, one
    looking = bind.execution_options(**ALONE if bind.dialect.name == "sqlite" else AUTOCOMMIT)
    return sessionmaker(looking, autoflush=False), sessionmaker(bind.execution_options(writes=True))


def connect(url: str, patience_s: float = 60.0) -> Engine:
    """An engine for SQLite (WAL), PostgreSQL or MariaDB/MySQL; no statement takes longer than `patience_s` seconds."""
    if url.startswith("sqlite"):
        args: dict[str, Any] = {"timeout": LOCK_WAIT_S, "check_same_thread": False}
        engine = create_engine(url, connect_args=args, hide_parameters=True)
        _make_sqlite_strict(engine)
        return engine
    if url.startswith("postgresql"):
        limits = f"-c statement_timeout={int(patience_s * 1000)} -c lock_timeout={int(patience_s * 1000)}"
        args = {"connect_timeout": CONNECT_S, "options": limits}
        return _checked(create_engine(url, connect_args=args, **SERVER), patience_s)
    wait = max(1, int(patience_s))
    args = {"connect_timeout": CONNECT_S, "read_timeout": wait, "write_timeout": wait}
    args["init_command"] = f"SET SESSION innodb_lock_wait_timeout={wait}, time_zone='+00:00'"
    options: dict[str, Any] = {"isolation_level": "READ COMMITTED", "pool_recycle": 3600}
    return _checked(create_engine(url, connect_args=args, **SERVER, **options), patience_s)


def _checked(engine: Engine, patience_s: float) -> Engine:
    """Ask the server whether a connection is alive before it is used, unless it was used a moment ago.

    A thread's limit holds for connecting and asking, too. PyMySQL knows nothing of limits but its own time-outs for
    each reading, so these follow it.
    """

    event.listen(engine, "do_connect", _connection)

    def limit(connection: Any) -> None:
        if engine.dialect.name != "postgresql":
            connection._read_timeout = connection._write_timeout = _wait(patience_s)

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("used", monotonic()) >= FRESH_S:
            try:
                with within(PING_S):
                    limit(connection)
                    engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError from error  # the pool opens another
        limit(connection)

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info["used"] = monotonic()

    return engine


def _connection(dialect: Dialect, _record: Any, words: Any, named: Any) -> Any:
    if seconds_left() == 0:
        raise dialect.loaded_dbapi.OperationalError("no time left to connect")
    if dialect.name == "postgresql":
        return PatientConnection.connect(*words, **named)
    waits = ("connect_timeout", "read_timeout", "write_timeout")
    return dialect.loaded_dbapi.connect(*words, **named | {name: _wait(named[name]) for name in waits})


def _wait(at_most: float) -> float:
    left = seconds_left(at_most)
    return at_most if left is None else max(0.1, left)


def _make_sqlite_strict(engine: Engine) -> None:
    """WAL, foreign keys, deleted data overwritten, and real BEGINs, so that it behaves as PostgreSQL does."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("alone"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it stands now, whatever others write meanwhile."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection
