"""The library in a real browser: readable by everybody, written and approved by two people, tried before it is saved."""

import pytest
from playwright.sync_api import expect

from bot.content.editing import Seen, Wish, begun, save
from bot.content.library import load_library
from bot.content.quick import add
from bot.content.reviews import approve, submit
from bot.registry.models import Staff, StaffRole
from core.db import Database
from tests import make
from tests.admin.conftest import signed_in
from tests.chromium import faults, widths
from tests.content.conftest import TYPES, write
from tests.services import ready, scratch_database

pytestmark = pytest.mark.xdist_group(__name__)
MAIN = [
    "library", "library/types/baiwan", "library/write?subject=type:baiwan", "library/drafts/2",
    "library/history/type:baiwan", "library/selfcheck", "library/cases/5", "library/drafts/3", "library/history/case:5",
]  # fmt: skip
REST = [
    "library?find=火星", "library/types/baiwan/cases", "library/cases/1", "library/types/baiwan/phrases",
    "library/types/baiwan/phrases?kind=question", "library/write?type=baiwan", "library/write", "library/drafts",
    "library/drafts?show=closed", "library/drafts/1", "library/ordinary", "library/bench", "library/files",
]  # fmt: skip
PLACES = [*MAIN, *(pytest.param(place, marks=pytest.mark.long) for place in REST)]
LONG = "长" * 40
PEOPLE = {"li": "editor", "wang": "reviewer"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with scratch_database("sqlite", "shelf", tmp_path_factory.mktemp("shelf")) as url:
        engine = ready(url)
        with Database(engine).transaction() as session:
            fill(session, tmp_path_factory.mktemp("library"))
        yield engine
        engine.dispose()


def fill(session, folder):
    """Two people; a card with two versions and a draft under way, a word of two types, names as long as may be."""
    for login, role in PEOPLE.items():
        person = make.keep(session, Staff(login=login, name=login, password_hash="-"))
        make.keep(session, StaffRole(staff_id=person.id, role=role))
    load_library(session, make.EARLY, write(folder, TYPES))
    for number, fields in enumerate(
        [{"summary": "第二版的说明。", "also": [LONG]}, {"summary": "第三版，还没有通过。"}]
    ):
        body, seen = begun(session, "type:baiwan")
        draft = save(
            session, Wish("type", "type:baiwan", "baiwan", body | fields, "写清楚"), seen, "zhao", make.EARLY
        )
        submit(session, draft.id, draft.version, make.EARLY)
        if number == 0:
            approve(session, draft.id, draft.version, "wang", make.EARLY)
    case = {"title": "W" * 60, "text": "W" * 300, "tags": ["W" * 60], "live": True}
    draft = save(session, Wish("case", "", "shuadan", case, "长"), Seen(0, 0, 0), "zhao", make.EARLY)
    submit(session, draft.id, draft.version, make.EARLY)
    approve(session, draft.id, draft.version, "wang", make.EARLY)
    add(session, "alias", "shuadan", "百万保障", "li", make.EARLY)
    add(session, "ordinary", "", LONG, "li", make.EARLY)


@pytest.fixture
def db(files):
    return Database(files)


def opened(chromium, app, real_clock, address, width, cookie):
    context = chromium.new_context(viewport={"width": width, "height": 844}, base_url=f"{address}/admin/")
    cookie = signed_in(app.test_client(), cookie, real_clock()).get_cookie("office", path="/admin")
    # of the path the office itself uses, so that its next cookie takes the place of this one
    context.add_cookies([{"name": "office", "value": cookie.value, "domain": "127.0.0.1", "path": "/admin"}])
    page = context.new_page()
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


@pytest.fixture(params=[1440, 390])
def page(request, chromium, app, real_clock, address):
    made = opened(chromium, app, real_clock, address, request.param, "1.1")
    yield made
    made.context.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_page_has_no_serious_fault_and_fits_also_at_twice_the_size_of_text(page, place):
    page.goto(place)
    assert faults(page) == []
    for size in ("100%", "200%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        wide, window = widths(page)
        assert wide <= window, size
    assert page.said == []


def test_the_bench_answers_beside_the_form_before_anything_is_saved(page):
    page.goto("library/write?subject=type:baiwan")
    page.fill("#name", "百万会员骗局")
    page.fill("#say", "百万保障是什么东西")
    page.click("#bench button")
    expect(page.locator(".side")).to_have_count(2)
    now, after = page.locator(".side").all_inner_texts()
    assert "百万保障骗局" in now and "百万会员骗局" in after
    assert faults(page) == [] and widths(page)[0] <= widths(page)[1]
    assert page.url.endswith("write?subject=type:baiwan") and page.said == []


def test_the_bench_on_a_types_page_tries_a_word_not_yet_added(page):
    page.goto("library/types/baiwan")
    page.fill("#say", "星钻权益是什么东西")
    page.click("#bench summary")
    page.fill("#try_alias", "星钻权益")
    page.click("#bench button")
    expect(page.locator(".side").nth(1)).to_contain_text("“星钻权益” → 百万保障骗局")
    assert page.said == []


def test_what_a_colleague_saved_meanwhile_can_be_read_beside_ones_own(page):
    page.goto("library/write?subject=type:baiwan")
    page.evaluate("document.querySelector('#write-form [name=version]').value = 99")
    page.fill("#summary", "自己写的另一种说明，比对方的长，也要看得清。")
    page.get_by_role("button", name="先存草稿").click()
    notice, changes = page.locator("main .alert-warning"), page.locator("main .alert .changes")
    expect(notice).to_contain_text("先存了")
    assert changes.bounding_box()["width"] > 0.85 * notice.bounding_box()["width"]
    assert faults(page) == [] and widths(page)[0] <= widths(page)[1]


def test_the_words_looked_for_are_there_still_after_one_is_taken_away(page):
    page.goto("library/types/police/phrases")
    page.locator("#find").press_sequentially("安全账")
    expect(page.locator("#phrases tbody tr")).to_have_count(2)
    page.locator("#phrases").get_by_role("button", name="停用").first.click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    expect(page.locator("#find")).to_have_value("安全账")
    expect(page.locator("#phrases tbody tr")).to_have_count(1)
    page.get_by_role("button", name="撤销").first.click()
    expect(page.locator("#phrases tbody tr")).to_have_count(2)
    assert page.said == []


def test_types_easily_mistaken_are_ticked_by_keyboard_one_after_the_other(page):
    page.goto("library/write?subject=type:baiwan")
    page.locator("#tags").press("Tab")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    expect(page.locator(".several :checked")).to_have_count(2)
    assert faults(page) == [] and widths(page)[0] <= widths(page)[1]


def test_the_list_narrows_while_one_types(page):
    page.goto("library")
    page.focus("#find")
    page.keyboard.type("通缉令")
    expect(page.locator("#types tbody tr")).to_have_count(1)
    assert page.said == []


def test_a_case_is_written_by_keyboard_and_approved_by_another_person(chromium, app, real_clock, address):
    li = opened(chromium, app, real_clock, address, 1440, "1.1")
    li.goto("library/write?type=police")
    li.focus("#title")
    li.keyboard.type("午饭时的电话")
    li.keyboard.press("Tab")
    li.keyboard.type("村民接到自称民警的电话，说他涉案，要他别告诉家人，一步步教他把存款转走核查。")
    li.focus("#why")
    li.keyboard.type("新出现的说法")
    with li.expect_navigation():
        li.keyboard.press("Enter")
    expect(li.get_by_role("status")).to_contain_text("草稿已保存")
    li.get_by_role("button", name="提交审核").press("Enter")
    expect(li.get_by_role("status")).to_contain_text("已提交审核")
    assert "待审核" in li.inner_text("main")
    assert li.get_by_role("button", name="通过").count() == 0
    wang = opened(chromium, app, real_clock, address, 390, "2.1")
    wang.goto(li.url)
    wang.get_by_role("button", name="通过，让居民看到").click()
    expect(wang.get_by_role("status")).to_contain_text("已通过")
    li.goto("library/types/police")
    expect(li.get_by_role("link", name="午饭时的电话")).to_be_visible()
    assert li.said == wang.said == []
    for person in (li, wang):
        person.context.close()
