"""Codes, posters, promoters and the menu, with the lab as WeChat."""
# ruff: noqa: F811  fixtures that other folders share

import io
import json
import zipfile
from pathlib import Path

import pytest

from admin import printing
from bot import tasks
from bot.registry import codes, menu, promoters
from bot.registry.models import QrCode, UnitKind
from core import poster
from lab.options import Options
from lab.pytest_plugin import lab  # noqa: F401  a fixture
from lab.running import LabThread
from tests import make
from tests.admin.conftest import send, token
from tests.codes import read_code
from tests.conftest import gateway_at, settings_in
from tests.handlers.conftest import Chat, few_types, house  # noqa: F401  the county of the chat

POSTERS = "/admin/posters"
QUIET = "/cgi-bin/qrcode/create"


@pytest.fixture(scope="module")
def lab_server():
    given = settings_in(Path())
    with LabThread(Options(app_id=given.wechat_app_id, app_secret=given.wechat_app_secret)) as running:
        yield running


@pytest.fixture
def wechat(settings, clock, lab):
    """The lab is the WeChat of the kit, and its clock stands with the kit's."""
    lab.freeze()
    lab.set_clock(clock().isoformat())
    return gateway_at(lab.url, settings, clock)


@pytest.fixture
def county(house, db):
    with db.transaction() as session:
        return {unit.code: unit for unit in session.query(make.Unit).all() if not session.expunge(unit)}


def work(kit):
    """The worker takes what is in the queue."""
    kit.queue.serve({tasks.MAKE_CODES: lambda: tasks.make_codes(kit)})


def asked(browser, **args):
    return browser.post(f"{POSTERS}/codes", query_string=args, data={"csrf_token": token(browser, POSTERS)})


def made(browser, kit):
    asked(browser)
    work(kit)
    return browser


def urls(db):
    with db.reading() as session:
        return {row.scene: row.url for row in session.query(QrCode).all()}


def test_codes_are_asked_for_once_and_remembered(as_role, kit, county, db, lab):
    browser = as_role("admin")
    assert "4 个单位，0 个有二维码" in browser.get(POSTERS).text
    asked(browser)
    asked(browser)
    page = browser.get(f"{POSTERS}/progress").text
    assert "4 个正在生成" in page and 'hx-trigger="every 2s"' in page
    work(kit)
    page = browser.get(f"{POSTERS}/progress").text
    assert "4 个有二维码" in page and "hx-trigger" not in page
    before = urls(db)
    assert set(before) == {"u:T01", "u:V01", "u:D01", "u:D02"} and all(before.values())
    asked(browser)
    work(kit)
    assert urls(db) == before
    assert len(lab.calls(path=QUIET)) == 4


def test_a_worker_killed_between_asking_and_writing_gets_the_same_code(
    as_role, kit, county, db, clock, monkeypatch, lab
):
    asked(as_role("admin"))
    real = codes.made

    def killed(*words):
        raise KeyboardInterrupt

    monkeypatch.setattr(codes, "made", killed)
    with pytest.raises(KeyboardInterrupt):
        tasks.make_codes(kit)
    monkeypatch.setattr(codes, "made", real)
    tasks.make_codes(kit)
    assert sum(bool(url) for url in urls(db).values()) == 3
    clock.forward(minutes=3)
    tasks.make_codes(kit)
    assert all(urls(db).values()) and len(lab.calls(path=QUIET)) == 5
    assert len(set(urls(db).values())) == 4


def test_a_spent_quota_stops_the_work_and_is_said_in_words(as_role, kit, county, db, lab, clock):
    lab.faults({"path": QUIET, "errcode": 45009})
    browser = made(as_role("admin"), kit)
    assert len(lab.calls(path=QUIET)) == 1
    page = browser.get(POSTERS).text
    assert "当日次数用完" in page and "1 个没有生成成功" in page
    lab.faults()
    clock.forward(minutes=1)
    tasks.make_codes(kit)
    assert all(urls(db).values())


def test_a_poster_holds_the_units_own_code(as_role, kit, county, db):
    browser = made(as_role("admin"), kit)
    sent = browser.get(f"{POSTERS}/sheet/pdf?unit=V01")
    assert sent.mimetype == "application/pdf" and sent.data.startswith(b"%PDF")
    assert "%E4%B9%8C" in sent.headers["Content-Disposition"]
    sheet = browser.get(f"{POSTERS}/sheet/png?unit=V01").data
    assert read_code(sheet) == urls(db)["u:V01"]
    assert browser.get(f"{POSTERS}/sheet/code?unit=V01").data == poster.code_png(urls(db)["u:V01"])


@pytest.mark.parametrize(
    ("address", "status"),
    [("sheet/pdf?unit=D01", 409), ("sheet/doc?unit=D01", 404), ("sheet/pdf?unit=NONE", 404), ("sheet/pdf?unit=C", 404),
     ("sheet/pdf", 404), ("sheet/pdf?promoter=nobody", 404), ("bundle", 409)],
)  # fmt: skip
def test_a_poster_that_is_not_there_is_said_so(as_role, county, address, status):
    assert as_role("admin").get(f"{POSTERS}/{address}").status_code == status


def test_all_posters_come_in_one_file_with_a_list_of_those_missing(as_role, kit, county, db):
    browser = as_role("admin")
    asked(browser, parent="T01")
    work(kit)
    sent = browser.get(f"{POSTERS}/bundle")
    archive = zipfile.ZipFile(io.BytesIO(sent.data))
    assert archive.testzip() is None
    assert archive.namelist() == ["0001-乌兰镇-T01.pdf", "0002-乌兰镇-东风嘎查-V01.pdf", "没有海报的.txt"]
    assert "民政局" in archive.read("没有海报的.txt").decode("utf-8-sig")
    sent.close()
    under = browser.get(f"{POSTERS}/bundle?parent=T01")
    assert len(zipfile.ZipFile(io.BytesIO(under.data)).namelist()) == 2
    under.close()


def test_an_archive_is_made_while_it_is_sent_and_only_one_at_a_time(as_role, kit, county, monkeypatch):
    browser = made(as_role("admin"), kit)
    drawn = []
    monkeypatch.setattr("core.poster.as_pdf", lambda page: drawn.append(page) or b"%PDF")
    sent = browser.get(f"{POSTERS}/bundle")
    parts = sent.iter_encoded()
    next(parts)
    assert len(drawn) == 1
    assert browser.get(f"{POSTERS}/bundle").status_code == 409
    sent.close()
    other = browser.get(f"{POSTERS}/bundle")
    assert other.status_code == 200
    other.close()


def test_an_archive_of_many_posters_holds_one_in_memory_at_a_time():
    held = printing.zipped((f"{n}.pdf", lambda: b"x" * 1_000_000) for n in range(5))
    assert max(len(part) for part in held) < 1_100_000


def test_a_liaison_prints_and_asks_for_their_own_units_only(as_role, kit, county, db):
    browser = as_role("liaison", county["T01"])
    page = browser.get(POSTERS).text
    assert "东风嘎查" in page and "民政局" not in page
    made(browser, kit)
    assert set(urls(db)) == {"u:T01", "u:V01"}
    assert browser.get(f"{POSTERS}/sheet/pdf?unit=V01").status_code == 200
    assert browser.get(f"{POSTERS}/sheet/pdf?unit=D01").status_code == 403
    assert browser.get(f"{POSTERS}/bundle?parent=C").status_code == 403
    assert asked(browser, parent="D01").status_code == 302 and "u:D01" not in urls(db)


def test_a_name_with_a_letter_the_font_lacks_is_told_before_it_is_printed(as_role, db, county):
    with db.transaction() as session:
        make.unit(session, "\U00030edd面村", code="X1", kind=UnitKind.VILLAGE)
    assert "有 1 个字印不出来" in as_role("admin").get(POSTERS).text


PROMOTERS = "/admin/promoters"


def added(browser, code="D01", **fields):
    return send(browser, f"{PROMOTERS}/{code}", **fields)


def rows(db, unit):
    with db.reading() as session:
        return promoters.listed(session, [unit.id])


def test_a_promoters_code_registers_with_the_unit_and_counts_for_the_promoter(
    as_role, kit, county, db, house
):
    browser = as_role("liaison", county["D01"])
    added(browser, labels="王小明\n1007")
    work(kit)
    wang = rows(db, county["D01"])[0]
    chat = Chat(kit)
    assert "民政局" in chat.follow(f"p:{wang.code}")
    assert "登记成功：民政局" in chat.say("1")
    page = browser.get(f"{PROMOTERS}/D01").text
    assert "现在已登记 1 人，累计 1 人次" in page and "1 / 30" in page
    assert browser.get(f"{POSTERS}/sheet/pdf?promoter={wang.code}").data.startswith(b"%PDF")
    chat.say("注销")
    chat.say("确认注销")
    assert "现在已登记 0 人，累计 1 人次" in browser.get(f"{PROMOTERS}/D01").text


def test_who_scans_first_and_registers_later_counts_and_who_is_registered_already_does_not(
    as_role, kit, county, db, house
):
    browser = as_role("admin")
    added(browser, labels="王小明，李四")
    wang, li = rows(db, county["D01"])
    late, old = Chat(kit), Chat(kit).registered("D02")
    late.follow()
    late.event("scan", scene=f"p:{wang.code}")
    late.say("0")
    assert "民政局" in late.say("登记") and "登记成功" in late.say("1")
    assert "换到“民政局”" in old.event("scan", scene=f"p:{li.code}")
    assert "登记成功" in old.say("1")
    assert [(row.now, row.total) for row in rows(db, county["D01"])] == [(1, 1), (0, 0)]


def test_who_chooses_another_unit_still_counts_for_who_brought_them(as_role, kit, county, db, house):
    added(as_role("admin"), labels="王小明")
    wang = rows(db, county["D01"])[0]
    chat = Chat(kit)
    chat.follow(f"p:{wang.code}")
    assert "住房" in chat.say("住建局") and "登记成功" in chat.say("1")
    assert rows(db, county["D01"])[0].now == 1


def test_promoters_by_number_closed_and_opened_again(as_role, county, db):
    browser = as_role("liaison", county["D01"])
    assert added(browser, count="3").status_code == 302
    first = rows(db, county["D01"])[0]
    assert send(browser, f"{PROMOTERS}/{first.id}/switch", f"{PROMOTERS}/D01", open="0").status_code == 302
    assert [row.closed for row in rows(db, county["D01"])] == [True, False, False]
    send(browser, f"{PROMOTERS}/{first.id}/switch", f"{PROMOTERS}/D01", open="0")
    send(browser, f"{PROMOTERS}/{first.id}/switch", f"{PROMOTERS}/D01", open="1")
    assert not rows(db, county["D01"])[0].closed


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "请填名单"), ({"count": "0"}, "1 到 500"), ({"count": "x"}, "请填名单"), ({"labels": "13800001111"}, "手机号"),
     ({"labels": "王\n王"}, "写了两次"), ({"labels": "长" * 21}, "太长")],
)  # fmt: skip
def test_a_list_that_cannot_be_adds_nobody(as_role, county, db, fields, said):
    sent = added(as_role("admin"), **fields)
    assert sent.status_code in (400, 409) and said in sent.text
    assert all(value in sent.text for value in fields.values())  # what was typed is still there
    assert rows(db, county["D01"]) == []


def test_a_liaison_touches_no_promoters_of_other_units(as_role, county, db):
    added(as_role("admin"), code="D02", labels="别人")
    other = rows(db, county["D02"])[0]
    browser = as_role("liaison", county["D01"])
    assert browser.get(f"{PROMOTERS}/D02").status_code == 403
    assert "别人" not in browser.get(f"{PROMOTERS}/export/csv").text
    assert browser.get(f"{PROMOTERS}/export/csv?parent=D02").status_code == 403
    assert browser.get(f"{POSTERS}/sheet/pdf?promoter={other.code}").status_code == 404
    send(browser, f"{PROMOTERS}/{other.id}/switch", f"{PROMOTERS}/D01", open="0")
    browser.post(f"{PROMOTERS}/D02", data={"csrf_token": token(browser, f"{PROMOTERS}/D01"), "count": "2"})
    assert [(row.label, row.closed) for row in rows(db, county["D02"])] == [("别人", False)]


def test_the_figures_leave_as_a_table(as_role, county):
    browser = as_role("admin")
    added(browser, labels="=1+1")
    text = browser.get(f"{PROMOTERS}/export/csv").data.decode("utf-8-sig")
    assert "'=1+1" in text and "现在已登记" in text
    assert browser.get(f"{PROMOTERS}/export/xlsx?parent=D01").data.startswith(b"PK")
    assert browser.get(f"{PROMOTERS}/export/doc").status_code == 404


def test_an_empty_county_and_five_thousand_units_in_one_list(as_role, db):
    browser = as_role("admin")
    for page in (POSTERS, PROMOTERS, "/admin/reconcile"):
        assert "还没有单位" in browser.get(page).text
    with db.transaction() as session:
        top = make.unit(session, "旗", code="C", kind=UnitKind.COUNTY)
        session.add_all(
            make.Unit(
                code=f"N{n:04}",
                name=f"{'长' * 56}{n:04}",
                kind="village",
                basis="residents",
                parent_id=top.id,
                opened_on=make.DAY_ONE,
            )
            for n in range(5000)
        )
        session.flush()
        ids = [key for (key,) in session.query(make.Unit.id).where(make.Unit.parent_id == top.id)]
        session.add_all(make.UnitPlace(unit_id=key, since=make.DAY_ONE, parent_id=top.id) for key in ids)
    for page in (POSTERS, PROMOTERS, "/admin/reconcile"):
        assert "第 100 / 100 页" in browser.get(f"{page}?page=999").text


MENU = "/admin/settings/menu"


def test_the_menu_goes_into_wechat_and_is_remembered(as_role, kit, db):
    browser = as_role("admin")
    assert "微信上现在没有菜单" in browser.get(f"{MENU}/live").text
    send(browser, f"{MENU}/push", MENU)
    assert menu.outlined(kit.wechat.get_menu()) == menu.outlined(menu.USUAL)
    assert "一样" in browser.get(f"{MENU}/live").text and "上次推送" in browser.get(MENU).text
    assert "推送菜单" in browser.get("/admin/audit").text
    send(browser, MENU, go="save", version="0", **{"tops-0-name": "急救", "tops-0-does": "PAID"})
    assert "还没有推送" in browser.get(MENU).text
    live = browser.get(f"{MENU}/live").text
    assert "<ins>急救 → 我已经转账了：急救卡</ins>" in live and "<del>" in live


def test_a_menu_wechat_refuses_is_said_in_words_and_not_remembered(as_role, kit, db, lab):
    lab.faults({"path": "/cgi-bin/menu/*", "errcode": 48001})
    browser = as_role("admin")
    send(browser, f"{MENU}/push", MENU)
    page = browser.get(MENU).text
    assert "没有推送成功" in page and "接口权限" in page and "从这里还没有推送过" in page
    assert "看不到微信上的菜单" in browser.get(f"{MENU}/live").text


def test_what_a_command_makes_is_what_the_office_has(kit, county, db):
    held = tasks.code_for("u:D01", kit)
    assert held.url and tasks.code_for("u:D01", kit) == held
    assert urls(db) == {"u:D01": held.url}
    assert json.dumps(held.url).startswith('"http')
