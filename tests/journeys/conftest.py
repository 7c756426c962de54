"""A whole house, a browser over the lab's console, and the office in another tab."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.chromium import WAIT_MS
from tests.journeys.house import House

CODED = "民政局"
"""The member unit that has a QR code."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """One house at a time, and one for all journeys: a second beside it halves what both can do."""
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("house"))


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """Everything `make run` starts, on an empty folder, with the demo county; the last module stops it."""
    running = House(tmp_path_factory.mktemp("journeys") / "data").start()
    yield running
    running.end()


class Office:
    """Somebody of the office, signed in with the first sign-in."""

    def __init__(self, house, page):
        self.house, self.page = house, page
        login, password = house.signin()
        page.goto(f"{house.url}/admin/")
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="总览")).to_be_visible()

    def row(self, name):
        self.page.goto(f"{self.house.url}/admin/units")
        self.page.get_by_label("找单位").fill(name)
        link = self.page.get_by_role("link", name=name, exact=True)
        expect(self.page.locator("#units caption")).to_contain_text(name)
        return self.page.locator("#units tbody tr").filter(has=link)

    def code(self, name):
        """The unit's code, from the address of its page."""
        return re.search(r"parent=([\w-]+)", self.row(name).get_by_role("link").first.get_attribute("href"))[
            1
        ]

    def registered(self, name):
        return int(self.row(name).locator("td").nth(2).inner_text().replace(",", ""))


@pytest.fixture(scope="module")
def office(house, chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield Office(house, page)
    context.close()


@pytest.fixture(scope="session")
def pushed(house):
    """The bottom menu on its way, while the office signs in."""
    with ThreadPoolExecutor() as beside:
        yield beside.submit(house.command, "menu", "push")


@pytest.fixture(scope="session")
def made():
    """Unit → what making its code said; one house keeps it for all modules."""
    return {}


@pytest.fixture(scope="module")
def scene(house, pushed, office, made):
    """The scene of the unit's code, made as the office's helper makes it; and the bottom menu is there."""
    if CODED not in made:
        made[CODED] = json.loads(house.command("unit-qr", office.code(CODED)))
    assert pushed.result() == "菜单已推送。\n"
    return made[CODED]["scene"]


class Phone:
    """One person's phone on the console: what they do with their finger, and what they read."""

    def __init__(self, console):
        before = console.get_by_test_id("phone").count()
        console.get_by_test_id("add-fan").click()
        self.console, self.frame = console, console.get_by_test_id("phone").nth(before)
        self.find("follow").wait_for()

    def find(self, testid):
        return self.frame.get_by_test_id(testid)

    @property
    def received(self):
        return self.frame.locator("[data-testid=bubble]:not([data-via=fan])")

    def read(self, act):
        """Do something and read the message that comes back."""
        before = self.received.count()
        act()
        expect(self.received).to_have_count(before + 1)
        return self.received.last.locator(".bubble").inner_text()

    def follow(self):
        return self.read(self.find("follow").click)

    def scan(self, scene):
        """Scan a code from the console's list of codes."""
        self.console.get_by_test_id("tab-codes").click()
        self.console.get_by_test_id("code-search").fill(scene)
        code = self.console.get_by_test_id("code").and_(self.console.locator(f"[data-scene='{scene}']"))
        return self.read(code.get_by_test_id("code-scan").click)

    def say(self, text):
        self.keyboard()
        self.find("text-input").fill(text)
        return self.read(self.find("send").click)

    def keyboard(self):
        expect(self.find("keyboard-toggle")).to_be_visible()
        if not self.find("text-input").count():
            self.find("keyboard-toggle").click()

    def tap(self, label):
        """Touch a blue line in the last message."""
        item = self.received.last.get_by_test_id("msgmenu-item").get_by_text(label, exact=True)
        return self.read(item.click)

    def menu(self, button, entry=None):
        if self.find("text-input").count():
            self.find("keyboard-toggle").click()
        top = self.find("menu-button").filter(has_text=button)
        if entry is None:
            return self.read(top.click)
        top.click()
        return self.read(self.find("menu-entry").get_by_text(entry, exact=True).click)

    def send(self, kind):
        """Something that is not text, from the ＋ of the phone."""
        self.keyboard()
        self.find("plus").click()
        chosen = self.find(f"send-{kind}")
        if kind not in ("image", "location", "link"):
            return self.read(chosen.click)
        chosen.click()
        return self.read(self.find("sheet-send").click)


@pytest.fixture
def console(house, chromium, scene):
    """The console in a tab of its own, on which no script fails."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(WAIT_MS)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(house.lab)
    page.wait_for_selector("body[data-ready]")
    yield page
    page.close()
    assert wrong == []


@pytest.fixture
def phone(console):
    return Phone(console)
