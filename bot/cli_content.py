"""The command-line door of the library: load, import, fit, ask and measure."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bot.cli_door import door
from bot.content.answer import judge
from bot.content.imports import import_cases as import_rows
from bot.content.library import LIBRARY, load_library
from bot.content.measure import figures
from bot.fitting import refit, refit_if_due
from bot.kit import Kit, kit
from core.clock import monotonic

JsonLines = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("load-library")
@click.option("--fit/--no-fit", "fitted", default=True, help="Fit the model when anything changed.")
@door
def load_library_command(fitted: bool) -> None:
    """Bring the shipped cards, cases and phrases in; what editors changed stays as it is."""
    held = kit()
    with held.db.transaction() as session:
        result = load_library(session, held.clock())
    if fitted:
        refit_if_due(held.db, held.clock())
    click.echo(json.dumps(result._asdict(), ensure_ascii=False))


@click.command("fit")
@door
def fit_command() -> None:
    """Fit the model on what the library holds now; when this ends, every process serves it from its next message."""
    held = kit()
    report = refit(held.db, held.clock())
    _refreshed(held)
    click.echo(json.dumps(report, ensure_ascii=False))


@click.command("match")
@door
def match_command() -> None:
    """Answer JSON lines {"id","text"} from standard input, one by one, by the code path of the chat."""
    held = _refreshed(kit())
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(_matched(json.loads(line), held), ensure_ascii=False))


@click.command("import-cases")
@click.argument("file", type=JsonLines)
@door
def import_cases_command(file: Path) -> None:
    """Add cases from JSON lines with type, title, text, aliases and questions; all of FILE or nothing."""
    held = kit()
    with held.db.transaction() as session:
        result = import_rows(session, file.read_text("utf-8-sig"), held.clock())
    click.echo(json.dumps(result._asdict()))


@click.command("eval")
@click.argument("gold", nargs=-1, required=True, type=JsonLines)
@door
def eval_command(gold: tuple[Path, ...]) -> None:
    """Measure the matcher on GOLD files: shares right, answered and false alarms, by kind, with n."""
    held = _refreshed(kit())
    unified = json.loads((LIBRARY / "unified.json").read_text("utf-8"))
    rows = [row for path in gold for row in _rows(path)]
    said = {row["id"]: _matched(row, held) for row in rows}
    for figure in figures(rows, said, unified):
        click.echo(json.dumps(figure, ensure_ascii=False))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _matched(asked: dict[str, Any], held: Kit) -> dict[str, Any]:
    since = monotonic()
    judged = judge(str(asked["text"]), held.matcher)
    spent = (monotonic() - since) * 1e6
    match = judged.match
    return {
        "id": asked["id"], "types": list(match.types), "match": match.decision != "none",
        "emergency": judged.emergency, "case": match.case_id, "us": round(spent, 1),
    }  # fmt: skip


def _refreshed(held: Kit) -> Kit:
    with held.db.reading() as session:
        held.matcher.refresh(session)
    return held


COMMANDS = (load_library_command, fit_command, match_command, import_cases_command, eval_command)
