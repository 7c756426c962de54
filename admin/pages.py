"""The office's pages: who may open each, and which stand in the menu. One not listed is open to nobody."""

from typing import NamedTuple

from admin.words import ROLES

EVERYONE = frozenset(ROLES)
COUNTY_WIDE = frozenset({"admin", "editor", "reviewer", "viewer"})
ADMIN = frozenset({"admin"})

OPEN_PAGES = {"admin.static", "admin.account.sign_in", "admin.account.enter"}
"""What a person sees before signing in."""


class Page(NamedTuple):
    endpoint: str
    roles: frozenset[str]
    menu: str = ""


PAGES: tuple[Page, ...] = (
    Page("admin.overview.show", EVERYONE, "总览"),
    Page("admin.units.show", EVERYONE, "单位与登记率"),
    Page("admin.audit.show", ADMIN, "操作记录"),
    Page("admin.account.sign_out", EVERYONE),
    Page("admin.account.password", EVERYONE),
    Page("admin.account.change_password", EVERYONE),
    Page("admin.nowhere", EVERYONE),
)
ROLES_OF = {page.endpoint: page.roles for page in PAGES}
