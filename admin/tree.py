"""Choosing from a day's rate rows what one page of units shows: the path down, the units there, a search."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.registry.rates import UnitRate

Reach = frozenset[str] | None
"""Unit codes a person may see, each with all below it; None = the whole county."""


class Tree:
    """The rate rows of one day, by code and by parent; one whose parent is not among them is a top unit."""

    def __init__(self, rows: Sequence[UnitRate]) -> None:
        self.rows = rows
        self.by_code = {row.code: row for row in rows}
        self.below: dict[str, list[UnitRate]] = defaultdict(list)
        for row in rows:
            self.below[row.parent if row.parent in self.by_code else ""].append(row)

    def path(self, code: str) -> list[UnitRate]:
        """From the top unit down to the unit itself; empty when there is no such unit that day."""
        steps: list[UnitRate] = []
        row = self.by_code.get(code)
        while row and row not in steps:
            steps.append(row)
            row = self.by_code.get(row.parent or "")
        return steps[::-1]

    def within(self, code: str, reach: Reach) -> bool:
        """Whether the person may see the unit: it, or a unit above it, is in their reach."""
        return reach is None or any(step.code in reach for step in self.path(code))

    def top(self, reach: Reach) -> list[UnitRate]:
        """The highest units the person may see."""
        if reach is None:
            return self.below[""]
        held = [row for row in self.rows if row.code in reach]
        return [row for row in held if not self.within(row.parent or "", reach)]

    def under(self, codes: Iterable[str]) -> list[UnitRate]:
        """The units and everything below them, in tree order."""
        reach = frozenset(codes)
        return [row for row in self.rows if self.within(row.code, reach)]


def found(rows: Sequence[UnitRate], words: str) -> list[UnitRate]:
    """The units whose name or code contains every word."""
    wanted = words.casefold().split()
    return [row for row in rows if all(w in f"{row.name} {row.code}".casefold() for w in wanted)]
