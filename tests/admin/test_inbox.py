"""The inbox and the radar as editors use them: one press, live at the next message, undone as easily."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot import tasks
from bot.content import quick
from bot.content.library import key_of, load_library
from bot.content.models import Asked, Draft, IssueNote, Phrase, Ruling
from bot.push.models import Note, State
from bot.registry.models import AuditEntry, Follower, UnitKind
from bot.talk.models import Inbound
from core.clock import county_date
from tests import make
from tests.admin.conftest import send
from tests.handlers.conftest import Chat, few_types  # noqa: F401  fixture

SHEEP = "隔壁邻居家的羊跑到我家草场来了"
INBOX = "/admin/inbox"


@pytest.fixture
def county(kit, few_types):  # noqa: F811
    with kit.db.transaction() as session:
        load_library(session, kit.clock(), few_types)
    return kit


@pytest.fixture
def chat(county):
    return Chat(county)


@pytest.fixture
def editor(county, as_role):
    return as_role("editor")


def press(browser, number, act, **fields):
    given = {"act": act, "type_code": "shuadan", "words": SHEEP} | fields
    return send(browser, f"{INBOX}/{number}", INBOX, **given)


def number_of(browser):
    return int(re.search(r'action="/admin/inbox/(\d+)', browser.get(INBOX).text)[1])


def told(chat):
    """The minute passes and the timer comes round."""
    chat.kit.clock.forward(minutes=1)
    tasks.group_questions(chat.kit)


def test_what_was_asked_in_vain_stands_there_masked_and_without_the_person(chat, editor):
    chat.say(f"{SHEEP}，电话15812345678")
    page = editor.get(INBOX).text
    assert SHEEP in page and "15812345678" not in page and chat.openid not in page


def test_a_press_acts_at_the_next_message_of_anybody(chat, editor):
    chat.say(SHEEP)
    done = press(editor, number_of(editor), "question")
    assert done.status_code == 302
    page = editor.get(INBOX).text
    assert "设为群众问法（刷单返利）" in page and "没有要处理的话" in page
    assert "这很像【刷单返利】" in Chat(chat.kit).say(SHEEP)


def test_one_press_on_a_type_that_is_near_is_enough(chat, editor):
    chat.say(SHEEP)
    act, name = re.search(r'name="act" value="(question:[a-z]+)">([^<]+)<', editor.get(INBOX).text).groups()
    press(editor, number_of(editor), act, type_code="")
    assert f"【{name}】" in Chat(chat.kit).say(SHEEP)


def test_undone_it_waits_again_and_is_unknown_again(chat, editor):
    chat.say(SHEEP)
    press(editor, number_of(editor), "question")
    ruling = int(re.search(r'action="/admin/inbox/undo/(\d+)', editor.get(INBOX).text)[1])
    send(editor, f"{INBOX}/undo/{ruling}", INBOX)
    page = editor.get(INBOX).text
    assert "已由 张工 撤销" in page and f'action="/admin/inbox/{number_of(editor)}' in page
    assert "还没见过" in Chat(chat.kit).say(SHEEP)


def test_the_button_pressed_twice_and_by_another_says_who_was_first(chat, editor, as_role):
    chat.say(SHEEP)
    number, other = number_of(editor), as_role("admin")
    other.get(INBOX)
    press(editor, number, "question")
    page = press(other, number, "ignore").text
    assert "已经由别人处理" in page
    with chat.kit.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ruling)) == 1


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("question", {"type_code": ""}, "里选一个类型"), ("question", {"type_code": "forged"}, "里选一个类型"),
        ("question", {"words": "1"}, "至少写两个字"), ("alias", {"words": SHEEP * 2}, "线索词请只留有代表性的几个字"),
        ("case", {"title": "羊", "story": "短"}, "正文"), ("answer", {"answer": ""}, "答复请写"),
        ("answer", {"answer": "长" * 301}, "最多 300 个字，现在 301 个"), ("forged", {}, "没有这种处理方式"),
        ("question", {"words": "长" * 201}, "最多 200 个字，现在 201 个"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_done(chat, editor, act, fields, said):
    chat.say(SHEEP)
    page = press(editor, number_of(editor), act, **fields).text
    assert said in page and "收件箱</h1>" in page
    with chat.kit.db.reading() as session:
        assert session.scalars(select(Asked.state)).all() == ["open"]


def test_what_was_typed_is_still_there_when_it_is_refused(chat, editor):
    chat.say(SHEEP)
    typed = {
        "title": "羊群<骗局>",
        "story": "写了很久的一段话",
        "answer": "想好的答复",
        "type_code": "shuadan",
    }
    page = press(editor, number_of(editor), "case", **typed).text
    assert all(kept in page for kept in ("羊群&lt;骗局&gt;", "写了很久的一段话", "想好的答复"))
    assert '<option value="shuadan" selected>' in page and page.count(" open>") == 2


def test_a_forged_number_finds_nothing(chat, editor):
    chat.say(SHEEP)
    assert "已经不在收件箱里" in press(editor, 999_999, "ignore").text
    send(editor, f"{INBOX}/undo/999999", INBOX)
    assert "没有这一步处理" in editor.get(INBOX).text


def test_a_new_case_is_a_draft_for_a_second_reader(chat, editor):
    chat.say(SHEEP)
    story = "一位牧民的草场来了别人的羊，对方说先交看护费才来赶走，他交了两次才起疑心。"
    press(editor, number_of(editor), "case", title="羊群骗局", story=story)
    with chat.kit.db.reading() as session:
        assert session.execute(select(Draft.kind, Draft.state)).all() == [("case", "draft")]
    assert "还没见过" in Chat(chat.kit).say(SHEEP)


def test_ordinary_talk_is_answered_calmly_and_does_not_come_back(chat, editor):
    chat.say(SHEEP)
    press(editor, number_of(editor), "ordinary")
    other = Chat(chat.kit)
    assert "没看出诈骗的样子" in other.say(SHEEP)
    assert "没有要处理的话" in editor.get(INBOX).text


def test_a_personal_answer_is_owed_and_its_words_stay_out_of_the_log(chat, editor):
    chat.say(SHEEP)
    press(editor, number_of(editor), "answer", answer="请找嘎查的治保员")
    told(chat)
    with chat.kit.db.reading() as session:
        (text,) = session.scalars(select(Note.text))
        logged = "".join(session.scalars(select(AuditEntry.after)))
    assert "请找嘎查的治保员" in text and SHEEP in text and "治保员" not in logged
    assert ("send_notes",) in chat.kit.queue.asked


def test_who_wished_it_and_came_back_late_reads_it_under_the_next_reply(chat, editor):
    chat.say(SHEEP)
    chat.say("告诉我")
    chat.kit.clock.forward(hours=50)
    press(editor, number_of(editor), "question")
    assert "等着的 1 人都已过 48 小时，一分钟后等他们下次来时告诉" in editor.get(INBOX).text
    told(chat)
    assert f"您上次问的“{SHEEP}”" in chat.say("你好")
    assert "您上次问的" not in chat.say("你好")


def test_the_wish_after_the_answer_is_answered_at_once(chat, editor):
    chat.say(SHEEP)
    press(editor, number_of(editor), "question")
    told(chat)
    assert "刷单返利" in chat.say("告诉我")


def test_a_wish_within_the_minute_is_heard_after_it(chat, editor):
    chat.say(SHEEP)
    press(editor, number_of(editor), "ignore")
    assert "编辑有了答复就告诉您" in chat.say("告诉我")
    told(chat)
    with chat.kit.db.reading() as session:
        assert "没有单独的答复" in session.scalar(select(Note.text))


def test_the_worker_puts_like_questions_together(chat, editor):
    chat.say(SHEEP)
    Chat(chat.kit).say("隔壁邻居家的羊跑到我家草场来")
    tasks.group_questions(chat.kit)
    page = editor.get(INBOX).text
    assert page.count("<article") == 1 and "也有人这样问" in page and "<strong>2</strong> 人问" in page


def test_what_arrived_after_the_page_was_shown_is_dealt_with_as_well(chat, editor):
    chat.say(SHEEP)
    number = number_of(editor)
    Chat(chat.kit).say("隔壁邻居家的羊跑到我家草场来")
    press(editor, number, "ignore")
    assert "没有要处理的话" in editor.get(INBOX).text


def test_a_long_inbox_has_pages_and_reasons(chat, editor):
    with chat.kit.db.transaction() as session:
        person = make.follower(session)
        rows = [
            {"follower_id": person.id, "at": chat.kit.clock(), "state": "open", "why": "useless" if n % 2 else "unknown",
             "text": f"第{n}句" + "长" * 60, "folded": f"第{n}句", "group_no": 100 + n}
            for n in range(5_000)
        ]  # fmt: skip
        session.execute(Asked.__table__.insert(), rows)
    page = editor.get(f"{INBOX}?page=250").text
    assert page.count("<article") == 20 and "第 250 / 250 页" in page
    assert editor.get(f"{INBOX}?why=useless&page=9999").text.count("<article") == 20
    assert editor.get(f"{INBOX}?why=forged&page=x").status_code == 200


@pytest.mark.parametrize("role", ["viewer", "reviewer"])
def test_the_inbox_is_the_editors(county, as_role, role):
    assert as_role(role).get(INBOX).status_code == 403


@pytest.fixture
def asked_about(county):
    """Six people of one town and five of another ask about 刷单; four about a parcel."""
    with county.db.transaction() as session:
        top = make.unit(session, "演示旗", kind=UnitKind.COUNTY)
        for name, code, people in (("北镇", "shuadan", 6), ("南镇", "shuadan", 5), ("北镇", "kefu", 4)):
            town = session.scalar(select(Follower.unit_id).where(Follower.scene == name).limit(1))
            town = town or make.unit(session, name, parent=top).id
            for _ in range(people):
                person = make.follower(session, unit_id=town, scene=name, audience="herder")
                session.add(Inbound(twin=make.openid(), at=county.clock() - timedelta(days=1), kind="text", outcome="card",
                                    type_code=code, text="问", reply="[]", follower_id=person.id))  # fmt: skip
    return county


def test_the_radar_shows_types_towns_and_audiences_of_five_and_more(asked_about, as_role):
    page = as_role("viewer").get("/admin/radar").text
    assert "刷单返利" in page and "北镇" in page and "农牧民" in page
    assert "冒充电商物流客服" not in page and "另有 1 类不足 5 人" in page
    assert "放进本周选题" not in page


def test_its_files_hold_what_the_page_shows(asked_about, as_role):
    browser = as_role("viewer")
    lines = list(csv.reader(io.StringIO(browser.get("/admin/radar/export/csv").data.decode("utf-8-sig"))))
    assert ["刷单返利", "苏木镇", "北镇", "6"] in [line[:4] for line in lines]
    assert "冒充电商物流客服" not in str(lines)
    assert browser.get("/admin/radar/export/xlsx").data[:2] == b"PK"
    assert browser.get("/admin/radar/export/exe").status_code == 404


def test_a_line_for_the_issue_is_kept_with_who_and_when(asked_about, editor):
    text = "近 7 天有 11 人问“刷单返利”。"
    assert text in editor.get("/admin/radar").text
    for _ in range(2):
        send(editor, "/admin/radar/notes", "/admin/radar", text=text, type_code="shuadan")
    page = editor.get("/admin/radar").text
    assert "已经有这一条" in page
    with asked_about.db.reading() as session:
        (note,) = session.scalars(select(IssueNote))
    assert (note.text, note.actor, note.type_code) == (text, "editor-None", "shuadan")
    assert note.week <= county_date(asked_about.clock()) < note.week + timedelta(days=7)
    send(editor, f"/admin/radar/notes/{note.id}/out", "/admin/radar")
    assert "本周还没有选题" in editor.get("/admin/radar").text


def test_who_may_only_look_cannot_put_a_line_aside(asked_about, as_role):
    browser = as_role("viewer")
    assert (
        send(browser, "/admin/radar/notes", "/admin/password", text="一条", type_code="").status_code == 403
    )


def test_nothing_to_show_is_said(county, as_role):
    assert "近 7 天没有可以显示的类型" in as_role("viewer").get("/admin/radar").text
    assert "没有要处理的话" in as_role("editor").get(INBOX).text


def test_undoing_takes_back_what_was_not_read(chat, editor):
    chat.say(SHEEP)
    chat.say("告诉我")
    press(editor, number_of(editor), "question")
    ruling = int(re.search(r'action="/admin/inbox/undo/(\d+)', editor.get(INBOX).text)[1])
    send(editor, f"{INBOX}/undo/{ruling}", INBOX)
    with chat.kit.db.reading() as session:
        assert session.scalars(select(Note.state).where(Note.state != State.SENT)).all() == []


def typed(page, name):
    """What stands in a field of the page."""
    return re.search(rf'name="{name}"[^>]*>([^<]*)</textarea>', page)[1]


def test_enter_in_a_field_rules_nothing_and_loses_nothing(chat, editor):
    chat.say(SHEEP)
    first = re.search(r"<button[^>]*>", editor.get(INBOX).text.partition("data-keep=")[2])[0]
    assert 'name="act" value=""' in first and "visually-hidden" in first
    page = press(editor, number_of(editor), "", title="羊群骗局", answer="写了一半").text
    assert (
        "请按下面的按钮选一种处理" in page
        and 'value="羊群骗局"' in page
        and typed(page, "answer") == "写了一半"
    )
    with chat.kit.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ruling)) == 0


def test_the_button_says_how_many_wait_and_they_are_told(chat, editor):
    chat.say(SHEEP)
    chat.say("告诉我")
    assert "不处理（1 人在等，会告诉他们没有答复）" in editor.get(INBOX).text
    press(editor, number_of(editor), "ignore")
    assert "一分钟后告诉 1 人" in editor.get(INBOX).text
    told(chat)
    with chat.kit.db.reading() as session:
        assert "没有单独的答复" in session.scalar(select(Note.text))


def test_all_that_was_done_is_listed_with_the_words_and_undone_there(chat, editor):
    other = Chat(chat.kit)
    for text in (SHEEP, "水费怎么在手机上交啊"):
        other.say(text)
        press(editor, number_of(editor), "ignore")
    page = editor.get(f"{INBOX}/done").text
    assert f"不处理：“{SHEEP}”" in page and "不处理：“水费怎么在手机上交啊”" in page
    assert "看全部 2 次处理" in editor.get(INBOX).text
    where = re.findall(r'action="(/admin/inbox/undo/\d+\?done=1)"', page)[1]
    assert send(editor, where, f"{INBOX}/done").headers["Location"].endswith("/inbox/done?page=1")
    assert "还没有告诉过任何人" in editor.get(f"{INBOX}/done").text
    assert SHEEP in editor.get(INBOX).text.partition("最近的处理")[0]


def test_some_are_told_at_once_and_some_when_they_come_back(chat, editor):
    for hours in (50, 0):
        person = Chat(chat.kit)
        person.say(SHEEP)
        person.say("告诉我")
        chat.kit.clock.forward(hours=hours)
    press(editor, number_of(editor), "question")
    assert (
        "一分钟后告诉 1 人，另外 1 人已过 48 小时，等他们下次来时告诉，可以先撤销。" in editor.get(INBOX).text
    )


def test_a_colleague_reads_what_was_answered_and_how_many_heard(chat, editor):
    late = Chat(chat.kit)
    late.say(SHEEP)
    chat.kit.clock.forward(hours=50)
    chat.say(SHEEP)
    press(editor, number_of(editor), "answer", answer="请找嘎查的治保员")
    told(chat)
    done = editor.get(f"{INBOX}/done").text
    assert "答复：“请找嘎查的治保员”" in done and "正在告诉 1 人 · 1 人等下次来时告诉" in done
    late.say("你好")
    with chat.kit.db.transaction() as session:
        session.execute(update(Note).where(Note.state == State.QUEUED).values(state=State.FAILED))
    assert "已告诉 1 人 · 1 人没有送到" in editor.get(f"{INBOX}/done").text


def test_too_long_an_answer_is_told_how_long_it_is(chat, editor):
    chat.say(SHEEP)
    page = press(editor, number_of(editor), "answer", answer="答" * 5000)
    assert page.status_code == 400 and "答复：最多 300 个字，现在 5,000 个。" in page.text


def test_who_presses_on_an_old_page_is_told_of_their_own_act(chat, editor):
    chat.say(SHEEP)
    number = number_of(editor)
    press(editor, number, "question")
    page = press(editor, number, "ignore").text
    assert "您自己刚才已经处理过：设为群众问法（刷单返利）" in page and "先撤销您刚才的处理" in page
    assert "由别人处理" not in page


def test_what_the_second_editor_wrote_is_given_back_and_can_stand_instead(chat, editor, as_role):
    chat.say(SHEEP)
    number, other = number_of(editor), as_role("admin")
    other.get(INBOX)
    press(editor, number, "ignore")
    met = press(other, number, "answer", answer="请找嘎查的治保员")
    assert met.status_code == 409 and "已经由别人处理：不处理" in met.text
    assert typed(met.text, "answer") == "请找嘎查的治保员" and "还没有告诉过任何人" in met.text
    instead = re.search(r'name="instead" value="(\d+)"', met.text)[1]
    short = press(other, number, "answer", answer="短", instead=instead)
    assert "答复请写" in short.text and f'name="instead" value="{instead}"' in short.text
    press(other, number, "answer", answer="请找嘎查的治保员", instead=instead)
    with chat.kit.db.reading() as session:
        rows = session.execute(select(Ruling.act, Ruling.undone_by).order_by(Ruling.id)).all()
    assert rows == [("ignore", "admin-None"), ("answer", "")]


def test_a_question_longer_than_the_library_takes_is_cut_at_a_clause(chat, editor):
    long = f"{SHEEP}，" * 15
    chat.say(long)
    page = editor.get(INBOX).text
    words = typed(page, "words")
    assert len(words) <= 200 and long.startswith(words) and words.endswith("，")
    assert "原话超过 200 字" in page and 'maxlength="200"' in page
    assert press(editor, number_of(editor), "question", words=words).status_code == 302


def test_what_was_refused_is_said_at_its_group(chat, editor):
    chat.say(SHEEP)
    Chat(chat.kit).say("水费怎么在手机上交啊")
    number = number_of(editor)
    page = press(editor, number, "question", words="长" * 201).text
    own = page.partition(f'id="group-{number}"')[2].partition("</article>")[0]
    assert "最多 200 个字" in own and "autofocus" in own and page.count("autofocus") == 1


def test_the_address_of_a_group_leads_to_it(chat, editor):
    chat.say(SHEEP)
    number = number_of(editor)
    assert editor.get(f"{INBOX}/{number}").headers["Location"].endswith(f"/inbox?page=1#group-{number}")
    press(editor, number, "ignore")
    editor.get(f"{INBOX}/{number}")
    assert "已经不在收件箱里" in editor.get(INBOX).text
    assert editor.get(f"{INBOX}/{2**60}").status_code == 302


def test_the_press_leads_to_the_next_group(chat, editor):
    for text in (SHEEP, "水费怎么在手机上交啊"):
        chat.say(text)
    page = editor.get(INBOX).text
    first, second = re.findall(r'<article[^>]*id="group-(\d+)"', page)
    assert (
        f'<input type="hidden" name="next" value="{second}">' in page
        and f'href="#group-{second}">以后再看' in page
    )
    assert press(editor, first, "ignore", next=second).headers["Location"].endswith(f"#group-{second}")


def test_groups_are_found_by_their_words_and_by_who_waits(chat, editor):
    chat.say(SHEEP)
    chat.say("告诉我")
    Chat(chat.kit).say("水费怎么在手机上交啊")
    waits = editor.get(f"{INBOX}?why=wish").text.partition("最近的处理")[0]
    assert SHEEP in waits and "水费" not in waits and "有人想知道答复 1" in waits
    found = editor.get(f"{INBOX}?q=水费").text
    assert "水费怎么" in found and SHEEP not in found
    assert "没有一组的原话里有“羊%”" in editor.get(f"{INBOX}?q=羊%25").text


def test_what_the_library_answers_by_now_is_told_without_a_word_twice(chat, editor):
    chat.say(SHEEP)
    chat.say("告诉我")
    assert "现在已经会答" not in editor.get(INBOX).text
    with chat.kit.db.transaction() as session:
        quick.add(session, "question", "shuadan", SHEEP, "wang", chat.kit.clock())
    page = editor.get(INBOX).text
    assert "现在已经会答（刷单返利），告诉他们并收起" in page
    press(editor, number_of(editor), "known:shuadan")
    told(chat)
    with chat.kit.db.reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(Phrase).where(Phrase.folded == key_of(SHEEP)))
            == 1
        )
        assert "这很像【刷单返利】" in session.scalar(select(Note.text))
    assert "没有要处理的话" in editor.get(INBOX).text


STORY = "一位牧民的草场来了别人的羊，对方说先交看护费才来赶走，他交了两次才起疑心。"


def test_a_draft_says_the_next_step_and_withdrawn_brings_its_group_back(chat, editor, as_role):
    chat.say(SHEEP)
    chat.say("告诉我")
    number = number_of(editor)
    press(editor, number, "case", title="羊群骗局", story=STORY)
    page = editor.get(INBOX).text
    draft = re.search(r'居民还看不到：请打开<a href="(/admin/library/drafts/\d+)"', page)[1]
    assert "提交审核" in page and "发布后告诉 1 人" in page and "没有要处理的话" in page
    colleague = as_role("admin")
    version = re.search(r'name="version" value="(\d+)"', colleague.get(draft).text)[1]
    send(colleague, f"{draft}/withdraw", draft, version=version)
    assert "请写明为什么撤回" in colleague.get(draft).text
    send(colleague, f"{draft}/withdraw", draft, version=version, why="已经有一样的案例")
    page = colleague.get(draft).text
    assert "又在收件箱里了" in page and "张工（admin-None） 撤回了这份稿件：已经有一样的案例" in page
    assert number_of(editor) == number and "1 人想知道答复" in editor.get(INBOX).text
