"""The vendored libraries are the files their table says."""

import hashlib
import re
from pathlib import Path

import pytest

import admin

VENDOR = Path(admin.__file__).parent / "static" / "vendor"
LISTED = dict(
    re.findall(r"\| (\S+/\S+\.(?:js|css)) \| ([0-9a-f]{64}) \|", (VENDOR / "README.md").read_text("utf-8"))
)


def test_every_file_is_listed():
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.*") if path.suffix in (".js", ".css")}
    assert files == set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_a_file_is_unchanged_and_has_its_licence(name):
    path = VENDOR / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == LISTED[name]
    assert (path.parent / "LICENSE").stat().st_size > 200
