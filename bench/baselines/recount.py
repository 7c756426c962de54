"""Rates by a plain recount: for each day every event summed by unit, then rolled up today's tree."""

from datetime import date

from sqlalchemy import Connection, Engine, text

SUMS = text("SELECT unit_id, SUM(delta) FROM registration_events WHERE day <= :day GROUP BY unit_id")
UNITS = text("SELECT id, parent_id FROM units")
HEADS = text("SELECT unit_id, MAX(count) FROM head_counts GROUP BY unit_id")


def rates(engine: Engine | Connection, days: list[date]) -> list[dict[int, float | None]]:
    """The rate of every unit on each of the days."""
    with engine.connect() as connection:
        parents = dict(connection.execute(UNITS).tuples().all())
        heads = dict(connection.execute(HEADS).tuples().all())
        return [_on(connection, day, parents, heads) for day in days]


def _on(
    connection: Connection, day: date, parents: dict[int, int | None], heads: dict[int, int]
) -> dict[int, float | None]:
    total = dict.fromkeys(parents, 0)
    for unit_id, people in connection.execute(SUMS, {"day": day}):
        above: int | None = unit_id
        while above is not None:
            total[above] += int(people)
            above = parents[above]
    return {unit: count / heads[unit] if heads.get(unit) else None for unit, count in total.items()}


def village_ids(connection: Connection) -> list[int]:
    """The units people are put into."""
    return list(connection.scalars(text("SELECT id FROM units WHERE kind = 'village' ORDER BY id")))
