"""One headless Chromium for a module's tests; it never outlives the module, whose event loop is its own."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright
from werkzeug.serving import make_server

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
STOPS_IN_S = 0.02
"""How often a server looks whether it shall stop: half a second, as is the custom, is one after every test."""
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=PATH, args=ARGS)
        except Error:
            absent("chromium")
        yield browser
        browser.close()


@pytest.fixture
def address(app):
    """The address of the module's own `app`, which answers on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=lambda: server.serve_forever(STOPS_IN_S), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def faults(page):
    """What axe-core calls serious or critical, once the page and its style sheets are there."""
    page.wait_for_load_state("load")
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def widths(page):
    return page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
