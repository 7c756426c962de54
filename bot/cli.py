"""The command-line door: operating the service. `flask --app wsgi --help` lists every command."""

import json
import sys
from pathlib import Path

import click
from flask import Flask

from bot import checkup, cli_content, cli_registry, jobs, keeping, menus, syncing, tasks
from bot.cli_door import door
from bot.kit import kit
from bot.registry import units
from bot.registry.scenes import scene_of
from core.errors import Refusal


@click.command("init-db")
@door
def init_db() -> None:
    """Create the tables, or bring them to this version."""
    keeping.migrate(kit())
    click.echo("数据库已就绪。")


@click.command("worker")
@door
def worker() -> None:
    """Run queued work until stopped. Start as many as you like, on any machine."""
    tasks.serve(kit())


@click.command("scheduler")
@door
def scheduler() -> None:
    """Run the timetable until stopped. A second one waits idle for the first to fall."""
    jobs.work(kit())


@click.group("menu")
def menu() -> None:
    """The bottom menu of the account."""


@menu.command("push")
@door
def menu_push() -> None:
    """Put the menu that the office saved into WeChat. Phones show it within five minutes."""
    menus.push(kit(), "shell")
    click.echo("菜单已推送。")


@click.group("followers")
def followers() -> None:
    """The people who follow."""


@followers.command("sync")
@click.option("--agree", is_flag=True, help="Let go of them even if more than 2 % would go.")
@door
def followers_sync(agree: bool) -> None:
    """Bring in followers we do not know and let go of those who left unseen. Resumes where it was cut off."""
    click.echo(json.dumps(syncing.run(kit(), agreed=agree), ensure_ascii=False))


@click.command("unit-qr")
@click.argument("code")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also save WeChat's picture of the code here.",
)
@door
def unit_qr(code: str, out: Path | None) -> None:
    """The permanent QR code by which people follow and register with unit CODE."""
    with kit().db.reading() as session:
        name = units.by_code(session, code).name
    made = tasks.code_for(scene_of(code), kit())
    if out:
        _save(out, kit().wechat.qr_image(made.ticket))
    told = {"code": code, "name": name, "scene": scene_of(code), "ticket": made.ticket, "url": made.url}
    click.echo(json.dumps(told, ensure_ascii=False))


def _save(out: Path, picture: bytes) -> None:
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise Refusal(f"写不进 {out}：{error.strerror}。") from error


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@door
def backup(file: Path) -> None:
    """Write every table and the keys into FILE. Keep it where you keep money: it opens everything."""
    rows = keeping.backup(kit(), file)
    click.echo(json.dumps({"file": str(file), "rows": sum(rows.values())}))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds.")
@door
def restore(file: Path, force: bool) -> None:
    """Fill an empty database from FILE, after checking every part of it, and put the keys back."""
    rows = keeping.restore(kit(), file, force=force)
    click.echo(json.dumps({"file": str(file), "rows": sum(rows.values())}))


@click.command("rotate-keys")
@door
def rotate_keys() -> None:
    """After a new key was put before the old one in DATA_KEY: seal and hash every phone again with the new one."""
    click.echo(json.dumps({"phones": keeping.rotate(kit())}))


@click.command("doctor")
@door
def doctor() -> None:
    """Check everything this service stands on; each line is OK or says what to do."""
    findings = checkup.run(kit())
    for finding in findings:
        click.echo(f"{'OK  ' if finding.ok else '要处理'} {finding.what}：{finding.said}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


COMMANDS = (
    *(init_db, worker, scheduler, menu, followers, unit_qr, backup, restore, rotate_keys, doctor),
    *cli_registry.COMMANDS,
    *cli_content.COMMANDS,
)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
