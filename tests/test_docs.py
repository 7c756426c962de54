"""What is written for people agrees with what the program does."""

import ast
import re
from pathlib import Path

import click
import pytest
from flask import Flask

from bot import cli
from core.settings import Settings

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = [ROOT / "wsgi.py", *(
    path
    for place in ("core", "bot", "admin", "lab", "deploy", "bench", "migrations")
    for path in sorted((ROOT / place).rglob("*.py"))
)]  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
TITLE = re.compile(r"[a-z][a-z-]+")
SAMPLE = (ROOT / ".env.example").read_text("utf-8")


def commands():
    """Every command by the words one types: a group's command is two words."""
    app = Flask("docs")
    bare = set(app.cli.commands)
    cli.register(app)
    for title, command in app.cli.commands.items():
        if title in bare:
            continue
        if isinstance(command, click.Group):
            yield from (f"{title} {each}" for each in command.commands)
        else:
            yield title


def written_commands():
    """The commands in the first column of the table of operations.md."""
    table = OPERATIONS.partition("## 4.")[2].partition("## 5.")[0]
    for line in table.splitlines():
        column = re.split(r"(?<!\\)\|", line)[1] if line.startswith("|") else ""
        for code in re.findall(r"`([^`]+)`", column):
            yield " ".join(word for word in code.split()[:2] if TITLE.fullmatch(word))


def test_every_command_stands_in_the_operations_page_and_every_one_there_exists():
    assert sorted(written_commands()) == sorted(commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_our_own_files_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_a_setting_stands_in_the_sample_or_is_explained(name):
    assert re.search(rf"^{name}=", SAMPLE, re.M) or f"`{name}`" in OPERATIONS


def test_the_sample_names_no_setting_that_does_not_exist():
    assert set(re.findall(r"^([A-Z_]+)=", SAMPLE, re.M)) <= {name.upper() for name in Settings.model_fields}


def first_line(path):
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0].rstrip()


def test_a_module_begins_with_what_it_is():
    mute = [path for path in MODULES if not first_line(path).endswith((".", ":", "。"))]
    assert [str(path.relative_to(ROOT)) for path in mute] == []


def test_the_first_page_shows_pictures_and_the_commands_that_exist():
    page = (ROOT / "README.md").read_text("utf-8")
    goals = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", page)) <= goals
    assert {"docs/img/console.png", "docs/img/office.png"} <= set(LINK.findall(page))
