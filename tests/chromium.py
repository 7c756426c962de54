"""One headless Chromium for a module's tests; it never outlives the module, whose event loop is its own."""

import os
import shutil

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.services import absent

PATH = (
    os.environ.get("TEST_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or "chromium"
)
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]  # fmt: skip


WAIT_MS = 30_000
"""How long a page is waited for before a test gives up: a busy machine is no fault."""
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=PATH, args=ARGS)
        except Error:
            absent("chromium")
        yield browser
        browser.close()
