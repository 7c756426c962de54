"""How a benchmark speaks: a table for people, one JSON line for machines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """Rows of one benchmark, and the figures its JSON line holds."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[object]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def show(self) -> None:
        print(f"\n{self.title}")
        shown = [list(map(_cell, row)) for row in (self.columns, *self.rows)]
        widths = [max(_width(row[n]) for row in shown) for n in range(len(self.columns))]
        for row in shown:
            print(
                "  "
                + "  ".join(
                    cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
                )
            )
        for note in self.notes:
            print(f"  {note}")


Bench = Callable[[Mapping[str, str]], Report]


def _cell(value: object) -> str:
    return (
        f"{value:.3g}"
        if isinstance(value, float) and value < 100
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")
