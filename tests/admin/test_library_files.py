"""The library's files: looked at first, taken over whole, faults named, exports that come back in."""

import io
import json
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from bot.content.library import load_library
from bot.content.models import Case, Draft, OrdinaryText, Phrase, ScamType
from tests.admin.conftest import TOKEN, send, token
from tests.content.conftest import TYPES, write

HEAD = "种类,类型,标题,文字,标签\n"
STORY = "邻居接到自称平台的视频来电，说保障到期要扣费，一步步教她打开屏幕共享。"
GOOD = f"{HEAD}案例,baiwan,邻居的来电,{STORY},共享屏幕\n线索词,百万保障骗局,,星钻权益,\n"
PAGE = "/admin/library/files"


@pytest.fixture
def shelf(db, clock, tmp_path):
    with db.transaction() as session:
        load_library(session, clock(), write(tmp_path / "library", TYPES))


@pytest.fixture
def editor(as_role, shelf):
    return as_role("editor")


def upload(browser, content, name="a.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    fields = {"csrf_token": token(browser, PAGE), "file": (io.BytesIO(raw), name)}
    return browser.post(PAGE, data=fields, follow_redirects=True)


def confirm(browser, looked):
    kept, version = re.search(
        r'/library/files/(\d+)"[\s\S]*?name="version" value="(\d+)"', looked.text
    ).groups()
    return send(browser, f"{PAGE}/{kept}", PAGE, version=version)


def count(db):
    with db.reading() as session:
        return [session.scalar(select(func.count()).select_from(each)) for each in (Draft, Phrase)]


def test_a_file_is_shown_first_and_taken_when_confirmed(editor, db):
    before = count(db)
    looked = upload(editor, GOOD)
    assert looked.status_code == 200 and "邻居的来电" in looked.text and "确认导入" in looked.text
    assert looked.text.count('data-label="类型">百万保障骗局<') == len(GOOD.splitlines()) - 1
    assert count(db) == before
    sent = confirm(editor, looked)
    assert count(db) == [before[0] + 1, before[1] + 1]
    page = editor.get(sent.location).text
    assert "待审核" in page and "邻居的来电" in page


def test_what_a_file_would_change_is_a_page_that_is_found_again_by_who_sent_it(editor, as_role, db):
    looked = upload(editor, GOOD)
    place = looked.request.path
    assert TOKEN.sub("", editor.get(place).text) == TOKEN.sub("", looked.text)
    assert as_role("admin").get(place).status_code == 404
    confirm(editor, looked)
    gone = editor.get(place)
    assert gone.status_code == 404 and "已经导入过" in gone.text and "上传并检查" in gone.text


def test_words_of_a_type_out_of_use_are_said_to_wait_for_it(editor, db):
    assert "启用后才起作用" not in upload(editor, GOOD).text
    with db.transaction() as session:
        session.get(ScamType, "baiwan").live = False
    assert "启用后才起作用" in upload(editor, GOOD).text


OTHER_END = STORY + "她挂断电话，到银行窗口问过才知道是假的。" * 8


@pytest.mark.parametrize(
    ("line", "came"),
    [
        (f"案例,baiwan,邻居的来电,{OTHER_END}又一句。,", "又一句。"),
        (f"案例,baiwan,邻居的来电,{OTHER_END},屏幕、来电", "来电"),
    ],
)
def test_what_a_row_changes_of_a_case_is_marked_also_at_its_end_and_in_its_tags(editor, db, line, came):
    with db.transaction() as session:
        row = Case(type_code="baiwan", title="邻居的来电", text=OTHER_END, tags='["屏幕"]', live=True)
        session.add(row)
    looked = upload(editor, f"{HEAD}{line}\n")
    assert looked.status_code == 200
    assert f'<ins><span class="visually-hidden">加上：</span>{came}</ins>' in looked.text
    confirm(editor, looked)
    with db.reading() as session:
        assert came in session.scalars(select(Draft)).one().body
    again = upload(editor, f"{HEAD}{line}\n")
    assert again.status_code == 400 and "有一份稿件在改" in again.text


def test_words_of_a_file_are_shown_and_taken_back_all_at_once(editor, as_role, clock, db):
    words = ["星钻权益", "金卡年费提醒", "会员清零通知"]
    lines = "".join(f"线索词,baiwan,,{word},\n" for word in words) + "日常话,,,羊圈门坏了谁会修,\n"
    before = count(db)
    place = confirm(editor, upload(editor, HEAD + lines, "词.csv")).location
    page = editor.get(place).text
    assert "导入“词.csv”带来的词" in page and all(word in page for word in words) and "份稿件" not in page
    assert "一起添加的 4 条" in editor.get("/admin/library/types/baiwan").text
    clock.forward(seconds=1)
    with db.reading() as session:
        key = session.scalars(select(Phrase.id).where(Phrase.text == "金卡年费提醒")).one()
    send(editor, "/admin/library/phrases/retire", "/admin/library/types/baiwan", kind="alias", item=str(key))
    send(editor, "/admin/library/types/baiwan", kind="alias", text="金卡年费提醒")
    assert "撤销这次导入" not in as_role("viewer").get(place).text
    done = editor.get(send(editor, f"{place}/undo-all", place).location).text
    assert "已撤销 3 条" in done and "1 条后来有人动过，没有撤销：“金卡年费提醒”" in done
    assert "已撤销 0 条" in editor.get(send(editor, f"{place}/undo-all", place).location).text
    with db.reading() as session:
        live = set(session.scalars(select(Phrase.text).where(Phrase.live)))
        assert live & set(words) == {"金卡年费提醒"} and len(live) == before[1] + 1
        assert session.scalars(select(OrdinaryText)).one().live is False


def test_drafts_of_a_file_lead_to_its_words(editor):
    page = editor.get(confirm(editor, upload(editor, GOOD)).location).text
    words = re.search(r'href="(/admin/library/acts/\d+)"', page)[1]
    assert "星钻权益" in editor.get(words).text


@pytest.mark.parametrize("act", ["99999", "999999999999"])
def test_words_that_nobody_added_are_not_there(editor, act):
    assert editor.get(f"/admin/library/acts/{act}").status_code == 404
    assert send(editor, f"/admin/library/acts/{act}/undo-all", PAGE).status_code == 302


def test_a_second_press_takes_nothing_again(editor, db):
    looked = upload(editor, GOOD)
    confirm(editor, looked)
    before = count(db)
    assert confirm(editor, looked).status_code == 404
    assert count(db) == before


def test_a_reviewer_approves_the_whole_batch_and_the_sender_does_not(editor, as_role, db):
    batch = confirm(editor, upload(editor, GOOD)).location
    reviewer = as_role("reviewer")
    page = reviewer.get(batch).text
    fields = {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("batch", "count")}
    send(reviewer, "/admin/library/drafts/approve-batch", batch, **fields)
    with db.reading() as session:
        assert session.scalars(select(Draft)).one().state == "approved"
    assert "approve-batch" not in as_role("admin").get(batch).text


def test_the_one_who_sent_it_cannot_approve_the_batch(as_role, shelf, db):
    browser = as_role("admin")
    batch = confirm(browser, upload(browser, GOOD)).location
    assert "要由另一个人审核" in browser.get(batch).text
    name = re.search(r"batch=(\w+)", batch)[1]
    send(browser, "/admin/library/drafts/approve-batch", batch, batch=name, count="1")
    with db.reading() as session:
        assert session.scalars(select(Draft)).one().state == "review"


def test_a_library_that_moved_meanwhile_is_looked_at_again(editor, db):
    looked = upload(editor, GOOD)
    send(
        editor,
        "/admin/library/types/police",
        kind="alias",
        text="网上追逃令",
    )
    before = count(db)
    sent = confirm(editor, looked)
    assert count(db) == before and sent.location == looked.request.path
    again = editor.get(sent.location)
    assert "又有改动，所以还没有导入" in again.text and "邻居的来电" in again.text
    confirm(editor, again)
    assert count(db) == [before[0] + 1, before[1] + 1]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (GOOD + "线索词,nobody,,再来一个,\n", "a.csv", "第 4 行"), (HEAD, "a.csv", "表里没有内容，请从第 2 行写起"),
        ("甲,乙\n1,2\n", "a.csv", "没有这一列"), ("", "a.jsonl", "没有内容"),
        (" \n", "a.jsonl", "没有内容"), ("", "a.csv", "空的"),
        (b"PK\x03\x04broken", "a.xlsx", "打不开"), (b"\xff\xfe\xff", "a.jsonl", "UTF-8"), ("x", "a.exe", "xlsx 或 csv"),
        ('{"type": "nobody"}', "a.jsonl", "第 1 行"), (f"{HEAD}线索词,baiwan,,=1+1,\n", "a.csv", "公式"), ("{", "a.json", "JSON"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_its_place_and_changes_nothing(editor, db, content, name, told):
    before = count(db)
    sent = upload(editor, content, name)
    assert sent.status_code == 400 and told in sent.text, sent.text[-3000:]
    assert count(db) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (json.dumps({"type": [], "title": "新", "text": STORY}), "type"),
        ("1" * 5_000, "整行"),
        (json.dumps({"type": "baiwan", "title": "\ud800", "text": STORY}), "title"),
        (json.dumps({"type": "baiwan", "title": "新", "text": "打13812345678。" + STORY}), "text、aliases"),
        (json.dumps({"type": "baiwan", "title": "新", "text": STORY}) + " " * 10 * 1024 * 1024, "超过 10 MB"),
    ],
)
def test_json_that_no_table_can_hold_is_named_and_never_an_error_of_ours(editor, db, content, told):
    before = count(db)
    sent = upload(editor, content, "a.jsonl")
    assert sent.status_code == 400 and told in sent.text
    assert count(db) == before


def test_a_file_far_too_large_is_said_to_be_so(editor):
    sent = upload(editor, "x" * 13 * 1024 * 1024)
    assert sent.status_code == 413 and "文件超过 10 MB" in sent.text


def test_json_lines_are_taken_as_well(editor, db):
    line = json.dumps({"type": "baiwan", "title": "新", "text": STORY, "aliases": ["星钻权益"]})
    before = count(db)
    confirm(editor, upload(editor, line, "a.jsonl"))
    assert count(db) == [before[0] + 1, before[1] + 1]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "jsonl"])
def test_what_goes_out_comes_back_as_nothing_new(editor, kind):
    sent = editor.get(f"{PAGE}/export.{kind}")
    assert sent.status_code == 200 and f".{kind}" in sent.headers["Content-Disposition"]
    assert "没有什么要导入" in upload(editor, sent.data, f"a.{kind}").text


def test_the_template_holds_one_row_of_each_kind(editor):
    sheet = load_workbook(io.BytesIO(editor.get(f"{PAGE}/template").data)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        "种类",
        "案例",
        "线索词",
        "群众问法",
        "日常话",
    ]


def test_a_second_sheet_is_said_to_be_left_out(editor):
    made = load_workbook(io.BytesIO(editor.get(f"{PAGE}/template").data))
    made.create_sheet("第二张").append(["线索词", "刷单返利", "", "垫付做任务"])
    raw = io.BytesIO()
    made.save(raw)
    looked = upload(editor, raw.getvalue(), "a.xlsx")
    assert looked.status_code == 200 and "“第二张”里也有内容，没有读" in looked.text


@pytest.mark.parametrize("kind", ["xlsx", "csv", "jsonl"])
@pytest.mark.parametrize("code", ["nobody", "../x", "a%0d%0aX:1"])
def test_a_type_that_is_not_there_gives_no_file(editor, kind, code):
    sent = editor.get(f"{PAGE}/export.{kind}?type={code}")
    assert sent.status_code == 404 and "没有这个类型" in sent.text


def test_another_kind_of_export_is_said_to_be_none(editor):
    assert editor.get(f"{PAGE}/export.exe").status_code == 404


def test_who_only_reads_may_export_and_not_import(as_role, shelf):
    browser = as_role("viewer")
    assert browser.get(f"{PAGE}/export.csv").status_code == 200
    assert upload(browser, GOOD).status_code == 403
    assert "上传并检查" not in browser.get(PAGE).text
