"""A numbered list that forgets its oldest rows."""

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """A row that carries the number the log gave it."""

    id: int


Row = TypeVar("Row", bound=Numbered)


class Log(Generic[Row]):
    """Rows numbered 1, 2, 3 …; finding one by number and paging are index arithmetic."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self._rows: list[Row] = []
        self._first = 1

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def next_id(self) -> int:
        return self._first + len(self._rows)

    @property
    def first_id(self) -> int:
        return self._first

    def append(self, row: Row) -> Row:
        """Give the row its number and keep it; a tenth is forgotten when the log is full."""
        row.id = self.next_id
        self._rows.append(row)
        if len(self._rows) > self.keep:
            gone = self.keep // 10 or 1
            del self._rows[:gone]
            self._first += gone
        return row

    def restore(self, rows: list[Row], first: int) -> None:
        """Take rows that already have consecutive numbers from `first` on."""
        self._rows, self._first = rows, first

    def find(self, number: int) -> Row | None:
        index = number - self._first
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def after(self, number: int) -> Iterator[Row]:
        for index in range(max(0, number + 1 - self._first), len(self._rows)):
            yield self._rows[index]

    def page(self, after: int, limit: int, keep: Callable[[Row], bool] | None = None) -> list[Row]:
        """At most `limit` rows with a number above `after`, oldest first."""
        found: list[Row] = []
        for row in self.after(after):
            if len(found) >= limit:
                break
            if keep is None or keep(row):
                found.append(row)
        return found

    def latest(self, limit: int) -> list[Row]:
        return self._rows[-limit:] if limit else []

    def clear(self) -> None:
        """Forget the rows, never the numbering: an old number must not mean a new row."""
        self._first = self.next_id
        self._rows = []
