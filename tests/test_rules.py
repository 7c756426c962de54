"""Rules about the code itself. Each is a promise made in docs/rooms.md."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = [path for room in ("core", "bot", "admin") for path in sorted((ROOT / room).rglob("*.py"))] + [
    ROOT / "wsgi.py"
]
ALL = HOUSE + [path for place in ("lab", "deploy", "bench") for path in sorted((ROOT / place).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SECONDS = re.compile(
    r"tests/chaos/.*|tests/journeys/house.py|tests/lab/(?:kit|test_control|test_callbacks)[.]py"
)
"""They wait for something, ask for a delay at least, or hold a promise that is made in seconds."""
DOOR = re.compile(r"bot/\w+\.py|admin/.+\.py")
CLOCK = "core/clock.py"
WATCHES = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
           ("time", "time_ns"), ("time", "sleep")}  # fmt: skip
FUNCTION_LINES = (8, 18, 35)
FILE_LINES = (90, 230, 520)
"""Limits for the median, nine in ten, and the longest."""


def name(path):
    return str(path.relative_to(ROOT))


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def calls(path):
    """(object, function, line) of every call; the object is "" for a plain name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield getattr(owner, "attr", getattr(owner, "id", "?")), node.func.attr, node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id, node.lineno


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def against(rule, paths=HOUSE):
    """file → the lines in which it breaks the rule, for the files that do."""
    return {name(path): lines for path in paths if (lines := list(rule(path)))}


def calling(*names):
    return lambda path: (line for _, called, line in calls(path) if called in names)


def test_nobody_ends_a_transaction_but_by_leaving_its_block():
    assert against(calling("commit", "rollback")) == {}


def test_only_doors_open_transactions():
    assert against(calling("transaction"), [path for path in HOUSE if not DOOR.fullmatch(name(path))]) == {}


def watches(path):
    plain = {called for owner, called in WATCHES if owner == "time"}
    yield from (line for owner, called, line in calls(path) if (owner, called) in WATCHES)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if alias.name in plain)


def test_only_the_clock_reads_the_time():
    assert against(watches, [path for path in HOUSE if name(path) != CLOCK]) == {}
    assert against(watches, [ROOT / CLOCK]) != {}, "what to look for has another name now"


def test_no_test_fails_because_a_machine_was_busy():
    patient = [path for path in TESTS if not SECONDS.fullmatch(name(path))]
    assert against(calling("perf_counter", "process_time", "monotonic"), patient) == {}


def late_imports(path):
    inside = (node for function in functions(path) for node in ast.walk(function))
    return (node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom))


def test_imports_stand_at_the_top():
    assert against(late_imports, ALL) == {}


def test_the_product_prints_nothing_by_itself():
    prints = against(
        lambda path: (line for owner, called, line in calls(path) if (owner, called) == ("", "print"))
    )
    assert prints == {}


@pytest.mark.parametrize(
    ("sizes", "limits"),
    [
        ([node.end_lineno - node.lineno + 1 for path in HOUSE for node in functions(path)], FUNCTION_LINES),
        ([len(path.read_text("utf-8").splitlines()) for path in HOUSE], FILE_LINES),
    ],
    ids=["functions", "files"],
)
def test_functions_and_files_stay_small(sizes, limits):
    ordered = sorted(sizes)
    measured = ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10], ordered[-1]
    assert all(size <= limit for size, limit in zip(measured, limits, strict=True)), measured


@pytest.mark.xdist_group("together")
def test_groups_are_known_to_the_program_that_deals_out_the_tests(request):
    """xdist reads them from node ids; a pytest that hides those lets houses and browsers crowd each other, silently."""
    if request.config.getoption("dist", "no") == "loadgroup" or getattr(
        request.config.option, "loadgroup", False
    ):
        assert request.node.nodeid.endswith("@together")
