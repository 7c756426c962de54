"""Where a page of the rates stands: the unit asked for, the way down to it, and what the person may see there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import g, request

from admin.forms_rates import RateFilter
from admin.tree import Tree
from bot.kit import kit
from bot.registry.models import CountKind
from bot.registry.rates import Programme, UnitRate
from core.clock import county_date
from core.errors import NotAllowed, NotFound

Form = TypeVar("Form", bound=RateFilter)
NO_UNIT = "这一天没有这个单位。它可能还没有设立，或已经撤并；请换一个日期，或回到上级单位。"
KEPT = ("programme", "kind", "sort", "among", "span", "target", "since", "late")
"""What goes along from page to page."""


@dataclass(frozen=True)
class Asked(Generic[Form]):
    """What the address asks for, understood."""

    form: Form
    today: date
    day: date
    warning: str
    programme: Programme
    kind: CountKind | None

    @property
    def kept(self) -> dict[str, str]:
        """The words of the address that a link to another unit or page takes along."""
        words = {name: request.args[name] for name in KEPT if request.args.get(name)}
        return words | ({"day": self.day.isoformat()} if self.day != self.today else {})


def ask(form: Callable[[Mapping[str, str]], Form]) -> Asked[Form]:
    """Read the address into this form."""
    asked = form(request.args)
    asked.validate()
    day, warning = asked.chosen_day(today := county_date(kit().clock()))
    return Asked(asked, today, day, warning, asked.chosen_programme(), asked.chosen_kind())


@dataclass(frozen=True)
class Standing:
    """`here` is None where the person has several top units and chose none: `below` are these then."""

    tree: Tree
    here: UnitRate | None
    path: list[UnitRate]
    below: list[UnitRate]

    @property
    def title(self) -> str:
        return self.here.name if self.here else "全部单位"


def stand(rows: Sequence[UnitRate], parent: str) -> Standing:
    """Where the person stands who asks for `parent`, "" for the top. Raises NotFound, NotAllowed."""
    tree = Tree(rows)
    top = tree.top(g.reach)
    if not parent and len(top) == 1:
        parent = top[0].code
    if not parent:
        return Standing(tree, None, [], top)
    if parent not in tree.by_code:
        raise NotFound(NO_UNIT)
    if not tree.within(parent, g.reach):
        raise NotAllowed("您只能查看本单位和下级单位。")
    path = [step for step in tree.path(parent) if tree.within(step.code, g.reach)]
    return Standing(tree, path[-1], path, tree.below[parent])


def about(asked: Asked[Any], place: Standing) -> dict[str, Any]:
    """What every template of the rates reads."""
    return {
        "asked": asked, "form": asked.form, "day": asked.day, "today": asked.today, "warning": asked.warning,
        "kept": asked.kept, "here": place.here, "path": place.path, "title": place.title, "empty_county": not place.tree.rows,
        "app": asked.programme is Programme.APP,
    }  # fmt: skip
