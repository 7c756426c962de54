"""What can go wrong that a person should hear about.

Rooms raise refusals; doors turn them into a chat reply, a flash message or a log line.
Anything else that escapes a room is a bug and is logged with its traceback.
"""


class Refusal(Exception):
    """A rule of the product said no. `message` is shown to the person as it stands."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refusal):
    status = 404


class NotAllowed(Refusal):
    status = 403


class Conflict(Refusal):
    """Someone else changed it first, or it already exists."""

    status = 409


class RowErrors(Refusal):
    """A file was refused: `rows` names every fault as (row number, column, sentence); nothing was kept."""

    def __init__(self, rows: list[tuple[int, str, str]]) -> None:
        self.rows = rows
        shown = "\n".join(f"第 {row} 行“{column}”：{fault}" for row, column, fault in rows[:50])
        more = f"\n……共 {len(rows)} 处" if len(rows) > 50 else ""
        super().__init__(f"文件有问题，一行也没有采用：\n{shown}{more}")


class DatabaseAway(Exception):
    """The database cannot be written now: it is down, hung, or another process holds its write lock."""


class TryAgain(Exception):
    """Two transactions met (deadlock, serialisation); the loser may run again from the start."""
