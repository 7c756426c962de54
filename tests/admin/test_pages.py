"""What the pages show, also where there is little or very much to show."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.registry import audit
from bot.registry.models import CountKind, EventKind, RegistrationEvent, Unit, UnitKind, UnitPlace
from tests import make

TODAY = date(2026, 3, 2)
PAGES = ["/admin/", "/admin/units", "/admin/audit", "/admin/password"]
people = iter(range(1, 1_000_000))


def join(session, unit, count, day=TODAY):
    """`count` people register with the unit on that day."""
    row = {
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "day": day,
        "unit_id": unit.id,
        "kind": EventKind.JOINED,
        "delta": 1,
    }
    session.execute(insert(RegistrationEvent), [row | {"person_no": next(people)} for _ in range(count)])


@pytest.fixture
def county(db):
    """A banner of 1,000 with two towns: 40 people by last week, 50 now."""
    with db.transaction() as session:
        top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        east = make.unit(session, "东镇", code="E", parent=top, head_count=100)
        west = make.unit(session, "西镇", code="W", parent=top, head_count=400)
        join(session, east, 40, TODAY - timedelta(days=7))
        join(session, west, 10)


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_county_is_shown_sensibly(as_role, page):
    assert as_role("admin").get(page).status_code == 200


@pytest.mark.parametrize("page", ["/admin/", "/admin/units"])
def test_an_empty_county_names_the_next_step(viewer, page):
    assert "请先导入单位表" in viewer.get(page).text


def test_the_first_page_says_the_rate_and_the_week_in_one_sentence(viewer, county):
    assert "全旗县登记率 5.00%，已登记 50 人，比 7 天前多 10 人。" in viewer.get("/admin/").text


def test_the_first_page_shows_the_change_in_points(viewer, county):
    assert "+1.00 个百分点" in viewer.get("/admin/").text


def test_the_first_page_rounds_as_the_rates_do(viewer, db):
    """1 of 800 is 0.125 %: an office writes 0.13, a float 0.12."""
    with db.transaction() as session:
        join(session, make.unit(session, "演示旗", kind=UnitKind.COUNTY, head_count=800), 1)
    assert "0.13%" in viewer.get("/admin/").text and "0.13%" in viewer.get("/admin/rates").text


def test_the_first_page_ranks_the_towns(viewer, county):
    page = viewer.get("/admin/").text
    assert page.index("东镇") < page.index("西镇")


def test_the_trend_ends_with_todays_number(viewer, county):
    assert '"registered": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 50]' in viewer.get("/admin/").text


def test_the_first_page_names_what_needs_doing(viewer, db, county):
    with db.transaction() as session:
        join(session, make.unit(session, "满镇", head_count=2), 3)
        make.unit(session, "空镇")
    page = viewer.get("/admin/").text
    assert "1 个单位登记率超过 100%" in page and "满镇" in page
    assert "1 个单位没有应登记人数" in page and "空镇" in page


def test_several_top_units_without_a_head_count_give_no_rate(viewer, db):
    with db.transaction() as session:
        join(session, make.unit(session, "东镇", head_count=10), 4)
        make.unit(session, "西镇")
    assert "全旗县已登记 4 人" in viewer.get("/admin/").text


def test_the_list_begins_below_the_only_top_unit(viewer, county):
    page = viewer.get("/admin/units").text
    assert "演示旗的下级单位 2 个" in page
    assert "40.00%" in page and "2.50%" in page


def test_a_unit_without_head_count_shows_a_dash(viewer, db):
    with db.transaction() as session:
        join(session, make.unit(session, "东镇", code="E"), 3)
    page = viewer.get("/admin/units?parent=E").text
    assert "<dt>登记率</dt><dd>—</dd>" in page and "3 人" in page


def test_a_head_count_of_zero_shows_a_dash(viewer, db):
    with db.transaction() as session:
        make.unit(session, "东镇", code="E", head_count=0)
    assert "<dt>登记率</dt><dd>—</dd>" in viewer.get("/admin/units?parent=E").text


def test_more_people_than_the_head_count_raises_a_flag(viewer, db, county):
    with db.transaction() as session:
        join(session, make.unit(session, "满镇", code="F", head_count=2), 3)
    page = viewer.get("/admin/units?parent=F").text
    assert "150.00%" in page and "人数可能过期" in page
    assert "人数可能过期" not in viewer.get("/admin/units?parent=E").text


def test_the_path_down_is_shown(viewer, db, county):
    page = viewer.get("/admin/units?parent=E").text
    assert 'aria-current="page">东镇</li>' in page
    assert '<a href="/admin/units?parent=C">演示旗</a>' in page


def test_a_past_day_shows_the_figures_of_that_day(viewer, county):
    page = viewer.get(f"/admin/units?parent=C&day={TODAY - timedelta(days=7)}").text
    assert "4.00%" in page and "5.00%" not in page


def test_a_day_before_the_first_event_shows_zeros(viewer, county):
    page = viewer.get("/admin/units?parent=C&day=2026-01-05").text
    assert "0.00%" in page and "东镇" in page


def test_a_day_before_the_first_unit_is_said_so(viewer, county):
    assert "这一天还没有单位" in viewer.get("/admin/units?day=2020-01-01").text
    assert viewer.get("/admin/units?day=2020-01-01&parent=E").status_code == 404


@pytest.mark.parametrize(
    ("day", "told"), [("2026-03-03", "还没有到"), ("yesterday", "没有看懂"), ("2026-02-30", "没有看懂")]
)
def test_a_day_that_cannot_be_shown_gives_today_with_a_sentence(viewer, county, day, told):
    page = viewer.get(f"/admin/units?day={day}").text
    assert told in page and "截至 2026-03-02" in page


def test_the_search_finds_by_part_of_a_name_or_by_code(viewer, county):
    assert "东镇" in viewer.get("/admin/units?find=东").text
    assert "含“w”的单位 1 个" in viewer.get("/admin/units?find=w").text


def test_a_search_without_result_says_what_to_do(viewer, county):
    assert "请换一个词" in viewer.get("/admin/units?find=火星").text


@pytest.mark.parametrize("find", ["<script>alert(1)</script>", "%00", "'; drop table units; --", "a" * 500])
def test_a_strange_search_is_only_a_search(viewer, county, find):
    sent = viewer.get("/admin/units", query_string={"find": find})
    assert sent.status_code == 200
    assert "<script>alert" not in sent.text


def test_names_of_sixty_characters_are_shown_whole(viewer, db, county):
    with db.transaction() as session:
        make.unit(session, "长" * 60)
    assert "长" * 60 in viewer.get("/admin/").text


@pytest.fixture
def wide(db):
    """5,000 companies under one group."""
    with db.transaction() as session:
        group = make.unit(session, "企业", code="G", kind=UnitKind.GROUP)
        row = {
            "kind": UnitKind.COMPANY,
            "basis": CountKind.STAFF,
            "opened_on": make.DAY_ONE,
            "version": 1,
            "demo": False,
        }
        names = [
            {"code": f"N{n:04}", "name": f"企业{n:04}", "parent_id": group.id} | row for n in range(5000)
        ]
        session.execute(insert(Unit), names)
        placed = session.query(Unit.id).filter(Unit.parent_id == group.id)
        session.execute(
            insert(UnitPlace),
            [{"unit_id": key, "since": make.DAY_ONE, "parent_id": group.id} for (key,) in placed],
        )


def test_five_thousand_units_come_in_pages(viewer, wide):
    first, last = viewer.get("/admin/units").text, viewer.get("/admin/units?page=50").text
    assert "企业0099" in first and "企业0100" not in first and "第 1 / 50 页" in first
    assert "企业4999" in last and "下一页" not in last


@pytest.mark.parametrize(("page", "shown"), [("9999", "第 50 / 50"), ("-3", "第 1 / 50"), ("x", "第 1 / 50")])
def test_a_page_beyond_the_list_gives_the_nearest(viewer, wide, page, shown):
    assert shown in viewer.get(f"/admin/units?page={page}").text


@pytest.mark.parametrize("page", [*PAGES, "/admin/units?find=东"])
def test_a_page_needs_few_queries(as_role, county, statements, page):
    browser = as_role("admin")
    statements.clear()
    assert browser.get(page).status_code == 200
    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]) < 25


@pytest.fixture
def busy(db):
    """120 entries, one a minute; every second one by li."""
    with db.transaction() as session:
        for n in range(120):
            at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=n)
            audit.note(
                session,
                "li" if n % 2 else "zhang",
                "unit.rename",
                f"单位{n:03}",
                at,
                {"name": "旧"},
                {"name": "新"},
            )


def test_the_audit_log_shows_the_newest_first_in_county_time(as_role, busy):
    page = as_role("admin").get("/admin/audit").text
    assert page.index("单位119") < page.index("单位118")
    assert "2026-03-01 09:59:00" in page
    assert "旧" in page and "新" in page


def test_the_audit_log_can_be_followed_to_its_beginning(as_role, busy):
    browser, address, seen = as_role("admin"), "/admin/audit", []
    while address:
        page = browser.get(address).text
        seen += [n for n in range(120) if f"单位{n:03}" in page]
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == list(range(120))


def test_the_audit_log_is_narrowed_by_person(as_role, busy):
    page = as_role("admin").get("/admin/audit?actor=li").text
    assert "单位119" in page and "单位118" not in page


def test_a_filter_that_fits_nothing_is_said_so(as_role, busy):
    assert "没有符合条件的记录" in as_role("admin").get("/admin/audit?actor=nobody").text
