import csv
import io
import json
import re

import pytest
from flask import Flask

from bot.cli_registry import COMMANDS
from bot.registry import audit, demo, people
from bot.registry.models import AuditEntry, Follower, RegistrationEvent, Staff
from bot.registry.passwords import fits
from bot.registry.staff_links import holder_of
from core.clock import county_date, system_clock
from tests import make


@pytest.fixture
def run(kit):
    """Run a command as the shell does: (exit code, standard output, standard error)."""
    app = Flask("commands")
    app.extensions["kit"] = kit
    for command in COMMANDS:
        app.cli.add_command(command)

    def invoke(*words, **options):
        with app.app_context():
            result = app.test_cli_runner().invoke(args=list(words), **options)
        return result.exit_code, result.stdout, result.stderr

    return invoke


@pytest.fixture
def town(db, clock):
    with db.transaction() as session:
        made = make.unit(session, "=东镇", code="T", head_count=4)
        people.register(session, make.follower(session).id, made.id, 1, "chat", clock())


def test_rates_as_json_are_a_list_with_exactly_the_promised_fields(run, town):
    code, said, _ = run("rates", "--format", "json")
    row = {
        "code": "T",
        "name": "=东镇",
        "parent": None,
        "registered_here": 1,
        "registered": 1,
        "head_count": 4,
        "rate": 0.25,
    }
    assert code == 0 and json.loads(said) == [row]


def test_rates_as_of_a_past_day(run, town):
    assert json.loads(run("rates", "--format", "json", "--as-of", "2026-03-01")[1])[0]["registered"] == 0


def test_rates_as_csv_hold_no_formula(run, town):
    lines = list(csv.DictReader(io.StringIO(run("rates", "--format", "csv")[1])))
    assert lines[0]["name"] == "'=东镇" and lines[0]["rate"] == "0.25"


def test_rates_as_a_table_and_of_another_kind_show_a_dash(run, town):
    assert "25.00%" in run("rates")[1] and "—" in run("rates", "--kind", "staff")[1]


def test_an_unknown_parent_is_said_on_standard_error(run, town):
    code, said, wrong = run("rates", "--parent", "ZZ", "--format", "json")
    assert (code, said) == (1, "") and "ZZ" in wrong


def test_verify_counts_the_faults(run, db, clock, town):
    day = str(county_date(clock()))
    code, said, _ = run("rates", "--verify")
    assert (code, json.loads(said)) == (0, {"day": day, "faults": 0})
    with db.transaction() as session:
        session.query(RegistrationEvent).delete()
    code, said, wrong = run("rates", "--verify")
    assert code == 1 and json.loads(said)["faults"] == 1 and "=东镇" in wrong


def test_units_are_imported_and_noted(run, db, tmp_path):
    file = tmp_path / "单位.csv"
    file.write_text("编号,名称,类型\nA,甲镇,镇\n", "utf-8")
    assert run("import-units", str(file))[:2] == (
        0,
        '{"units_added": 1, "units_changed": 0, "head_counts_added": 0}\n',
    )
    with db.reading() as session:
        assert session.query(AuditEntry.action).scalar() == "import-units"


def test_a_broken_row_is_named_on_standard_error(run, tmp_path):
    file = tmp_path / "单位.csv"
    file.write_text("编号,名称,类型\nA,甲镇,衙门\n", "utf-8")
    code, said, wrong = run("import-units", str(file))
    assert (code, said) == (1, "") and "第 2 行“类型”" in wrong


def test_registrations_are_imported(run, db, town, tmp_path):
    file = tmp_path / "名单.csv"
    file.write_text(f"openid,单位编号,同意版本\n{make.openid()},T,1\n", "utf-8")
    assert run("import-registrations", str(file))[0] == 1
    assert json.loads(run("import-registrations", str(file), "--create")[1])["created"] == 1


def test_staff_are_made_with_a_password_that_is_asked_for(run, db):
    given = "correct horse\ncorrect horse\n"
    code, _, wrong = run("make-staff", "wang", "--name", "王芳", "--role", "admin", input=given)
    assert code == 0, wrong
    with db.reading() as session:
        [made] = session.query(Staff)
    assert made.name == "王芳" and fits(made.password_hash, "correct horse")


def test_an_admin_whom_nobody_can_help_gets_a_link_at_the_shell(run, db):
    run("make-staff", "wang", "--name", "王芳", "--role", "admin", input="correct horse\ncorrect horse\n")
    code, said, _ = run("staff-link", "wang")
    token = re.fullmatch(r"http://127\.0\.0\.1:8000/admin/link/(\S+)\n", said)[1]
    with db.reading() as session:
        assert code == 0 and holder_of(session, token, system_clock()).login == "wang"
        assert audit.entries(session)[0].action == "link.reset"
    assert run("staff-link", "nobody")[0] == 1


def test_the_demo_is_loaded_and_removed(run, db, monkeypatch):
    monkeypatch.setattr(demo, "PEOPLE", 6_000)
    monkeypatch.setattr(demo, "DAYS", 20)
    assert json.loads(run("load-demo")[1])["people"] == 6_000
    assert run("load-demo")[0] == 1
    assert json.loads(run("remove-demo")[1]) == {"people": 6_000}
    with db.reading() as session:
        assert session.query(Follower).count() == 0
