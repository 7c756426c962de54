"""The units with their registered people and rates, one level at a time, as of a day."""

from typing import NamedTuple

from flask import Blueprint, g, render_template, request

from admin.forms import UnitFilter
from admin.parts import Sheet, sheet
from admin.tree import Reach, Tree, found
from bot.kit import kit
from bot.registry.rates import UnitRate, rate_rows
from core.clock import county_date
from core.errors import NotAllowed, NotFound

bp = Blueprint("units", __name__)


class Listing(NamedTuple):
    """What one page shows: where we stand, the path there, and the rows of one sheet."""

    here: UnitRate | None
    path: list[UnitRate]
    sheet: Sheet[UnitRate]


@bp.get("/units")
def show() -> str:
    form = UnitFilter(request.args)
    form.validate()
    day, warning = form.chosen_day(today := county_date(kit().clock()))
    with kit().db.reading() as session:
        tree = Tree(rate_rows(session, day))
    shown = listing(tree, form.parent.data or "", form.find.data or "", g.reach, form.page.data or 1)
    asked = {"form": form, "day": day, "today": today, "warning": warning}
    return render_template("units.html", tree=tree, **asked, **shown._asdict())


def listing(tree: Tree, parent: str, find: str, reach: Reach, page: int) -> Listing:
    """The children of `parent`, or what the search finds below it; without one, the person's top units."""
    top = tree.top(reach)
    if not parent and len(top) == 1:
        parent = top[0].code
    path = allowed_path(tree, parent, reach)
    if find:
        rows = found(tree.under([parent] if parent else [row.code for row in top]), find)
    else:
        rows = tree.below[parent] if parent else top
    return Listing(path[-1] if path else None, path, sheet(rows, page))


def allowed_path(tree: Tree, parent: str, reach: Reach) -> list[UnitRate]:
    """The steps down to `parent` that the person may see. Raises NotFound, NotAllowed."""
    if not parent:
        return []
    if parent not in tree.by_code:
        raise NotFound("这一天没有这个单位。它可能还没有设立，或已经撤并；请换一个日期，或回到单位列表。")
    if not tree.within(parent, reach):
        raise NotAllowed("您只能查看本单位和下级单位。")
    return [step for step in tree.path(parent) if tree.within(step.code, reach)]
