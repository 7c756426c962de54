"""What the first page asks a person to do."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.content.models import Asked, Draft
from bot.content.serving import keep_model
from bot.registry import codes, options
from bot.registry.models import AppReport, UnitKind
from tests import make
from tests.admin.test_pages import TODAY


@pytest.fixture
def county(db):
    """Two towns; each told its total of the other programme, the west one long ago."""
    with db.transaction() as session:
        top = make.unit(session, "演示旗", code="C", kind=UnitKind.COUNTY, head_count=1000)
        for code, name, ago in (("E", "东镇", 5), ("W", "西镇", 40)):
            unit = make.unit(session, name, code=code, parent=top, head_count=400)
            day = TODAY - timedelta(days=ago)
            make.keep(
                session,
                AppReport(
                    unit_id=unit.id, day=day, total=100, reporter="王", entered_by="li", entered_at=make.EARLY
                ),
            )
    return db


def asked(session, person, text, **fields):
    make.keep(
        session, Asked(at=make.EARLY, text=text, folded=text, state="open", follower_id=person.id, **fields)
    )


def test_groups_in_the_inbox_are_for_who_may_rule_on_them(county, as_role):
    with county.transaction() as session:
        person = make.follower(session)
        asked(session, person, "这是真的吗")
        asked(session, person, "那个呢", wish_at=make.EARLY)
    page = as_role("editor").get("/admin/").text
    assert "收件箱有 2 组问题等着处理" in page
    assert '<a href="/admin/inbox?why=wish">1 组有人在等答复</a>' in page
    assert "收件箱有" not in as_role("reviewer").get("/admin/").text


def test_drafts_are_for_who_may_approve_them_and_wrote_nothing_in_them(county, as_role):
    reviewer = as_role("reviewer")
    with county.transaction() as session:
        for n, writer in enumerate(("li", "wang", "reviewer-None")):
            make.keep(session, Draft(
                subject=f"type:a{n}", type_code="a", kind="type", body="{}", why="", base=0, state="review",
                writers=json.dumps([writer]), author=writer, made_at=make.EARLY, changed_at=make.EARLY,
            ))  # fmt: skip
    assert "2 份稿件等您审核" in reviewer.get("/admin/").text
    assert "份稿件" not in as_role("editor").get("/admin/").text
    with county.transaction() as session:
        session.execute(update(Draft).values(state="approved"))
    assert "份稿件" not in reviewer.get("/admin/").text


def test_a_fit_that_was_held_back_is_for_who_may_take_it_over(county, as_role):
    with county.transaction() as session:
        keep_model(session, b"x", json.dumps({"refused": "判对率降了。"}), 1, make.EARLY, live=False)
    editor = as_role("editor")
    page = editor.get("/admin/").text
    assert "最近一次训练没有换上" in page and 'href="/admin/library/selfcheck"' in page
    assert "没有换上" not in as_role("viewer").get("/admin/").text
    with county.transaction() as session:
        keep_model(session, b"y", "{}", 1, make.EARLY)
    assert "没有换上" not in editor.get("/admin/").text


def test_drafts_to_go_on_with_are_their_authors(county, as_role):
    editor = as_role("editor")
    with county.transaction() as session:
        for n, (state, writer) in enumerate(
            [("returned", "editor-None"), ("draft", "editor-None"), ("draft", "li")]
        ):
            make.keep(session, Draft(
                subject=f"type:a{n}", type_code="a", kind="type", body="{}", why="", base=0, state=state,
                writers=json.dumps([writer]), author=writer, made_at=make.EARLY, changed_at=make.EARLY,
            ))  # fmt: skip
    page = editor.get("/admin/").text
    assert "您有 1 份稿件被退回" in page and "您有 1 份草稿还没有提交审核" in page
    page = as_role("admin").get("/admin/").text
    assert "被退回" not in page and "还没有提交审核" not in page


def test_a_report_of_more_than_a_month_ago_is_named(county, as_role):
    page = as_role("viewer").get("/admin/").text
    assert "1 个单位的国家反诈中心APP一个多月没有上报" in page
    assert 'href="/admin/rates/app?parent=W"' in page and 'href="/admin/rates/app?parent=E"' not in page


def test_a_share_of_all_people_is_shown_when_all_have_told(county, as_role):
    viewer = as_role("viewer")
    assert "安装率 20.00%" in viewer.get("/admin/").text
    with county.transaction() as session:
        make.unit(
            session, "北镇", code="N", parent=make.unit(session, "另一旗", kind=UnitKind.COUNTY, head_count=9)
        )
    page = viewer.get("/admin/").text
    assert "安装率" not in page and "3 个单位中 2 个已上报" in page


def test_nothing_to_do_is_said(county, as_role):
    with county.transaction() as session:
        session.execute(update(AppReport).values(day=TODAY))
    assert "没有待处理的事项" in as_role("viewer").get("/admin/").text


def test_an_empty_county_tells_its_admin_what_to_do_first(as_role):
    page = as_role("admin").get("/admin/").text
    steps = [page.index(f'href="{place}"') for place in (
        "/admin/settings", "/admin/units/import", "/admin/units/new", "/admin/posters", "/admin/staff/many",
        "/admin/settings/menu")]  # fmt: skip
    assert "第一次使用" in page and min(steps) > 0
    assert "第一次使用" not in as_role("viewer").get("/admin/").text


def test_what_is_not_set_up_yet_is_named_to_who_sets_it(county, as_role):
    admin = as_role("admin")
    page = admin.get("/admin/").text
    assert "还没有填旗县名称" in page and "还没有单位二维码" in page
    with county.transaction() as session:
        options.save(session, "county_name", "演示旗", 0, "zhang", make.EARLY)
        codes.ask(session, ["u:E"], make.EARLY)
        codes.made(session, "u:E", "t", "http://weixin.qq.com/q/1", make.EARLY)
    page = admin.get("/admin/").text
    assert "还没有填旗县名称" not in page and "还没有单位二维码" not in page
    with county.transaction() as session:
        session.execute(update(AppReport).values(day=TODAY))
    assert "没有待处理的事项" in as_role("viewer").get("/admin/").text
