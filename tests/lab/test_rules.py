"""What holds for the lab's code as a whole."""

import ast
from pathlib import Path

import lab
from lab.options import Options
from lab.server import HOST

FILES = sorted(Path(lab.__file__).parent.rglob("*.py"))
PRODUCT = {"core", "bot", "admin", "wsgi", "deploy", "bench", "tests"}
CONSOLE = Path(lab.__file__).parent / "console"


def imported(tree: ast.AST) -> set[str]:
    """First names of everything a module imports."""
    nodes = list(ast.walk(tree))
    plain = {name.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_lab_imports_nothing_of_the_product():
    for file in FILES:
        assert not imported(ast.parse(file.read_text(encoding="utf-8"))) & PRODUCT, file


def test_every_module_begins_with_a_sentence_and_functions_are_short():
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), file
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno - node.lineno < 40, (file, node.name)


def test_only_the_clock_reads_the_time():
    for file in FILES:
        if file.name not in ("clock.py", "scenario.py"):
            assert "time" not in imported(ast.parse(file.read_text(encoding="utf-8"))), file


def test_the_page_never_writes_markup_and_fetches_nothing_from_elsewhere():
    for file in CONSOLE.glob("*.js"):
        script = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in script, (file.name, word)
    page = (CONSOLE / "index.html").read_text(encoding="utf-8")
    assert "http://" not in page and "https://" not in page and "SIMULATOR" in page


def test_it_listens_on_this_machine_only():
    assert HOST == "127.0.0.1" and not hasattr(Options(), "host")
