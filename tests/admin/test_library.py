"""The library's pages: editors write, another person approves, everybody else reads."""

import json
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from sqlalchemy import func, insert, select

from bot.content.library import library_version, load_library
from bot.content.models import Case, Draft, OrdinaryText, Phrase, ScamType
from bot.content.serving import keep_model, newest_model
from bot.registry.models import AuditEntry
from tests.admin.conftest import send
from tests.content.conftest import TYPES, write
from tests.cuts import with_cuts
from tests.effort import effort

TEXT = "老人接到电话，对方自称客服，说会员到期要扣钱，一步步让她把屏幕共享出来。"
READING = ["/admin/library", "/admin/library/drafts", "/admin/library/ordinary", "/admin/library/bench",
           "/admin/library/selfcheck"]  # fmt: skip
FULL = [*READING, "/admin/library/types/baiwan", "/admin/library/types/baiwan/cases",
        "/admin/library/types/baiwan/phrases?kind=question", "/admin/library/history/type:baiwan",
        "/admin/library/write?subject=type:baiwan", "/admin/library/write?type=baiwan", "/admin/library/write"]  # fmt: skip


@pytest.fixture
def shelf(db, clock, tmp_path):
    with db.transaction() as session:
        load_library(session, clock(), write(tmp_path / "library", TYPES))


@pytest.fixture
def editor(as_role, shelf):
    return as_role("editor")


@pytest.fixture
def reviewer(as_role, shelf):
    return as_role("reviewer")


class Fields(HTMLParser):
    """What a browser would send back of the form with that id."""

    def __init__(self, form):
        super().__init__()
        self.form, self.inside, self.area, self.select, self.held = form, False, None, None, {}

    def handle_starttag(self, tag, given):
        given = dict(given)
        if tag == "form":
            self.inside = given.get("id") == self.form
        elif tag == "input" and self.inside and given.get("name") == "second":
            self.held.setdefault("second", []).extend([given["value"]] if "checked" in given else [])
        elif tag == "input" and self.inside and (given.get("type") != "checkbox" or "checked" in given):
            self.held[given["name"]] = given.get("value") or ""
        elif tag == "textarea" and self.inside:
            self.area = given["name"]
            self.held[self.area] = ""
        elif tag == "select" and self.inside:
            self.select = given["name"]
        elif tag == "option" and self.select and "selected" in given:
            self.held.setdefault(self.select, []).append(given["value"])

    def handle_data(self, data):
        if self.area:
            self.held[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def form_of(browser, address):
    """What the form of a page holds, as a browser would send it back."""
    reader = Fields("write-form")
    reader.feed(browser.get(address).text)
    return reader.held


def save(browser, address, **fields):
    return browser.post("/admin/library/save", data=form_of(browser, address) | fields)


def drafted(editor, **fields):
    """The draft of a card that an editor sent for review; returns its page."""
    sent = save(editor, "/admin/library/write?subject=type:baiwan", why="写清楚", submit="1", **fields)
    assert sent.status_code == 302, sent.text
    return sent.location


def press(browser, page, action, **fields):
    version = re.search(r'name="version" value="(\d+)"', browser.get(page).text)
    fields = ({"version": version[1]} if version else {}) | fields
    return send(browser, f"{page}/{action}", page, **fields)


def count(db, what):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(what))


@pytest.mark.parametrize("page", [*READING, "/admin/library/write"])
def test_an_empty_library_is_shown_sensibly(as_role, page):
    assert as_role("admin").get(page).status_code == 200


def test_an_empty_library_names_the_next_step_and_answers_safely(as_role):
    browser = as_role("editor")
    assert "load-library" in browser.get("/admin/library").text
    answer = send(browser, "/admin/library/bench", say="让我转账到安全账户").text
    assert "96110" in answer


@pytest.mark.parametrize("page", FULL)
def test_a_page_needs_few_queries(editor, statements, page):
    statements.clear()
    assert editor.get(page).status_code == 200
    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]) < 25


def test_the_list_counts_and_finds_by_a_phrase(editor):
    page = editor.get("/admin/library").text
    assert "类型 4 个" in page and "百万保障骗局" in page
    found = editor.get("/admin/library?find=通缉令").text
    assert "类型 1 个" in found and "冒充公检法" in found
    assert "类型 4 个" in editor.get("/admin/library?show=thin").text


def test_a_card_past_its_day_of_reading_is_shown(editor, db):
    with db.transaction() as session:
        session.get(ScamType, "baiwan").review_by = date(2026, 1, 1)
    assert "类型 1 个" in editor.get("/admin/library?show=overdue").text
    assert "2026-01-01 已过" in editor.get("/admin/library/types/baiwan").text


def test_an_edit_goes_live_when_a_second_person_approves(editor, reviewer, db):
    page = drafted(editor, summary="编辑写的新说明。")
    assert "编辑写的新说明" not in editor.get("/admin/library/types/baiwan").text.partition("正在改的稿件")[0]
    assert "<ins>" in reviewer.get(page).text
    assert "已通过" in reviewer.get(press(reviewer, page, "approve").location).text
    assert "编辑写的新说明" in editor.get("/admin/library/types/baiwan").text
    with db.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "library.approve")).one()
    assert "编辑写的新说明" in entry.after and "编辑写的新说明" not in entry.before


def test_the_author_is_not_offered_approval_and_is_refused(as_role, shelf, db):
    browser = as_role("admin")
    page = drafted(browser, summary="自己写的。")
    assert "要由另一个人审核" in browser.get(page).text
    press(browser, page, "approve")
    with db.reading() as session:
        assert session.get(ScamType, "baiwan").summary != "自己写的。"


def test_a_returned_draft_shows_its_comment(editor, reviewer):
    page = drafted(editor, summary="新。")
    press(reviewer, page, "return", comment="信号写少了")
    assert "信号写少了" in editor.get(page).text
    assert "信号写少了" in editor.get("/admin/library/drafts").text


def test_why_a_draft_was_returned_stands_where_one_writes_and_where_it_is_reviewed_again(editor, reviewer):
    page = drafted(editor, summary="新。")
    press(reviewer, page, "return", comment="信号写少了")
    place = "/admin/library/write?subject=type:baiwan"
    assert "退回时说：信号写少了" in editor.get(place).text
    save(editor, place, signs="突然要收钱\n催着转账")
    assert "说：信号写少了" in editor.get(page).text
    press(editor, page, "submit")
    assert "说：信号写少了" in reviewer.get(page).text
    press(editor, page, "withdraw")
    assert "信号写少了" not in editor.get(page).text


def test_a_draft_that_waits_for_review_says_what_keeping_it_does(editor, as_role, reviewer):
    page = drafted(editor, summary="新。")
    other = as_role("admin")
    place = "/admin/library/write?subject=type:baiwan"
    assert "在等审核" in editor.get(place).text and "您存了以后也算作者" not in editor.get(place).text
    assert "您存了以后也算作者" in other.get(place).text
    sent = save(other, place, summary="又改。")
    assert "撤下来了" in other.get(sent.location).text
    assert "在等审核" not in other.get(place).text
    assert "等待审核" not in reviewer.get(page).text


def test_a_reviewer_reads_why_a_draft_cannot_be_decided_on_yet(editor, reviewer):
    place = save(editor, "/admin/library/write?subject=type:baiwan", summary="新。").location
    assert "编辑还在写" in reviewer.get(place).text and "编辑还在写" not in editor.get(place).text
    press(editor, place, "withdraw")
    assert "编辑还在写" not in reviewer.get(place).text


def test_one_version_alone_is_compared_with_nothing(editor, reviewer, db):
    page = save(
        editor, "/admin/library/write?type=baiwan", title="新", text=TEXT, why="新", submit="1"
    ).location
    press(reviewer, page, "approve")
    with db.reading() as session:
        made = session.scalar(select(func.max(Case.id)))
    with_one = editor.get(f"/admin/library/history/case:{made}").text
    assert "第 1 版（现在）" in with_one and "比较" not in with_one


def test_what_was_decided_says_who_decided_and_a_case_is_read_from_its_title_on(editor, reviewer):
    page = save(
        editor, "/admin/library/write?type=baiwan", title="新", text=TEXT, why="新", submit="1"
    ).location
    shown = editor.get(page).text
    assert shown.index("<dt>标题</dt>") < shown.index("<dt>正文</dt>") < shown.index("<dt>在用</dt>")
    press(reviewer, page, "approve")
    assert "，审核 张工" in editor.get("/admin/library/drafts?show=closed").text


def test_what_is_taken_out_of_use_on_purpose_is_no_warning_and_words_of_it_promise_nothing(editor, reviewer):
    place = "/admin/library/types/baiwan"
    page = send(editor, "/admin/library/retire", place, subject="type:baiwan", why="并到别的").location
    press(reviewer, page, "approve")
    told = reviewer.get(page).text
    assert "这个类型停用了" in told and "没有勾选" not in told
    send(editor, place, kind="alias", text="星钻权益")
    assert "重新启用以后才起作用" in editor.get(place).text


def test_a_press_twice_is_refused_with_a_sentence(editor, reviewer):
    page = drafted(editor, summary="新。")
    version = re.search(r'name="version" value="(\d+)"', reviewer.get(page).text)[1]
    press(reviewer, page, "approve")
    again = send(reviewer, f"{page}/approve", "/admin/library/drafts", version=version)
    assert "又改过" in reviewer.get(again.location).text


def test_the_second_editor_sees_the_first_ones_change_and_decides(editor, as_role, db):
    address = "/admin/library/write?subject=type:baiwan"
    other = as_role("admin")
    mine = form_of(other, address)
    save(editor, address, summary="甲先存的一句。")
    met = other.post("/admin/library/save", data=mine | {"summary": "隔壁同事另写一条更长的"})
    assert met.status_code == 409
    assert "先存了" in met.text and "甲先存的一句。</del>" in met.text
    assert "隔壁同事另写一条更长的</textarea>" in met.text.replace("\r\n", "")
    assert "用我的盖过，并提交审核" in met.text and "用我的盖过，先存草稿" in met.text
    assert "保存并提交审核" not in met.text
    again = dict(re.findall(r'name="(draft|version|base)" value="(\d+)"', met.text))
    assert (
        other.post(
            "/admin/library/save", data=mine | again | {"summary": "隔壁同事另写一条更长的"}
        ).status_code
        == 302
    )
    with db.reading() as session:
        assert "隔壁同事另写一条更长的" in session.scalars(select(Draft)).one().body


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"summary": ""}, "请填写"), ({"steps": ""}, "至少写一条"), ({"name": "刷单返利"}, "已经有一个类型"),
     ({"kind": "story"}, "请选骗局"), ({"review_by": "明天"}, "2026-03-01 的样子"), ({"second": "nobody"}, "没有这个类型"),
     ({"actions": "拨 13812345678"}, "像手机号"), ({"name": "长" * 41}, "最多 40"), ({"name": "<b>x</b>"}, "不能有")],
)  # fmt: skip
def test_a_faulty_field_is_named_beside_it_and_nothing_typed_is_lost(editor, db, fields, told):
    sent = save(editor, "/admin/library/write?subject=type:baiwan", **{"note": "我打了很久的字"} | fields)
    assert sent.status_code == 400
    assert len(re.findall(r"<(?:input|textarea|select|summary)[^>]* autofocus", sent.text)) == 1
    assert told in sent.text and "我打了很久的字" in sent.text and "<b>x" not in sent.text
    assert count(db, Draft) == 0


def test_a_reason_that_is_missing_is_asked_for_beside_its_field(editor, db):
    address = "/admin/library/write?subject=type:baiwan"
    sent = save(editor, address, summary="新的说明。", why=" ", submit="1")
    assert (
        sent.status_code == 400 and "请写一句，审核的人才知道看什么。" in sent.text and count(db, Draft) == 0
    )
    assert re.search(
        r'<input autocomplete="off" autofocus[^>]* id="why"|<input[^>]* autofocus[^>]*id="why"', sent.text
    )
    assert save(editor, address, summary="新的说明。", why="").status_code == 302


def test_a_new_type_does_not_end_as_an_edit_of_the_type_that_has_its_code(editor, db):
    fields = {"type_code": "baiwan", "name": "", "summary": "假。", "steps": "骗", "actions": "停"}
    refused = save(editor, "/admin/library/write", **fields)
    assert refused.status_code == 400 and count(db, Draft) == 0
    assert "编号 baiwan 是“百万保障骗局”的" in refused.text and "请填写" in refused.text
    assert "用我的盖过" not in refused.text


def test_who_writes_in_two_windows_is_told_that_it_was_themselves(editor):
    mine = form_of(editor, "/admin/library/write?subject=type:baiwan")
    for text in ("第一个窗口。", "第二个窗口。"):
        sent = editor.post("/admin/library/save", data=mine | {"summary": text})
    assert sent.status_code == 409 and "您自己（在另一个窗口）" in sent.text


def test_a_new_type_and_a_new_case_are_written(editor, reviewer, db):
    sent = save(editor, "/admin/library/write", type_code="newone", name="新骗局", summary="一句。", steps="一步",
                actions="停手", why="新出现", submit="1")  # fmt: skip
    press(reviewer, sent.location, "approve")
    case = save(
        editor, "/admin/library/write?type=newone", title="周末的电话", text=TEXT, why="真事", submit="1"
    )
    press(reviewer, case.location, "approve")
    with db.reading() as session:
        assert session.get(ScamType, "newone").name == "新骗局"
        assert session.scalars(select(Case).where(Case.type_code == "newone")).one().text == TEXT
    assert "周末的电话" in editor.get("/admin/library/types/newone").text


def new_card(editor, **fields):
    """The page of a new type's draft, sent for review."""
    given = {
        "name": "新骗局",
        "summary": "一句。",
        "steps": "一步",
        "actions": "停手",
        "why": "新出现",
        "submit": "1",
    }
    return save(editor, "/admin/library/write", type_code="newone", **given | fields).location


def test_cases_are_written_while_the_card_of_their_type_waits_and_are_approved_after_it(editor, reviewer, db):
    card = new_card(editor)
    assert "新类型，等审核：" in editor.get("/admin/library").text
    address = re.search(r'href="(/admin/library/write[?]type=newone)"', editor.get(card).text)[1]
    assert "新骗局（新类型，等审核）" in editor.get(address).text
    assert editor.get("/admin/library/types/newone").location == card
    case = save(editor, address, title="周末的电话", text=TEXT, why="真事", submit="1").location
    assert "新骗局（新类型，等审核）：周末的电话" in editor.get("/admin/library/drafts").text
    page = reviewer.get(case).text
    assert "这个案例的类型还没有通过审核" in page and f"{case}/approve" not in page and card in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    refused = send(reviewer, f"{case}/approve", case, version=version)
    assert "请先审核它的卡片" in reviewer.get(refused.location).text and count(db, Case) == 4
    approved = reviewer.get(press(reviewer, card, "approve").location).text
    assert "居民暂时看不到它：请接着通过它的案例" in approved and case in approved
    assert "下一条消息起居民看到的就是新内容" in reviewer.get(press(reviewer, case, "approve").location).text
    assert "周末的电话" in editor.get("/admin/library/types/newone").text


def test_a_withdrawn_card_leaves_its_cases_unapproved(editor, reviewer):
    card = new_card(editor)
    case = save(
        editor, "/admin/library/write?type=newone", title="周末的电话", text=TEXT, why="真事", submit="1"
    )
    press(editor, card, "withdraw")
    refused = press(reviewer, case.location, "approve")
    assert "请先审核它的卡片" in reviewer.get(refused.location).text
    assert editor.get("/admin/library/write?type=newone").status_code == 404
    assert editor.get("/admin/library/drafts").status_code == editor.get(case.location).status_code == 200


def test_an_approval_does_not_promise_what_residents_cannot_see(editor, reviewer):
    page = new_card(editor, live="")
    told = reviewer.get(press(reviewer, page, "approve").location).text
    assert "没有勾选“在用”，居民看不到它" in told and "居民看到的就是新内容" not in told


def test_drafts_on_a_types_page_are_called_by_their_title(editor):
    save(editor, "/admin/library/write?type=baiwan", title="周末的电话", text=TEXT, why="改一下")
    page = editor.get("/admin/library/types/baiwan").text
    assert "案例：周末的电话</a>" in page and "改一下 · 张工" in page


def test_versions_are_listed_compared_and_restored(editor, reviewer, db):
    before = editor.get("/admin/library/history/type:baiwan").text
    assert "还没有人改过" in before
    press(reviewer, drafted(editor, summary="第二版的说明。"), "approve")
    page = editor.get("/admin/library/history/type:baiwan").text
    assert "第 1 版 → 第 2 版" in page and "第二版的说明" in page.replace("<ins>", "").replace("</ins>", "")
    assert "第 1 版 · 随程序装入" in page and "load-library" not in page
    assert ">百万保障骗局</a>" in page and ">baiwan<" not in page
    sent = send(editor, "/admin/library/restore", "/admin/library", subject="type:baiwan", number="1")
    press(editor, sent.location, "submit")
    press(reviewer, sent.location, "approve")
    with db.reading() as session:
        assert session.get(ScamType, "baiwan").summary == "百万保障骗局是怎么骗人的。"
        assert session.get(ScamType, "baiwan").version == 3


def test_types_are_called_by_name_where_versions_are_compared(editor, reviewer):
    sent = drafted(editor, second=["shuadan"])
    page = reviewer.get(sent).text
    assert "刷单返利" in page[page.index("容易混淆的类型") :][:300] and ">shuadan<" not in page


def test_types_easily_mistaken_are_boxes_that_stay_ticked(editor):
    sent = drafted(editor, second=["shuadan", "police"])
    number = sent.rsplit("/", 1)[1]
    page = editor.get(f"/admin/library/write?draft={number}").text
    assert "容易混淆的类型：刷单返利、冒充公检法</summary>" in page and "Ctrl" not in page
    assert form_of(editor, f"/admin/library/write?draft={number}")["second"] == ["shuadan", "police"]


def test_a_case_is_retired_through_review(editor, reviewer, db):
    with db.reading() as session:
        key = session.scalars(select(Case.id).where(Case.title == "视频来电")).one()
    sent = send(editor, "/admin/library/retire", "/admin/library", subject=f"case:{key}", why="过时了")
    press(reviewer, sent.location, "approve")
    assert "已停用" in editor.get(f"/admin/library/cases/{key}").text


@pytest.mark.parametrize(
    ("kind", "table"), [("alias", Phrase), ("question", Phrase), ("ordinary", OrdinaryText)]
)
def test_lines_are_added_at_once_and_undone(editor, db, kind, table):
    before = count(db, table)
    page = "/admin/library/ordinary" if kind == "ordinary" else "/admin/library/types/baiwan"
    send(
        editor,
        page,
        kind=kind,
        text="星钻权益到期\n金卡年费提醒",
    )
    assert count(db, table) == before + 2
    act = re.findall(r"/admin/library/acts/(\d+)/undo", editor.get(page).text)[0]
    send(editor, f"/admin/library/acts/{act}/undo", page)
    assert "已由 张工 撤销" in editor.get(page).text
    again = send(editor, f"/admin/library/acts/{act}/undo", page)
    assert "已经撤销过了" in editor.get(again.location).text


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("/admin/library/types/baiwan", "alias"),
        ("/admin/library/types/baiwan", "question"),
        ("/admin/library/types/baiwan/phrases?kind=question&find=x", "question"),
        ("/admin/library/ordinary", "ordinary"),
    ],
)
def test_lines_that_cannot_serve_keep_all_out_are_named_and_all_stay_in_their_box(editor, db, page, kind):
    before = count(db, Phrase), count(db, OrdinaryText)
    sent = send(editor, page, kind=kind, text="星钻权益到期\n9\n，\n金卡年费提醒")
    assert sent.status_code == 400
    assert "下面 2 条不能添加" in sent.text and "<li>“9”：" in sent.text and "<li>“，”：" in sent.text
    box = sent.text.partition(f'id="add-{kind}"')[2].partition("</textarea>")[0]
    assert box.endswith(">星钻权益到期\n9\n，\n金卡年费提醒") and "autofocus" in box
    assert sent.text.count("autofocus") == 1
    assert (count(db, Phrase), count(db, OrdinaryText)) == before


@pytest.mark.parametrize("text", ["百万保障", "客服", "", "\n".join(f"会员扣费{n}" for n in range(101))])
def test_what_is_refused_as_a_whole_stays_in_its_box(editor, text):
    sent = send(editor, "/admin/library/types/baiwan", kind="alias", text=text)
    assert sent.status_code in (400, 409) and "没有添加" in sent.text and f">{text}</textarea>" in sent.text
    assert "别名" not in sent.text


def test_a_word_of_another_type_is_taken_and_said(editor):
    page = "/admin/library/types/baiwan"
    sent = send(editor, page, kind="alias", text="安全账户")
    assert "“安全账户”也是“冒充公检法”的线索词" in editor.get(sent.location).text
    assert "别的类型也有" in editor.get(page).text
    assert "安全账户" in editor.get("/admin/library/selfcheck").text


@pytest.mark.parametrize("role", ["viewer", "reviewer"])
def test_who_only_reads_is_shown_no_buttons(as_role, shelf, role):
    browser = as_role(role)
    for page in FULL[:9]:
        assert 'id="add-' not in browser.get(page).text
        assert "/library/write" not in browser.get(page).text


@pytest.mark.parametrize("role", ["liaison", "school"])
def test_liaisons_and_schools_have_no_library(as_role, shelf, role):
    browser = as_role(role)
    assert "案例库" not in browser.get("/admin/units").text
    assert browser.get("/admin/library/types/baiwan").status_code == 403


@pytest.mark.parametrize("place", ["types/nothing", "cases/99999", "cases/999999999999", "drafts/99999", "history/type:no",
                                   "history/case:99999", "history/case:01", "history/case:１",
                                   "history/x", "write?subject=type:no", "write?type=no",
                                   "write?draft=99999"])  # fmt: skip
def test_what_does_not_exist_is_said_so(editor, place):
    assert editor.get(f"/admin/library/{place}").status_code == 404


@pytest.mark.parametrize(
    ("place", "above"),
    [
        ("drafts/1/approve", "drafts/1"), ("drafts/approve-batch", "drafts"), ("acts/1/undo", "acts/1"),
        ("phrases/retire", ""), ("caution", ""), ("save?subject=type:baiwan", "write?subject=type:baiwan"),
    ],
)  # fmt: skip
def test_an_address_that_only_takes_forms_leads_on_when_it_is_opened_again(editor, place, above):
    sent = editor.get(f"/admin/library/{place}")
    assert sent.status_code == 302
    assert unquote(sent.location) == f"/admin/library/{above}".rstrip("/")
    assert editor.get("/admin/library/nothing/approve").status_code == 404


@pytest.mark.parametrize("place", ["write?subject=type:baiwan", "write?type=baiwan", "write"])
def test_a_refused_form_stands_at_an_address_that_leads_back_to_it(editor, place):
    held = editor.get(f"/admin/library/{place}").text
    action = unescape(re.search(r'id="write-form" method="post" action="([^"]+)"', held)[1])
    assert unquote(editor.get(action).location) == f"/admin/library/{place}"


FAR = "999999999999"


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("phrases/retire", {"kind": "alias", "item": FAR}), ("phrases/retire", {"kind": "ordinary", "item": FAR}),
        (f"acts/{FAR}/undo", {}), (f"drafts/{FAR}/approve", {"version": "1"}), ("retire", {"subject": f"case:{FAR}"}),
        ("restore", {"subject": "type:baiwan", "number": FAR}),
        ("types/baiwan", {"kind": "x", "text": "a b"}), ("types/nobody", {"kind": "alias", "text": "星钻权益"}),
        ("bench", {"say": "x", "bench_draft": FAR}),
        ("save", {"kind_of": "case", "subject": "type:baiwan", "type_code": "baiwan", "title": "a", "text": TEXT}),
        ("save", {"kind_of": "type", "subject": "case:1", "name": "a"}), ("save", {"kind_of": "case", "subject": f"case:{FAR}"}),
        ("save", {"kind_of": "case", "type_code": "nobody", "draft": FAR, "version": FAR, "base": FAR}),
        ("save", {"kind_of": "case", "type_code": "baiwan", "title": "a", "text": TEXT, "draft": FAR}),
    ],
)  # fmt: skip
def test_a_form_put_together_by_hand_changes_nothing(editor, db, place, fields):
    with db.reading() as session:
        before = library_version(session)
    sent = send(editor, f"/admin/library/{place}", "/admin/library/bench", **fields)
    assert sent.status_code < 500
    with db.reading() as session:
        assert library_version(session) == before and session.scalar(select(func.count(Draft.id))) == 0


def test_the_bench_shows_what_the_resident_would_read_and_why(editor):
    page = send(editor, "/admin/library/bench", say="点赞给钱的兼职能做吗，听说是刷单").text
    assert "刷单返利" in page and "“刷单”" in page
    said = re.search(r'<div class="phone">([^<]*(?:<u>[^<]*</u>[^<]*)*)</div>', page)[1]
    assert "<u>" in said and '<a href="weixin' not in page
    assert "开口说的线" in page and "才会说" not in page
    assert "先给急救卡" in send(editor, "/admin/library/bench", say="我刚把钱转给骗子了怎么办").text


def test_the_bench_tells_an_editor_what_is_only_mentioned(editor, kit):
    say = "老人接到客服的电话"
    assert "有一点像" not in send(editor, "/admin/library/bench", say=say).text
    with_cuts(kit.matcher, match=9.0, lean=-1.0)
    page = send(editor, "/admin/library/bench", say=say).text
    assert "还不够像，只提一句“有一点像”" in page and "有一点像【" in page


def test_the_bench_shows_before_and_after_an_unsaved_edit_and_keeps_nothing(editor, db):
    with db.reading() as session:
        before = library_version(session)
    form = form_of(editor, "/admin/library/write?subject=type:baiwan")
    page = editor.post(
        "/admin/library/bench", data=form | {"name": "百万会员骗局", "say": "百万保障是什么东西"}
    ).text
    assert "回答没有变" not in page
    same = editor.post("/admin/library/bench", data=form | {"say": "百万保障是什么东西"}).text
    assert "回答没有变。" in same and "改后（还没有保存）</h3>" in same
    now, after = page.split("改后（还没有保存）</h3>")
    assert "百万保障骗局" in now and "百万会员骗局" not in now and "百万会员骗局" in after
    with db.reading() as session:
        assert library_version(session) == before and session.scalar(select(func.count(Draft.id))) == 0
    assert "百万会员骗局" not in send(editor, "/admin/library/bench", say="百万保障是什么东西").text


def test_the_bench_tries_words_not_yet_added(editor):
    fields = {"say": "星钻权益是什么东西", "type_code": "baiwan", "try_alias": "星钻权益"}
    now, after = send(editor, "/admin/library/bench", **fields).text.split("改后（还没有保存）</h3>")
    assert "“星钻权益”" not in now and "“星钻权益”" in after


def test_the_bench_of_a_draft_tries_the_draft(editor, reviewer):
    page = drafted(editor, live="")
    number = page.rsplit("/", 1)[1]
    after = send(reviewer, "/admin/library/bench", say="百万保障是什么东西", bench_draft=number).text.split(
        "通过以后</h3>"
    )[1]
    assert "百万保障骗局" not in after


def test_the_bench_survives_what_nobody_would_type(editor):
    for say in ("", " ", "长" * 5000, "<script>alert(1)</script>", "\x00", "😀", "0"):
        page = send(editor, "/admin/library/bench", say=say)
        assert page.status_code == 200 and "<script>alert" not in page.text


def test_the_slider_is_moved_and_the_second_to_move_it_is_told(editor, as_role):
    other = as_role("admin")
    fields = {"value": "0.8", "version": "0"}
    assert (
        "现在 0.8"
        in editor.get(
            send(editor, "/admin/library/caution", "/admin/library/selfcheck", **fields).location
        ).text
    )
    sent = send(other, "/admin/library/caution", "/admin/library/selfcheck", value="0.2", version="0")
    assert "0.8" in other.get(sent.location).text
    for value in ("x", "2", "nan"):
        send(editor, "/admin/library/caution", "/admin/library/selfcheck", value=value, version="1")
    assert "现在 0.8" in editor.get("/admin/library/selfcheck").text


def test_a_fit_that_was_held_back_is_shown_with_its_reason_and_can_be_taken_over(editor, db, clock):
    report = {"right": {"question": 0.8, "case": 0.7}, "answered": 0.75, "false_alarms": 0.01, "tested": 90,
              "ordinary": 40, "by_type": {"baiwan": 0.5}, "confused": [["baiwan", "police", 3]]}  # fmt: skip
    with db.transaction() as session:
        keep_model(session, b"x", json.dumps(report), 1, clock())
        worse = json.dumps(report | {"refused": "问法的判对率从 80.0% 降到 60.0%。"})
        held = keep_model(session, b"y", worse, 1, clock(), live=False).id
    page = editor.get("/admin/library/selfcheck").text
    assert "没有换上：问法的判对率" in page and "共试了 90 条" in page and "80.00%" in page
    assert re.search(r"百万保障骗局</th><td>冒充公检法</td><td[^>]*>3<", page)
    send(editor, f"/admin/library/fits/{held}/take-over", "/admin/library/selfcheck")
    with db.reading() as session:
        assert newest_model(session) == held
    again = send(editor, f"/admin/library/fits/{held}/take-over", "/admin/library/selfcheck")
    assert "已经在用" in editor.get(again.location).text
    assert send(editor, f"/admin/library/fits/{FAR}/take-over", "/admin/library/selfcheck").status_code == 302


@pytest.mark.parametrize("report", ["", "[]", "{}", '{"right": 3, "by_type": [], "confused": {}}'])
def test_a_report_that_lacks_figures_breaks_no_page(editor, db, clock, report):
    with db.transaction() as session:
        keep_model(session, b"x", report, 1, clock())
    assert editor.get("/admin/library/selfcheck").status_code == 200


@pytest.fixture
def large(db, shelf):
    """10,000 cases of one type."""
    with db.transaction() as session:
        row = {
            "type_code": "baiwan",
            "text": TEXT,
            "tags": "[]",
            "live": True,
            "shipped": "",
            "first_title": "",
            "version": 1,
        }
        session.execute(insert(Case), [row | {"title": f"案例{n:05}"} for n in range(10_000)])


def test_ten_thousand_cases_come_in_pages(editor, large):
    for page in ("/admin/library", "/admin/library/types/baiwan", "/admin/library/types/baiwan/cases?page=100",
                 "/admin/library/types/baiwan/cases?find=案例09", "/admin/library/write?type=baiwan"):  # fmt: skip
        assert editor.get(page).status_code == 200
        assert effort(lambda page=page: editor.get(page)) < 200_000, page
    assert "第 101 / 101 页" in editor.get("/admin/library/types/baiwan/cases?page=99999").text
