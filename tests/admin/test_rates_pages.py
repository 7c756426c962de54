"""The pages of the rates: what they show, who may see it, and what leaves them as a file."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from bot.registry.models import (
    AppReport,
    CountKind,
    DailyCount,
    EventKind,
    FrozenDay,
    HeadCount,
    RegistrationEvent,
    Staff,
    StaffRole,
    Unit,
    UnitKind,
    UnitPlace,
)  # fmt: skip
from bot.registry.options import save
from tests import make
from tests.admin.conftest import send
from tests.admin.test_pages import TODAY, join

PAGES = ["/admin/rates", "/admin/rates/ranking", "/admin/rates/trend", "/admin/rates/why", "/admin/rates/corrections",
         "/admin/rates/app"]  # fmt: skip


@pytest.fixture
def county(db):
    """A banner of 1,000 with two towns of villages; a head-count of the east was corrected."""
    with db.transaction() as session:
        top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        east = make.unit(session, "东镇", code="E", parent=top, head_count=100)
        west = make.unit(session, "西镇", code="W", parent=top, head_count=400)
        first = make.unit(session, "东一嘎查", code="E1", parent=east, kind=UnitKind.VILLAGE, head_count=60)
        make.unit(session, "西一嘎查", code="W1", parent=west, kind=UnitKind.VILLAGE, head_count=90)
        join(session, first, 40, TODAY - timedelta(days=7))
        join(session, west, 10)
        make.keep(session, HeadCount(
            unit_id=east.id, kind=CountKind.RESIDENTS, since=TODAY - timedelta(days=3), count=120, source="公安",
            entered_at=make.EARLY + timedelta(days=60), reason="普查数有误", entered_by="li",
        ))  # fmt: skip
        session.expunge_all()
        return {unit.code: unit for unit in (top, east, west, first)}


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


def table(sent):
    """The rows of an exported csv by the unit's name."""
    rows = list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"))))
    return {row["单位"]: row for row in rows if row["单位"]}


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_county_is_shown_with_the_next_step(viewer, page):
    sent = viewer.get(page).text
    assert "请先导入单位表" in sent and "全部单位各单位" not in sent and "全部单位直接" not in sent


@pytest.mark.parametrize("page", [each for each in PAGES if not each.endswith("app")])
def test_a_day_before_the_first_unit_is_said_so(viewer, county, page):
    assert "这一天还没有单位" in viewer.get(f"{page}?day=2020-01-01").text


@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_fewer_than_twenty_five_queries(as_role, county, statements, page):
    browser = as_role("admin")
    statements.clear()
    assert browser.get(page).status_code == 200
    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]) < 25


def test_each_unit_is_compared_with_the_week_before(viewer, county):
    page = viewer.get("/admin/rates").text
    assert "演示旗各单位登记率" in page and "33.33%" in page and "2.50%" in page
    assert "+10" in page and "+25.00%" in page  # the banner: 50 after 40
    rows = table(viewer.get("/admin/rates?format=csv"))
    assert rows["演示旗"]["比上周环比"] == "25.00%" and rows["东镇"]["比上周环比"] == "0.00%"
    assert rows["西镇"]["比上周环比"] == "—" and rows["西镇"]["比上周（人）"] == "10"


def test_a_past_day_is_told_by_the_head_count_that_held_then(viewer, county):
    rows = table(viewer.get(f"/admin/rates?format=csv&day={TODAY - timedelta(days=4)}"))
    assert (rows["东镇"]["应登记"], rows["东镇"]["登记率"]) == ("100", "40.00%")
    assert table(viewer.get("/admin/rates?format=csv"))["东镇"]["登记率"] == "33.33%"


def test_another_kind_of_head_count_is_a_dash_where_nobody_counted(viewer, county):
    page = viewer.get("/admin/rates?kind=staff&parent=E").text
    assert "—" in page and "66.67%" not in page


def test_the_sources_stand_under_the_table(viewer, county):
    assert "来源：公安，2026-02-27 起有效" in viewer.get("/admin/rates").text
    sheet = load_workbook(io.BytesIO(viewer.get("/admin/rates?format=xlsx").data)).active
    texts = [str(row[0].value) for row in sheet.iter_rows()]
    assert texts[0].startswith("演示旗各单位登记率（截至 2026-03-02）")
    assert any("来源：公安" in text for text in texts)


@pytest.mark.parametrize("page", ["ranking", "trend?parent=E", "why?parent=E"])
def test_every_table_with_a_rate_names_where_its_head_counts_come_from(viewer, county, page):
    told = "应登记人数：常住人口，来源：公安，2026-02-27 起有效（1 个单位）。"
    assert told in viewer.get(f"/admin/rates/{page}").text
    sent = viewer.get(f"/admin/rates/{page}{'&' if '?' in page else '?'}format=csv")
    assert told in sent.data.decode("utf-8-sig")


def test_the_reasons_leave_as_a_file_with_the_entries_behind_them(viewer, county):
    sent = viewer.get("/admin/rates/why?parent=E&format=csv").data.decode("utf-8-sig")
    assert "“东镇”的应登记人数：100 → 120，来源：公安，2026-02-27 起。" in sent


def test_more_people_than_the_head_count_and_missing_counts_are_remarked(viewer, db, county):
    with db.transaction() as session:
        full = make.unit(session, "满镇", code="F", parent=county["C"])
        join(session, make.unit(session, "满村", parent=full, kind=UnitKind.VILLAGE, head_count=2), 3)
        make.unit(session, "缺村", parent=full, kind=UnitKind.VILLAGE)
    page = viewer.get("/admin/rates").text
    assert "超过 100%，人数可能过期" in page and "下级有 1 个单位没有人数，比率偏高" in page
    assert table(viewer.get("/admin/rates?format=csv"))["满镇"]["登记率"] == "150.00%"


@pytest.mark.parametrize(
    ("sort", "first"), [("rate", "东镇"), ("-rate", "西镇"), ("people", "东镇"), ("x", "东镇")]
)
def test_the_units_can_be_sorted(viewer, county, sort, first):
    rows = list(table(viewer.get(f"/admin/rates?format=csv&sort={sort}")))
    assert rows[1] == first


def test_the_page_for_paper_shows_every_unit(viewer, db, county):
    with db.transaction() as session:
        for n in range(130):
            make.unit(session, f"镇{n:03}", code=f"Z{n:03}", parent=county["C"])
    assert "镇129" not in viewer.get("/admin/rates").text
    page = viewer.get("/admin/rates?print=y").text
    assert "镇129" in page and "data-print" in page


@pytest.mark.parametrize(
    "query", ["day=x", "kind=x", "programme=x", "page=x", "span=x", "target=x", "since=x", "among=x"]
)
@pytest.mark.parametrize("page", PAGES)
def test_a_senseless_address_is_a_page_all_the_same(viewer, county, page, query):
    assert viewer.get(f"{page}?{query}").status_code == 200


@pytest.mark.parametrize("page", [each for each in PAGES if not each.endswith("app")])
def test_an_unknown_kind_of_file_is_refused(viewer, county, page):
    assert viewer.get(f"{page}?format=exe").status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("form", ["", "&format=csv", "&format=xlsx"])
def test_a_liaison_sees_and_exports_the_own_units_alone(as_role, county, page, form):
    browser = as_role("liaison", county["E"])
    for code in ("C", "W", "W1"):
        sent = browser.get(f"{page}?parent={code}{form}")
        assert sent.status_code == 403 and "西一" not in sent.text
    sent = browser.get(f"{page}?{form}")
    assert sent.status_code == 200
    assert "西镇".encode() not in sent.data and "演示旗".encode() not in sent.data


def test_a_liaison_of_two_units_chooses_one(app, as_role, db, county):
    browser = as_role("liaison", county["E"])
    with db.transaction() as session:
        person = session.query(Staff).one()
        make.keep(session, StaffRole(staff_id=person.id, role="liaison", unit_id=county["W"].id))
    for page in ("/admin/rates/trend", "/admin/rates/why"):
        sent = browser.get(page).text
        assert "先选一个单位" in sent and "西镇" in sent and "演示旗" not in sent
    assert "西镇" in browser.get("/admin/rates").text


def test_a_liaison_whose_unit_is_not_there_yet_sees_nothing_of_others(as_role, db, county):
    with db.transaction() as session:
        late = make.unit(session, "新镇", code="N")
        session.get(Unit, late.id).opened_on = TODAY + timedelta(days=1)
        session.expunge(late)
    browser = as_role("liaison", late)
    for page in PAGES:
        assert "演示旗" not in browser.get(page).text and "50" not in browser.get(f"{page}?format=csv").text


def test_the_ranking_shows_bands_places_and_who_is_not_ranked(viewer, db, county):
    with db.transaction() as session:
        make.unit(session, "小镇", parent=county["C"], head_count=19)
    page = viewer.get("/admin/rates/ranking").text
    assert "101–500 人的单位" in page and page.index("东镇") < page.index("西镇")
    assert "不参加排名（1 个）" in page and "不足 20 人" in page
    villages = table(viewer.get("/admin/rates/ranking?among=village&format=csv"))
    assert (villages["东一嘎查"]["名次"], villages["东一嘎查"]["上级"]) == ("1", "东镇")


def test_the_trend_tells_the_year_and_what_is_foretold(viewer, county):
    page = viewer.get("/admin/rates/trend?target=80").text
    assert "目标 800 人，现在 50 人" in page and "数据还不到四周" in page
    rows = list(csv.reader(io.StringIO(viewer.get("/admin/rates/trend?format=csv").data.decode("utf-8-sig"))))
    assert rows[1] == ["2026-03-02", "50", "1000", "5.00%", "10", "25.00%", "-75.00%"]
    assert rows[2][:5] == ["2026-02-23", "40", "1000", "4.00%", "40"]
    told = [row[1] for row in rows if row and row[0][:2] == "20"]
    assert len(told) == 9 and "—" not in told  # the county is nine weeks old


def test_a_forecast_is_a_day_with_its_uncertainty(viewer, db, county):
    with db.transaction() as session:
        for week in range(1, 9):
            join(session, county["E"], 8 + week % 3, TODAY - timedelta(days=7 * week))
    page = viewer.get("/admin/rates/trend?parent=C&target=80").text
    assert "大约在 20" in page and "十次里约有八次：最早 20" in page


def test_why_tells_the_reasons_that_add_up(viewer, county):
    page = viewer.get("/admin/rates/why?parent=E").text
    assert "40.00%" in page and "33.33%" in page and "普查" not in page
    sent = viewer.get("/admin/rates/why?parent=E&format=csv").data.decode("utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(sent)) if row}
    assert rows["应登记人数 100 → 120"] == ["", "-6.67"] and rows["合计"] == ["0", "-6.67"]
    assert "还没有这个单位" in viewer.get("/admin/rates/why?parent=E&since=2020-01-01").text


def test_corrections_are_listed_with_reason_and_person(viewer, county):
    page = viewer.get("/admin/rates/corrections").text
    assert "100 → 120" in page and "普查数有误" in page and "li" in page
    assert "普查数有误" not in viewer.get("/admin/rates/corrections?parent=W").text


def tell(browser, unit, total=30, day=TODAY, reporter="王芳", **more):
    page = f"/admin/rates/app?parent={unit}"
    seen = browser.get(page).text.partition('name="seen" value="')[2].partition('"')[0]
    return send(browser, page, day=day.isoformat(), total=total, reporter=reporter, **{"seen": seen} | more)


def test_a_liaison_reports_for_the_own_units(as_role, db, county):
    browser = as_role("liaison", county["E"])
    assert tell(browser, "E1").status_code == 302
    page = browser.get("/admin/rates/app").text
    assert "已记下“东一嘎查”2026-03-02 的 30 人" in page and "按下级单位相加" in page
    assert table(browser.get("/admin/rates?programme=app&format=csv"))["东一嘎查"]["安装率"] == "50.00%"
    with db.reading() as session:
        assert session.query(AppReport).one().entered_by == f"liaison-{county['E'].id}"


def test_pressed_twice_it_is_one_report(as_role, db, county):
    browser = as_role("admin")
    tell(browser, "E1")
    assert "没有重复记" in browser.get(tell(browser, "E1", seen="0").location).text
    with db.reading() as session:
        assert session.query(AppReport).count() == 1


@pytest.mark.parametrize("unit", ["W", "W1", "C", "nothing"])
def test_a_liaison_reports_for_nobody_else(as_role, db, county, unit):
    browser = as_role("liaison", county["E"])
    sent = send(
        browser,
        f"/admin/rates/app?parent={unit}",
        page="/admin/rates/app",
        day="2026-03-02",
        total=1,
        reporter="我",
    )
    assert sent.status_code in (302, 403, 404)
    with db.reading() as session:
        assert session.query(AppReport).count() == 0


@pytest.mark.parametrize("role", ["viewer", "reviewer", "school"])
def test_who_only_looks_reports_nothing(as_role, db, county, role):
    browser = as_role(role)
    assert "enter-title" not in browser.get("/admin/rates/app?parent=E").text
    sent = browser.post("/admin/rates/app?parent=E", data={"day": "2026-03-02", "total": 1, "reporter": "我"})
    assert sent.status_code in (400, 403)
    with db.reading() as session:
        assert session.query(AppReport).count() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"total": "很多"}, "只写数字"), ({"reporter": ""}, "请写明上报人"), ({"total": "-5"}, "0 到"),
        ({"reporter": "长" * 61}, "最多 60"), ({"day": TODAY + timedelta(days=1)}, "还没有到"),
    ],
)  # fmt: skip
def test_a_report_with_a_mistake_says_so_and_keeps_what_was_typed(as_role, county, words, said):
    sent = tell(as_role("admin"), "E1", **words)
    assert sent.status_code == 400 and said in sent.text and 'value="2026-03' in sent.text


def test_a_correction_asks_for_its_reason_and_stands_in_the_list(as_role, county):
    browser = as_role("admin")
    tell(browser, "E1", 30)
    assert "请写明原因" in tell(browser, "E1", 35).text
    assert tell(browser, "E1", 35, reason="漏报一组").status_code == 302
    assert "漏报一组" in browser.get("/admin/rates/corrections").text


def test_a_total_that_may_be_a_slip_is_kept_and_doubted(as_role, county):
    browser = as_role("admin")
    assert "请核对" not in browser.get(tell(browser, "E1", 30, day=TODAY - timedelta(days=1)).location).text
    fewer = browser.get(tell(browser, "E1", 20).location).text
    assert "已记下" in fewer and "请核对：比 2026-03-01 报的 30 人少 10 人" in fewer
    over = browser.get(tell(browser, "E1", 61, reason="漏报一组").location).text
    assert "请核对：比应安装人数 60 人多，安装率会超过 100%" in over


def test_a_first_report_is_not_taken_for_growth(as_role, county):
    """The sum of two towns against that of one says nothing of how many installed it meanwhile."""
    browser = as_role("admin")
    for weeks in range(8, 0, -1):
        tell(browser, "E", 90 - weeks, day=TODAY - timedelta(weeks=weeks))
    path = "/admin/rates?programme=app&format=csv"
    tell(browser, "E", 90)
    assert table(browser.get(path))["演示旗"]["比上周（人）"] == "1"
    tell(browser, "W", 300)
    row = table(browser.get(path))["演示旗"]
    assert (row["已安装"], row["比上周（人）"], row["比上周环比"]) == ("390", "—", "—")
    assert table(browser.get(path))["东镇"]["比上周（人）"] == "1"
    trend = browser.get("/admin/rates/trend?programme=app&target=90").text
    assert "数据还不到四周" in trend and "+301" not in trend


def test_who_reports_at_the_same_time_sees_the_other_first(as_role, county):
    first, second = as_role("admin"), as_role("editor")
    tell(first, "E1", 30)
    sent = tell(second, "E1", 40, seen="0")
    assert (
        sent.status_code == 409 and "已经报了 2026-03-02 的 30 人" in sent.text and 'value="40"' in sent.text
    )


def test_five_thousand_units_and_long_names_are_shown(viewer, db, county):
    row = {
        "kind": UnitKind.COMPANY,
        "basis": CountKind.STAFF,
        "opened_on": make.DAY_ONE,
        "version": 1,
        "demo": False,
    }
    with db.transaction() as session:
        group = make.unit(session, "企业" + "长" * 58, code="G", kind=UnitKind.GROUP, basis=CountKind.STAFF)
        session.execute(
            insert(Unit),
            [row | {"code": f"N{n:04}", "name": f"企业{n:04}", "parent_id": group.id} for n in range(5000)],
        )
        placed = session.query(Unit.id).filter(Unit.parent_id == group.id)
        session.execute(
            insert(UnitPlace),
            [{"unit_id": key, "since": make.DAY_ONE, "parent_id": group.id} for (key,) in placed],
        )
    for page in PAGES:
        sent = viewer.get(f"{page}?parent=G")
        assert sent.status_code == 200 and "长" * 58 in sent.text, page
    assert "第 1 / 50 页" in viewer.get("/admin/rates?parent=G").text
    assert len(table(viewer.get("/admin/rates?parent=G&format=csv"))) == 5001


def test_a_frozen_year_is_plotted_from_frozen_days(viewer, db, county):
    """The page's own counts, so that a mistake in reading frozen days would show."""
    with db.transaction() as session:
        day = TODAY - timedelta(days=1)
        session.add(FrozenDay(day=day, last_event=0, frozen_at=make.EARLY))
        session.flush()
        make.keep(session, DailyCount(day=day, unit_id=county["W"].id, registered_here=7))
        assert (
            session.query(RegistrationEvent).filter(RegistrationEvent.kind == EventKind.JOINED).count() == 50
        )
    rows = table(viewer.get("/admin/rates?format=csv"))
    assert rows["西镇"]["已登记"] == "17" and rows["东镇"]["已登记"] == "0"


def test_the_first_page_tells_when_the_target_is_met_what_was_reported_and_corrected(
    viewer, db, clock, county
):
    with db.transaction() as session:
        save(session, "target", {"rate": 0.05, "day": None}, 0, "li", clock())
        make.keep(session, AppReport(
            unit_id=county["E"].id, day=TODAY, total=90, reporter="王芳", entered_by="li", entered_at=make.EARLY,
        ))  # fmt: skip
    page = viewer.get("/admin/").text
    assert "目标 50 人，现在 50 人。目标已经达到。" in page
    assert "国家反诈中心APP</h2>" in page and "人，2 个单位中 1 个已上报" in page and "安装率" not in page
    assert "近 7 天更正了 1 个以前的数" in page


def test_towns_that_cannot_be_ranked_do_not_lead(viewer, db, county):
    with db.transaction() as session:
        join(session, make.unit(session, "小镇", parent=county["C"], head_count=19), 19)
    page = viewer.get("/admin/").text.partition("登记率较高")[2]
    assert "东镇" in page and "小镇" not in page
