"""The ranking as a page and as a file: which units are compared, and what the bands are called."""

from collections.abc import Callable, Sequence

from admin.parts import word
from admin.tree import Reach, Tree
from bot.registry.models import UnitKind
from bot.registry.ranking import CONFIDENCE, SMALLEST, Band, Ranking
from bot.registry.rates import UnitRate
from core.sheets_out import Cell, Percent, Table

BELOW = "直接下级单位"
NOTES = (
    f"同样大小的单位之间比。名次按“保守比率”排：威尔逊区间（{CONFIDENCE:.0%}）的下限，人少的单位偶然因素大，下限也低。",
    f"应登记人数不足 {SMALLEST} 人、没有人数、没有上报、下级人数或上报不全、比率超过 100% 的单位不参加排名。名次相同的并列。",
)


def competitors(tree: Tree, here: UnitRate | None, below: Sequence[UnitRate], among: str) -> list[UnitRate]:
    """The units to be compared: those right below, or all of one kind below."""
    pool = below if not among else [row for row in everything(tree, here, below) if str(row.kind) == among]
    return [row for row in pool if row.kind != UnitKind.GROUP]


def everything(tree: Tree, here: UnitRate | None, below: Sequence[UnitRate]) -> list[UnitRate]:
    return tree.under([here.code] if here else [row.code for row in below])


def kinds(tree: Tree, here: UnitRate | None, below: Sequence[UnitRate]) -> dict[str, str]:
    """What may be compared: the kinds of units there are below, by their words."""
    own = here.code if here else ""
    held = {row.kind for row in everything(tree, here, below) if row.code != own}
    return {"": BELOW} | {
        str(kind): f"所有{word(kind)}" for kind in UnitKind if kind in held - {UnitKind.GROUP}
    }


def band_name(band: Band) -> str:
    return f"{band.least:,}–{band.most:,} 人" if band.most else f"{band.least:,} 人以上"


def moved(place: int, before: int | None) -> str:
    """How the place changed: ↑2, ↓1, 持平, 新 for one that had none."""
    if before is None:
        return "新"
    return f"↑{before - place}" if place < before else f"↓{place - before}" if place > before else "持平"


def above(tree: Tree, row: UnitRate, reach: Reach) -> str:
    """The name of the unit above, where the person may see it: villages of two towns may bear the same name."""
    parent = tree.by_code.get(row.parent or "")
    return parent.name if parent and tree.within(parent.code, reach) else ""


def ranking_table(
    title: str, found: Ranking, parents: Callable[[UnitRate], str], notes: Sequence[str]
) -> Table:
    """The ranking as a file; `parents` names the unit above a unit."""
    rows = [
        [
            *_who(band_name(band), each.place, each.row, parents),
            Percent(each.low),
            moved(each.place, each.before),
        ]
        for band in found.bands
        for each in band.ranked
    ]
    rows += [[*_who("不参加排名", "—", each.row, parents), "—", each.why] for each in found.unranked]
    headings = [
        "分组",
        "名次",
        "编号",
        "单位",
        "上级",
        "应有人数",
        "已有人数",
        "比率",
        "保守比率",
        "比上周名次",
    ]
    return Table(title, headings, rows, [*NOTES, *notes])


def _who(group: str, place: int | str, row: UnitRate, parents: Callable[[UnitRate], str]) -> list[Cell]:
    people = row.registered if row.known else "—"
    heads = "—" if row.head_count is None else row.head_count
    return [group, place, row.code, row.name, parents(row), heads, people, Percent(row.rate)]
