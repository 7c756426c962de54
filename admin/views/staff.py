"""The people of the office: the list, inviting one, inviting many."""

from flask import Blueprint, g, render_template, request
from sqlalchemy import select
from werkzeug import Response

from admin.downloads import download
from admin.forms_staff import BulkForm, InviteForm, StaffFilter
from admin.parts import Sheet, page_of
from admin.words import ROLES, STATES
from bot.kit import kit
from bot.registry import audit
from bot.registry.models import Unit
from bot.registry.staff import add_staff, free_login
from bot.registry.staff_bulk import COLUMNS, Invited, invite_all, lines_of
from bot.registry.staff_links import make_link
from bot.registry.staff_list import Member, member, members
from bot.registry.staff_roles import unit_called
from core.errors import Refusal, RowErrors
from core.sheets_out import Table

bp = Blueprint("staff", __name__)
Page = tuple[str, int] | Response
PER_PAGE = 50
OPTIONS = 12


@bp.get("/staff")
def show() -> str:
    form = StaffFilter(request.args)
    form.validate()
    find, role, state = form.find.data or "", form.role.data or "", form.state.data or ""
    with kit().db.reading() as session:
        shown: Sheet[Member] = page_of(
            lambda page: members(session, find=find, role=role, state=state, page=page, size=PER_PAGE),
            form.page.data or 1, PER_PAGE,
        )  # fmt: skip
    return render_template("staff.html", form=form, sheet=shown, roles=ROLES, states=STATES)


@bp.get("/staff/new")
def new() -> str:
    return render_template("staff_new.html", form=InviteForm())


@bp.post("/staff/new")
def invite() -> Page:
    form = InviteForm(request.form)
    if not form.validate():
        return render_template("staff_new.html", form=form), 400
    try:
        made, token = invited(form)
    except Refusal as refusal:
        return render_template("staff_new.html", form=form, told=refusal.message), refusal.status
    return render_template("staff_link.html", who=made, address=address_of(token), again=False), 201


def invited(form: InviteForm) -> tuple[Member, str]:
    """The new person and the token of their link. Raises Refusal."""
    now, actor = kit().real_clock(), g.person.login
    with kit().db.transaction() as session:
        unit = unit_called(session, form.unit.data) if (form.unit.data or "").strip() else None
        login = (form.login.data or "").strip() or free_login(session, form.name.data)
        staff = add_staff(session, login, form.name.data, form.role.data, unit)
        _, token = make_link(session, staff.id, actor, now)
        told = {"name": staff.name, "role": form.role.data, "unit": unit}
        audit.note(session, actor, "staff.invite", login, kit().clock(), after=told)
        return member(session, staff.id, now), token


@bp.get("/staff/many")
def many() -> str:
    return render_template("staff_many.html", form=BulkForm())


@bp.post("/staff/many")
def invite_many() -> Page:
    """Answered with the links at once, on the page or as a file: they are kept nowhere."""
    form = BulkForm(request.form)
    if not form.validate():
        return render_template("staff_many.html", form=form), 400
    try:
        people = all_invited(form)
    except RowErrors as errors:
        return render_template("staff_many.html", form=form, rows=errors.rows), 400
    except Refusal as refusal:
        return render_template("staff_many.html", form=form, told=refusal.message), refusal.status
    if request.form.get("as") == "xlsx":
        return download(links_table(people), "邀请链接", "xlsx")
    return render_template("staff_links.html", people=people, address_of=address_of), 201


def all_invited(form: BulkForm) -> list[Invited]:
    now, actor = kit().real_clock(), g.person.login
    with kit().db.transaction() as session:
        people = invite_all(session, lines_of(form.people.data), form.role.data, actor, now)
        for each in people:
            told = {"name": each.name, "role": form.role.data, "unit": each.unit}
            audit.note(session, actor, "staff.invite", each.login, kit().clock(), after=told)
    return people


def links_table(people: list[Invited]) -> Table:
    rows = [[each.name, each.unit, each.login, address_of(each.token)] for each in people]
    notes = ["每个链接只能用一次，7 天内有效；谁拿到链接谁就能设密码，请单独发给本人，发完删掉本表。"]
    return Table("邀请链接", [*COLUMNS, "链接"], rows, notes)


@bp.get("/staff/units")
def unit_options() -> str:
    """Units that fit what is being typed, as choices under the field."""
    typed = request.args.get("unit", "")[:60].strip()
    with kit().db.reading() as session:
        kit().units.refresh(session)
        ids = [hit.unit_id for hit in kit().units.find(typed, OPTIONS)] if typed else []
        found = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
        return render_template("staff_units.html", units=[found[each] for each in ids if each in found])


def address_of(token: str) -> str:
    """The address to pass on. It begins with the setting, never with what the browser says our name is."""
    return f"{kit().settings.public_url.rstrip('/')}/admin/link/{token}"
