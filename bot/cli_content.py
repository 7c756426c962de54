"""The command-line door of the library: load, import, fit, ask and measure."""

import json
import sys
from collections.abc import Iterable, Iterator
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
from core.errors import Refusal

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
@click.option("--accept", is_flag=True, help="Take the new model over even if it is clearly worse.")
@door
def fit_command(accept: bool) -> None:
    """Fit the model on what the library holds now; when this ends, every process serves it from its next message.

    A model that is clearly worse than the one before it is not taken over: the exit code is 1 then.
    """
    held = kit()
    report = refit(held.db, held.clock(), accept=accept)
    _refreshed(held)
    click.echo(json.dumps(report, ensure_ascii=False))
    if "refused" in report:
        raise Refusal(f"新模型明显变差，没有启用：{report['refused']}确实要用，请加 --accept。")


@click.command("match")
@door
def match_command() -> None:
    """Answer JSON lines {"id","text"} from standard input, one by one, by the code path of the chat.

    Lines that are none are named on standard error, and the exit code is 1.
    """
    held, faults = _refreshed(kit()), 0
    for number, line in _numbered(sys.stdin.buffer):
        try:
            asked = _asked(line)
        except Refusal as fault:  # the other lines are answered all the same
            click.echo(f"第 {number} 行：{fault.message}", err=True)
            faults += 1
            continue
        click.echo(json.dumps(_matched(asked, held), ensure_ascii=False))
    sys.exit(1 if faults else 0)


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
    """The rows of a gold file, which is refused whole when one of them cannot be measured."""
    with path.open("rb") as lines:
        for number, line in _numbered(lines):
            try:
                yield _gold(_asked(line))
            except Refusal as fault:
                raise Refusal(f"{path.name} 第 {number} 行：{fault.message}没有打分。") from fault


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip(b" \t\r\n\xef\xbb\xbf"))


def _asked(line: bytes) -> dict[str, Any]:
    """One question {"id","text"}, with or without a byte-order mark before it. Raises Refusal."""
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("不是 UTF-8 的 JSON。") from None
    if not isinstance(asked, dict):
        raise Refusal('应是 {"id":…,"text":…} 这样的一个对象。')
    if not _whole(asked.get("id")) and type(asked.get("id")) is not int:
        raise Refusal("id 应是文字或整数。")
    if not _whole(asked.get("text")):
        raise Refusal("text 应是文字。")
    return asked


def _whole(value: object) -> bool:
    """A text that can also be written: JSON may name half a character, which has no UTF-8."""
    return isinstance(value, str) and value == value.encode("utf-8", "replace").decode()


def _gold(row: dict[str, Any]) -> dict[str, Any]:
    row.setdefault("accept", [])
    if not isinstance(row.get("label"), str) or not isinstance(row["accept"], list):
        raise Refusal("label 应是文字，accept 应是列表。")
    return row


def _matched(asked: dict[str, Any], held: Kit) -> dict[str, Any]:
    since = monotonic()
    judged = judge(asked["text"], held.matcher)
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
