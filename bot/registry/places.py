"""Where the units of a day stand: paths, what lies below what, and whom people can register with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.registry.models import UnitKind
from bot.registry.units import ARROW, NOBODY_IN, PlacedUnit
from core.errors import NotAllowed, NotFound

Reach = frozenset[str] | None
"""Unit codes a person may see, each with all below it; None = the whole county."""


class Places:
    """The tree of one day (`bot.registry.units.unit_tree`), read once and asked many times."""

    def __init__(self, tree: Mapping[int, PlacedUnit]) -> None:
        self.by_id = tree
        self.by_code = {unit.code: unit for unit in tree.values()}
        self._below: dict[int | None, list[PlacedUnit]] = defaultdict(list)
        for unit in tree.values():
            self._below[unit.parent_id if unit.parent_id in tree else None].append(unit)

    def steps(self, unit: PlacedUnit) -> list[PlacedUnit]:
        """From the top unit down to the unit itself."""
        way = [unit]
        while (above := self.by_id.get(way[-1].parent_id or 0)) and above not in way:
            way.append(above)
        return way[::-1]

    def path(self, unit: PlacedUnit) -> str:
        """乌兰镇 › 东风嘎查, without the county itself."""
        return ARROW.join(
            step.name for step in self.steps(unit) if step.kind != UnitKind.COUNTY or step == unit
        )

    def under(self, top: Iterable[PlacedUnit]) -> list[PlacedUnit]:
        """These units and all below them, each under its parent."""
        found: dict[int, PlacedUnit] = {}
        waiting = list(top)[::-1]
        while waiting:
            unit = waiting.pop()
            if unit.id not in found:
                found[unit.id] = unit
                waiting += self._below[unit.id][::-1]
        return list(found.values())

    def has_below(self, unit: PlacedUnit) -> bool:
        """Whether any unit stands under it."""
        return bool(self._below.get(unit.id))

    def within(self, reach: Reach) -> list[PlacedUnit]:
        """Everything a person may see."""
        if reach is None:
            return self.under(self._below[None])
        return self.under(unit for code in sorted(reach) if (unit := self.by_code.get(code)))

    def chosen(self, code: str, reach: Reach) -> PlacedUnit:
        """The unit with this code, when the person may see it. Raises NotFound, NotAllowed."""
        unit = self.by_code.get(code)
        if unit is None:
            raise NotFound("没有这个单位，可能已经撤并。请回到列表重新选择。")
        if reach is not None and not any(step.code in reach for step in self.steps(unit)):
            raise NotAllowed("您只能办理本单位和下级单位的事。")
        return unit


def takes_people(unit: PlacedUnit) -> bool:
    """Whether people can register with the unit itself."""
    return unit.kind not in NOBODY_IN
