"""The office's pages: who may open each, and where it stands in the menu. One not listed is open to nobody."""

from collections.abc import Callable
from typing import NamedTuple

from admin.pages_library import LIBRARY
from admin.tree import Reach
from admin.words import ROLES

EVERYONE = frozenset(ROLES)
COUNTY_WIDE = frozenset({"admin", "editor", "reviewer", "viewer"})
ADMIN = frozenset({"admin"})
EDITS = frozenset({"admin", "editor"})

HOLDERS = frozenset({"admin", "liaison"})
"""Who does the daily work of a unit: the office, and the liaison within their reach."""

OPEN_PAGES = {
    "admin.static", "admin.account.sign_in", "admin.account.enter", "admin.second_step.ask",
    "admin.second_step.check", "admin.link.show", "admin.link.set_own_password",
}  # fmt: skip
"""What a person sees before signing in."""


class Page(NamedTuple):
    """One endpoint. `menu` names its link, "" for a page reached from another; `group` is the menu it belongs to.

    A page with a `menu` and no `group` is a group of its own. A page without `menu` may name its group: the
    group then shows as the place where one is.
    """

    endpoint: str
    roles: frozenset[str]
    menu: str = ""
    group: str = ""


class Group(NamedTuple):
    """One entry of the menu: a link when it holds one page, else a list that opens."""

    name: str
    pages: list[Page]


GROUPS = ("总览", "登记率", "单位", "案例库", "收件箱", "推广", "设置", "账号", "操作记录")
"""The order of the menu; a group not named here follows in the order of the table."""
PAGES: tuple[Page, ...] = (
    Page("admin.overview.show", EVERYONE, "总览"),
    Page("admin.rates.show", EVERYONE, "各单位登记率", "登记率"),
    Page("admin.rates.rank", EVERYONE, "排名", "登记率"),
    Page("admin.movement.trend", EVERYONE, "走势与预测", "登记率"),
    Page("admin.movement.why", EVERYONE, "为什么变了", "登记率"),
    Page("admin.movement.corrections", EVERYONE, "更正记录", "登记率"),
    Page("admin.app_reports.show", EVERYONE, "国家反诈中心APP上报", "登记率"),
    Page("admin.app_reports.enter", frozenset({"admin", "editor", "liaison"})),
    Page("admin.units.show", EVERYONE, "单位一览", "单位"),
    Page("admin.units.closed", EVERYONE, "已撤并的单位", "单位"),
    Page("admin.unit_import.show", ADMIN, "导入单位表", "单位"),
    Page("admin.units.export", EVERYONE, group="单位"),
    Page("admin.unit.show", EVERYONE, group="单位"),
    Page("admin.unit.find", ADMIN, group="单位"),
    Page("admin.unit_forms.new", ADMIN, group="单位"),
    Page("admin.unit_forms.change", ADMIN, group="单位"),
    Page("admin.unit.cancel", ADMIN, group="单位"),
    Page("admin.unit_import.template", ADMIN, group="单位"),
    Page("admin.unit_import.look", ADMIN, group="单位"),
    Page("admin.unit_import.confirm", ADMIN, group="单位"),
    Page("admin.posters.show", HOLDERS, "海报", "推广"),
    Page("admin.posters.ask", HOLDERS, group="推广"),
    Page("admin.posters.progress", HOLDERS, group="推广"),
    Page("admin.posters.sheet", HOLDERS, group="推广"),
    Page("admin.posters.bundle", HOLDERS, group="推广"),
    Page("admin.promoters.show", HOLDERS, "推广员", "推广"),
    Page("admin.promoters.unit", HOLDERS, group="推广"),
    Page("admin.promoters.add", HOLDERS, group="推广"),
    Page("admin.promoters.switch", HOLDERS, group="推广"),
    Page("admin.promoters.give_out", HOLDERS, group="推广"),
    Page("admin.reconcile.show", HOLDERS, "名单核对", "推广"),
    Page("admin.reconcile.unit", HOLDERS, group="推广"),
    Page("admin.reconcile.compare", HOLDERS, group="推广"),
    Page("admin.reconcile.allow", ADMIN, group="推广"),
    Page("admin.settings.show", ADMIN, "基本设置", "设置"),
    Page("admin.settings.edit", ADMIN, group="设置"),
    Page("admin.settings.save", ADMIN, group="设置"),
    Page("admin.menu.show", ADMIN, "公众号菜单", "设置"),
    Page("admin.menu.save", ADMIN, group="设置"),
    Page("admin.menu.push", ADMIN, group="设置"),
    Page("admin.menu.live", ADMIN, group="设置"),
    Page("admin.inbox.show", EDITS, "收件箱", "收件箱"),
    Page("admin.inbox.rule", EDITS, group="收件箱"),
    Page("admin.inbox.group", EDITS, group="收件箱"),
    Page("admin.inbox.done", EDITS, group="收件箱"),
    Page("admin.inbox.undo", EDITS, group="收件箱"),
    Page("admin.radar.show", COUNTY_WIDE, "风向", "收件箱"),
    Page("admin.radar.export", COUNTY_WIDE, group="收件箱"),
    Page("admin.radar.put_aside", EDITS, group="收件箱"),
    Page("admin.radar.take_out", EDITS, group="收件箱"),
    Page("admin.audit.show", ADMIN, "操作记录"),
    Page("admin.audit.export", ADMIN),
    Page("admin.staff.show", ADMIN, "账号"),
    Page("admin.staff.new", ADMIN, group="账号"),
    Page("admin.staff.invite", ADMIN, group="账号"),
    Page("admin.staff.many", ADMIN, group="账号"),
    Page("admin.staff.invite_many", ADMIN, group="账号"),
    Page("admin.staff.unit_options", ADMIN),
    Page("admin.staff_person.show", ADMIN, group="账号"),
    Page("admin.staff_person.rename", ADMIN, group="账号"),
    Page("admin.staff_person.grant", ADMIN, group="账号"),
    Page("admin.staff_person.revoke", ADMIN),
    Page("admin.staff_person.link", ADMIN, group="账号"),
    Page("admin.staff_person.close", ADMIN),
    Page("admin.staff_person.reopen", ADMIN),
    Page("admin.staff_person.sign_out", ADMIN),
    Page("admin.staff_person.second_step_off", ADMIN),
    Page("admin.me.show", EVERYONE),
    Page("admin.me.second_step", EVERYONE),
    Page("admin.me.turn_on", EVERYONE),
    Page("admin.me.turn_off", EVERYONE),
    Page("admin.me.new_codes", EVERYONE),
    Page("admin.me.leave_everywhere", EVERYONE),
    Page("admin.account.sign_out", EVERYONE),
    Page("admin.account.password", EVERYONE),
    Page("admin.account.change_password", EVERYONE),
    *(Page(*row) for row in LIBRARY),
    Page("admin.nowhere", EVERYONE),
)
WHOLE_COUNTY = frozenset({"admin.radar.show", "admin.radar.export"})
"""Pages whose figures are of all units together: closed to who holds the role for some units only."""
ROLES_OF = {page.endpoint: page.roles for page in PAGES}


def group_of(page: Page) -> str:
    return page.group or page.menu


def lets_in(endpoint: str, reach: Reach) -> bool:
    """Whether the page opens to somebody whose roles for it reach so far: None = the whole county, empty = nothing."""
    return reach is None or bool(reach) and endpoint not in WHOLE_COUNTY


def menu(may_open: Callable[[str], bool]) -> list[Group]:
    """The menu of somebody who may open the pages `may_open` says."""
    shown = [page for page in PAGES if page.menu and may_open(page.endpoint)]
    names = dict.fromkeys([*GROUPS, *map(group_of, shown)])
    groups = [Group(name, [page for page in shown if group_of(page) == name]) for name in names]
    return [group for group in groups if group.pages]


def group_here(endpoint: str | None) -> str:
    """The group of the page that is shown."""
    return next((group_of(page) for page in PAGES if page.endpoint == endpoint), "")
