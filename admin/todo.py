"""What waits to be done, for the person who looks: nothing that they may not do."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from admin.pages import ROLES_OF, lets_in
from admin.people import Person
from bot.content import inbox, pending, selfcheck
from bot.registry import codes
from bot.registry.options import Options
from bot.registry.rates import UnitRate
from bot.registry.shares import Span, earlier


class Waiting(NamedTuple):
    """Groups in the inbox, drafts that somebody else wrote, own ones to go on with; 0 for who may not act on them.

    `wishes`: the groups where somebody waits to be told.
    `held_back`: the last fit was not taken over, for who may decide on it.
    `unnamed`: the county has no name yet; `codeless`: no unit has its code yet. Both only for who sets them.
    """

    groups: int
    wishes: int
    drafts: int
    held_back: bool
    returned: int
    unsubmitted: int
    unnamed: bool
    codeless: bool


def waiting(session: Session, person: Person, options: Options) -> Waiting:
    """Five statements at most."""
    rules = _acts(person, "admin.inbox.rule")
    sets = _acts(person, "admin.settings.save")
    return Waiting(
        inbox.count_groups(session) if rules else 0,
        inbox.count_groups(session, inbox.WISHED) if rules else 0,
        pending.waiting_for(session, person.login) if _acts(person, "admin.library_review.approve") else 0,
        _acts(person, "admin.library_check.take") and selfcheck.held_back(session),
        *(
            pending.unfinished_of(session, person.login)
            if _acts(person, "admin.library_review.submit")
            else (0, 0)
        ),
        sets and not options.county_name,
        sets and not codes.any_made(session),
    )


def _acts(person: Person, endpoint: str) -> bool:
    return lets_in(endpoint, person.reach(ROLES_OF[endpoint]))


def out_of_date(app: Iterable[UnitRate], today: date) -> list[UnitRate]:
    """Units whose own report of the other programme is older than a month."""
    month_ago = earlier(today, Span.MONTH)
    return [row for row in app if row.told and row.told.day < month_ago]
