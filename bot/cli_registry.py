"""Commands about people and places: imports, staff, the demo county, rates."""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.cli_door import door
from bot.content.models import Asked
from bot.kit import kit
from bot.push.models import Note
from bot.registry import audit, demo, importing, rates, staff_links
from bot.registry import staff as people_of_the_office
from bot.registry.models import CountKind, Follower, Staff
from bot.registry.rates import UnitRate
from bot.talk.models import Dialogue, Inbound
from core.clock import county_date

COLUMNS = ("code", "name", "parent", "registered_here", "registered", "head_count", "rate")
HEADINGS = ("编号", "单位", "上级", "本级登记", "登记", "应登记", "登记率")
FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("import-units")
@FILE
@door
def import_units(file: Path) -> None:
    """Add and change units from FILE (xlsx or csv): all or nothing, every fault named by row and column."""
    rows = importing.read_rows(file)
    now = kit().clock()
    with kit().db.transaction() as session:
        result = importing.import_units(session, rows, now)
        audit.note(session, "shell", "import-units", file.name, now, after=asdict(result))
    click.echo(json.dumps(asdict(result)))


@click.command("import-registrations")
@FILE
@click.option("--create", is_flag=True, help="Take people we do not know as followers too.")
@door
def import_registrations(file: Path, create: bool) -> None:
    """Register the people of a list kept before (columns openid, 单位编号, 同意版本; 登记日期 and 手机号 optional)."""
    rows = importing.read_rows(file)
    now = kit().clock()
    with kit().db.transaction() as session:
        result = importing.import_registrations(session, rows, kit().vault, now, create=create)
        audit.note(session, "shell", "import-registrations", file.name, now, after=asdict(result))
    click.echo(json.dumps(asdict(result)))


@click.command("make-staff")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(people_of_the_office.ROLES), required=True)
@click.option("--unit", default=None, help="Code of the unit the role is for; without it the whole county.")
@click.password_option()
@door
def make_staff(login: str, name: str, role: str, unit: str | None, password: str) -> None:
    """Add somebody who signs in to the office; the password is asked for when it is not given."""
    now = kit().clock()
    with kit().db.transaction() as session:
        made = people_of_the_office.make_staff(session, login, name, password, role, unit)
        audit.note(
            session, "shell", "make-staff", login, now, after={"name": made.name, "role": role, "unit": unit}
        )
    click.echo(json.dumps({"login": login, "role": role}, ensure_ascii=False))


@click.command("staff-link")
@click.argument("login")
@door
def staff_link(login: str) -> None:
    """Print a one-time link by which LOGIN sets a new password: for an admin whom no other admin can help."""
    with kit().db.transaction() as session:
        staff_id = session.scalar(select(Staff.id).where(Staff.login == login))
        link, token = staff_links.make_link(session, staff_id or 0, "shell", kit().real_clock())
        audit.note(session, "shell", f"link.{link.kind}", login, kit().clock(), after={"until": link.until})
    click.echo(f"{kit().settings.public_url.rstrip('/')}/admin/link/{token}")


@click.command("load-demo")
@door
def load_demo() -> None:
    """Add the demo county: invented units and people, with a year of registrations."""
    with kit().db.transaction() as session:
        result = demo.load_demo(session, kit().clock(), kit().vault)
    click.echo(json.dumps(asdict(result), default=str))


@click.command("remove-demo")
@click.option("--force", is_flag=True, help="Also when real people registered with a demo unit.")
@door
def remove_demo(force: bool) -> None:
    """Remove the demo county and its people, and nothing else."""
    with kit().db.transaction() as session:
        _forget_in_other_rooms(session)
        removed = demo.remove_demo(session, force=force)
    click.echo(json.dumps({"people": removed}))


def _forget_in_other_rooms(session: Session) -> None:
    people = select(Follower.id).where(Follower.demo)
    for room in (Asked, Note, Dialogue, Inbound):
        session.execute(
            delete(room).where(room.follower_id.in_(people)), execution_options={"synchronize_session": False}
        )


@click.command("rates")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="County day; today when absent.")
@click.option("--parent", help="Only the unit with this code and all below it.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in CountKind]), help="Which head-count to divide by."
)
@click.option("--format", "shape", type=click.Choice(["json", "csv", "table"]), default="table")
@click.option("--verify", is_flag=True, help="Recompute every count from the events and compare, instead.")
@door
def show_rates(
    as_of: datetime | None, parent: str | None, kind: str | None, shape: str, verify: bool
) -> None:
    """Registered people, head-count and rate of every unit on a day."""
    day = as_of.date() if as_of else county_date(kit().clock())
    if verify:
        _verify(day)
        return
    with kit().db.reading() as session:
        rows = rates.rate_rows(session, day, kind=CountKind(kind) if kind else None, parent=parent)
    click.echo(SHAPES[shape](rows), nl=False)


def _verify(day: date) -> None:
    with kit().db.reading() as session:
        faults = rates.verify(session, day)
    if (
        faults
    ):  # somebody registered while we counted, or it is a real fault: count again, with writers waiting
        with kit().db.transaction() as session:
            faults = rates.verify(session, day)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(json.dumps({"day": str(day), "faults": len(faults)}))
    sys.exit(1 if faults else 0)


def _as_json(rows: list[UnitRate]) -> str:
    return (
        json.dumps([{name: getattr(row, name) for name in COLUMNS} for row in rows], ensure_ascii=False)
        + "\n"
    )


def _as_csv(rows: list[UnitRate]) -> str:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows([_safe(getattr(row, name)) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _safe(value: object) -> object:
    """A name that begins like a formula must not become one in a spreadsheet."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def _as_table(rows: list[UnitRate]) -> str:
    lines = ["\t".join(HEADINGS)]
    for row in rows:
        rate = "—" if row.rate is None else f"{row.rate:.2%}"
        head_count = "—" if row.head_count is None else f"{row.head_count}"
        name = "　" * row.level + row.name
        cells = (
            row.code,
            name,
            row.parent or "",
            f"{row.registered_here}",
            f"{row.registered}",
            head_count,
            rate,
        )
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


SHAPES: dict[str, Callable[[list[UnitRate]], str]] = {"json": _as_json, "csv": _as_csv, "table": _as_table}
COMMANDS = (import_units, import_registrations, make_staff, staff_link, load_demo, remove_demo, show_rates)
