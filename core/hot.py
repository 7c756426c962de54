"""Statements that every message needs: compiled once, run on the driver's own cursor, at a third of the usual price."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

Row = tuple[Any, ...]
Process = Callable[[Any], Any] | None


class _Compiled(NamedTuple):
    text: str
    order: tuple[str, ...] | None
    """The names of the values in the driver's order; None where it takes them by name."""
    fixed: dict[str, Any]
    given: dict[str, Process]
    results: tuple[Process, ...]


class Hot:
    """One statement for every kind of database. It may have no values but plain parameters."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Any, dialect: Dialect, values: Mapping[str, Any]) -> list[Row]:
        """Its rows; [] for a statement that has none. Raises the driver's own errors."""
        ready = self._compiled.get(dialect.name) or self._compile(dialect)
        said = {**ready.fixed, **values}
        for name, process in ready.given.items():
            if process is not None:
                said[name] = process(said[name])
        cursor = connection.cursor()
        try:
            cursor.execute(ready.text, said if ready.order is None else [said[name] for name in ready.order])
            if not ready.results:
                return []
            return [_row(ready.results, row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> _Compiled:
        made = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        columns = getattr(self._statement, "selected_columns", ())
        ready = _Compiled(
            str(made),
            tuple(made.positiontup) if made.positional else None,
            {name: value for name, value in made.params.items() if value is not None},
            {
                name: bind.type.dialect_impl(dialect).bind_processor(dialect)
                for name, bind in made.binds.items()
            },
            tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
        )
        self._compiled[dialect.name] = ready
        return ready


def _row(results: tuple[Process, ...], row: Row) -> Row:
    return tuple([
        value if process is None else process(value) for process, value in zip(results, row, strict=True)
    ])  # fmt: skip


class Alone:
    """Connections of the driver's on which every statement is its own transaction.

    What changes more than one row of the ledger does not come this way, so PostgreSQL need not wait for the disk here.
    """

    def __init__(self, bind: Engine | Connection) -> None:
        self.dialect, self._bind = bind.dialect, bind
        self._pool = self._opened()

    def renew(self) -> None:
        """Leave all connections alone and open others: after a fork, or when one was found dead."""
        self._pool = self._opened()

    def _opened(self) -> Any:
        if isinstance(self._bind, Connection):
            return None
        pool = self._bind.pool.recreate()

        @event.listens_for(pool, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            self.dialect.set_isolation_level(connection, "AUTOCOMMIT")
            if self.dialect.name == "postgresql":
                # As SQLite's synchronous=NORMAL: a crash of the machine may take the last half second.
                connection.execute("SET synchronous_commit = off")

        return pool

    def run(self, hot: Hot, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement. Raises what a session would raise."""
        if isinstance(self._bind, Connection):  # a test holds one connection and undoes everything at its end
            with self._bind.begin_nested():
                return self._run(hot, self._bind.connection, values)
        try:
            connection = self._pool.connect()
        except self.dialect.loaded_dbapi.Error as error:
            raise self._named(error, lost=False) from error
        try:
            return self._run(hot, connection, values)
        finally:
            connection.close()

    def _run(self, hot: Hot, connection: Any, values: Mapping[str, Any]) -> list[Row]:
        try:
            return hot.run(connection, self.dialect, values)
        except self.dialect.loaded_dbapi.Error as error:
            lost = self.dialect.is_disconnect(error, connection, None)
            if lost:
                connection.invalidate(error)
                if isinstance(self._bind, Engine):
                    self._bind.dispose()  # those of the sessions are as old
            raise self._named(error, lost) from error

    def _named(self, error: Exception, lost: bool) -> Exception:
        """The driver's error as SQLAlchemy's, without the words it quotes."""
        base = self.dialect.loaded_dbapi.Error
        return DBAPIError.instance(
            "", None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=self.dialect
        )
