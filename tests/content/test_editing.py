"""Cards and cases are drafts until a second person approves them; nobody's words are overwritten unseen."""

import pytest
from sqlalchemy import select

from bot.content.body_rules import FieldFaults
from bot.content.editing import Seen, Stale, Wish, begun, open_draft, restore, retire, save
from bot.content.history import compare, editions
from bot.content.library import library_version, load_library
from bot.content.matcher import Matcher
from bot.content.models import Case, ScamType
from bot.content.pending import waiting
from bot.content.reviews import approve, approve_batch, send_back, submit, withdraw
from core.errors import Conflict, NotAllowed, Refusal
from tests import make
from tests.content.conftest import TYPES, a_case, write

CARD = "type:baiwan"
STORY = "老人接到电话，对方自称客服，说会员到期要扣钱，一步步让她把屏幕共享出来。"


@pytest.fixture
def desk(session, clock, library):
    """Short names for what editors and reviewers do, by li and wang."""
    return Desk(session, clock)


class Desk:
    def __init__(self, session, clock):
        self.session, self.clock = session, clock

    def write(self, subject=CARD, by="li", why="写得更清楚", seen=None, **fields):
        body, now_seen = begun(self.session, subject)
        row = self.session.get(ScamType, subject[5:]) if subject.startswith("type:") else None
        code = row.code if row else self.session.get(Case, int(subject[5:])).type_code
        wish = Wish(subject[:4], subject, code, body | fields, why)
        return save(self.session, wish, seen or now_seen, by, self.clock())

    def sent(self, **fields):
        draft = self.write(**fields)
        return submit(self.session, draft.id, draft.version, self.clock())

    def approve(self, draft, by="wang"):
        return approve(self.session, draft.id, draft.version, by, self.clock())

    def new_case(self, by="li", batch="", code="baiwan", title="周末的电话"):
        body = {"title": title, "text": STORY, "tags": ["共享屏幕"], "live": True}
        draft = save(
            self.session, Wish("case", "", code, body, "新骗法", batch), Seen(0, 0, 0), by, self.clock()
        )
        return submit(self.session, draft.id, draft.version, self.clock())

    def summary(self):
        return self.session.get(ScamType, "baiwan").summary


def case(session, title):
    return session.scalars(select(Case).where(Case.title == title)).one()


def test_residents_read_the_old_words_until_a_second_person_approves(desk, session, matcher):
    draft = desk.sent(summary="新的说法。")
    matcher.refresh(session)
    assert matcher.cards["baiwan"].summary != "新的说法。"
    desk.approve(draft)
    matcher.refresh(session)
    assert matcher.cards["baiwan"].summary == "新的说法。"


def test_nobody_who_wrote_in_a_draft_may_approve_it(desk):
    desk.write(summary="甲写的。", by="li")
    draft = desk.sent(summary="乙改的。", by="zhao")
    for writer in ("li", "zhao"):
        with pytest.raises(NotAllowed):
            desk.approve(draft, by=writer)
    desk.approve(draft, by="wang")


def test_a_draft_that_was_not_sent_cannot_be_approved(desk):
    with pytest.raises(Conflict, match="草稿"):
        desk.approve(desk.write(summary="新。"))


def test_approving_twice_is_refused_and_counts_once(desk, session):
    draft = desk.sent(summary="新。")
    seen = draft.version
    desk.approve(draft)
    with pytest.raises(Conflict):
        approve(session, draft.id, seen, "wang", desk.clock())
    assert [each.number for each in editions(session, CARD)] == [2, 1]


def test_a_reviewer_approves_exactly_what_was_read(desk, session):
    draft = desk.sent(summary="读到的。")
    seen = draft.version
    desk.write(summary="又改了。")
    with pytest.raises(Conflict, match="又改过"):
        approve(session, draft.id, seen, "wang", desk.clock())


def test_a_returned_draft_keeps_its_words_and_says_why(desk, session):
    draft = desk.sent(summary="新。")
    back = send_back(session, draft.id, draft.version, "信号太少", "wang", desk.clock())
    assert (back.state, back.comment, back.reviewer) == ("returned", "信号太少", "wang")
    again = desk.sent(summary="更新。")
    assert again.id == draft.id and waiting(session) == 1
    with pytest.raises(Refusal, match="为什么退回"):
        send_back(session, again.id, again.version, " ", "wang", desk.clock())


def test_a_draft_without_a_reason_is_not_sent(desk, session):
    draft = desk.write(summary="新。", why="")
    with pytest.raises(Refusal, match="为什么改"):
        submit(session, draft.id, draft.version, desk.clock())


def test_a_withdrawn_draft_frees_its_card(desk, session):
    draft = desk.write(summary="新。")
    withdraw(session, draft.id, draft.version, draft.author, desk.clock())
    assert open_draft(session, CARD) is None
    assert desk.write(summary="另一份。").id != draft.id


def test_the_second_editor_sees_the_first_ones_words_and_decides(desk, session):
    _, seen = begun(session, CARD)
    desk.write(summary="甲先存的。", by="li", seen=seen)
    with pytest.raises(Stale) as stale:
        desk.write(summary="乙的。", by="zhao", seen=seen)
    assert stale.value.theirs["summary"] == "甲先存的。" and stale.value.who == "li"
    assert desk.write(summary="乙的。", by="zhao", seen=stale.value.seen).author == "zhao"


def test_an_editor_whose_card_changed_meanwhile_sees_what_residents_read_now(desk, session):
    _, seen = begun(session, CARD)
    desk.approve(desk.sent(summary="已上线的新说法。"))
    with pytest.raises(Stale) as stale:
        desk.write(summary="旧底子上的。", seen=seen)
    assert stale.value.theirs["summary"] == "已上线的新说法。"


def test_a_card_that_changed_under_a_draft_is_not_overwritten_by_approval(desk, session, clock, folder):
    draft = desk.sent(summary="编辑的。")
    types = [made | {"summary": "文件的。"} if made["code"] == "baiwan" else made for made in TYPES]
    load_library(session, clock(), write(folder, types))
    with pytest.raises(Conflict, match="又变过"):
        desk.approve(draft)
    assert desk.summary() == "文件的。"


def test_a_draft_that_changes_nothing_is_not_kept(desk):
    with pytest.raises(Refusal, match="没有要保存的改动"):
        desk.write()


def test_what_a_file_said_before_the_first_edit_can_be_compared_and_restored(desk, session):
    before = desk.summary()
    desk.approve(desk.sent(summary="新。"))
    assert [each.author for each in editions(session, CARD)] == ["li", "load-library"]
    assert [(c.label, c.old, c.new) for c in compare(session, CARD, 1, 2, {})] == [
        ("一句话说明", (before,), ("新。",))
    ]
    draft = restore(session, CARD, 1, "zhao", desk.clock())
    assert desk.summary() == "新。"
    desk.approve(submit(session, draft.id, draft.version, desk.clock()))
    assert desk.summary() == before
    assert editions(session, CARD)[0].why == "恢复到第 1 版"


def test_a_restore_does_not_push_another_draft_aside(desk, session):
    desk.approve(desk.sent(summary="新。"))
    desk.write(summary="正在写。")
    with pytest.raises(Conflict, match="没处理完"):
        restore(session, CARD, 1, "zhao", desk.clock())


def test_an_approved_card_survives_the_next_load(desk, session, clock, folder):
    desk.approve(desk.sent(summary="编辑的。"))
    assert load_library(session, clock(), folder).kept == 1
    assert desk.summary() == "编辑的。"


def test_a_new_case_is_read_after_approval_and_survives_a_load(desk, session, clock, folder, matcher):
    draft = desk.approve(desk.new_case())
    matcher.refresh(session)
    assert "周末的电话" in {story.title for story in matcher.cards["baiwan"].cases}
    assert draft.subject == f"case:{case(session, '周末的电话').id}"
    load_library(session, clock(), folder)
    assert case(session, "周末的电话").live


def test_a_renamed_case_is_not_loaded_a_second_time(desk, session, clock, folder):
    held = case(session, "视频来电")
    desk.approve(desk.sent(subject=f"case:{held.id}", title="客服来视频", text=STORY))
    assert load_library(session, clock(), folder).cases == 0
    assert {row.title for row in session.scalars(select(Case).where(Case.type_code == "baiwan"))} == {
        "客服来视频"
    }
    types = [made | {"cases": [*made["cases"], a_case("客服来视频", "文件里后来也叫这个名字的一个案例。")]}
             if made["code"] == "baiwan" else made for made in TYPES]  # fmt: skip
    load_library(session, clock(), write(folder, types))
    assert case(session, "客服来视频").text == STORY


def test_a_case_is_retired_and_brought_back_by_two_people(desk, session, matcher):
    subject = f"case:{case(session, '视频来电').id}"
    for live in (False, True):
        draft = retire(session, subject, "过时", "li", desk.clock())
        desk.approve(submit(session, draft.id, draft.version, desk.clock()))
        assert case(session, "视频来电").live is live


def test_a_retired_type_is_neither_listed_nor_matched(desk, session, matcher):
    assert matcher.find("让我开百万保障").types[0] == "baiwan"
    draft = retire(session, CARD, "合并", "li", desk.clock())
    desk.approve(submit(session, draft.id, draft.version, desk.clock()))
    matcher.refresh(session)
    assert "baiwan" not in matcher.cards
    assert "baiwan" not in matcher.find("让我开百万保障").types


def test_a_new_type_stands_at_the_end_and_needs_a_free_name(desk, session):
    body, _ = begun(session, CARD)
    wish = Wish("type", "type:newone", "newone", body | {"name": "新骗局"}, "新出现")
    draft = save(session, wish, Seen(0, 0, 0), "li", desk.clock())
    desk.approve(submit(session, draft.id, draft.version, desk.clock()))
    assert session.get(ScamType, "newone").position == 5
    with pytest.raises(FieldFaults) as refused:
        save(
            session,
            wish._replace(subject="type:newtwo", type_code="newtwo"),
            Seen(0, 0, 0),
            "li",
            desk.clock(),
        )
    assert set(refused.value.fields) == {"name"}


def test_two_people_who_begin_the_same_new_type_meet(desk, session):
    body, _ = begun(session, CARD)
    wish = Wish("type", "type:newone", "newone", body | {"name": "新骗局"}, "新出现")
    save(session, wish, Seen(0, 0, 0), "li", desk.clock())
    with pytest.raises(Stale):
        save(session, wish, Seen(0, 0, 0), "zhao", desk.clock())


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"name": " "}, {"name"}), ({"name": "长" * 41}, {"name"}), ({"name": "刷单返利"}, {"name"}),
        ({"summary": ""}, {"summary"}), ({"steps": []}, {"steps"}), ({"actions": []}, {"actions"}),
        ({"signs": ["长" * 201]}, {"signs"}), ({"signs": ["短"] * 31}, {"signs"}), ({"kind": "story"}, {"kind"}),
        ({"second": ["nobody"]}, {"second"}), ({"second": ["baiwan"]}, {"second"}), ({"review_by": "明年"}, {"review_by"}),
        ({"steps": ["打 13812345678 联系"]}, {"steps"}), ({"note": "据说有返还〔待核〕"}, {"note"}),
        ({"summary": '点<a href="http://x">这里</a>'}, {"summary"}),
        ({"summary": "", "steps": []}, {"summary", "steps"}),
    ],
)  # fmt: skip
def test_a_card_that_breaks_a_rule_is_refused_field_by_field(desk, fields, faulty):
    with pytest.raises(FieldFaults) as refused:
        desk.write(**fields)
    assert set(refused.value.fields) == faulty


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [({"title": ""}, {"title"}), ({"text": "太短"}, {"text"}), ({"text": "长" * 1001}, {"text"}),
     ({"text": STORY + "卡号 6222 0212 3456 7890 123"}, {"text"})],
)  # fmt: skip
def test_a_case_that_breaks_a_rule_is_refused_field_by_field(desk, session, fields, faulty):
    with pytest.raises(FieldFaults) as refused:
        desk.write(subject=f"case:{case(session, '视频来电').id}", **{"text": STORY} | fields)
    assert set(refused.value.fields) == faulty


def test_a_batch_is_approved_whole_or_not_at_all(desk, session):
    for title in ("甲案", "乙案"):
        desk.new_case(batch="b1", title=title)
    before = library_version(session)
    with pytest.raises(Conflict):
        approve_batch(session, "b1", 3, "wang", desk.clock())
    assert approve_batch(session, "b1", 2, "wang", desk.clock()) == 2
    assert library_version(session) == before + 1
    assert waiting(session) == 0


def test_a_new_case_that_somebody_is_writing_already_is_refused_with_its_draft(desk, session):
    first = desk.new_case(title="甲案")
    with pytest.raises(FieldFaults, match=rf"稿件 {first.id} 已经在写") as refused:
        desk.new_case(title="甲案", by="zhao")
    assert set(refused.value.fields) == {"title"}
    desk.new_case(title="甲案", code="police")
    withdraw(session, first.id, first.version, "li", desk.clock())
    desk.new_case(title="甲案", by="zhao")


def test_the_draft_that_stops_a_batch_is_named(desk, session):
    desk.new_case(batch="b1", title="甲案")
    late = desk.new_case(batch="b1", title="乙案")
    make.keep(session, Case(type_code="baiwan", title="乙案", text=STORY, tags="[]"))
    with pytest.raises(
        Conflict, match=rf"稿件 {late.id}“乙案”不能通过，所以一份都没有通过。标题：这个类型已经有同名"
    ):
        approve_batch(session, "b1", 2, "wang", desk.clock())


def test_a_batch_with_ones_own_words_is_refused(desk, session):
    desk.new_case(batch="b1", by="wang")
    with pytest.raises(NotAllowed):
        approve_batch(session, "b1", 1, "wang", desk.clock())


def test_an_empty_library_matches_nothing_and_breaks_nothing(session):
    made = Matcher()
    made.refresh(session)
    assert made.find("让我转账到安全账户").decision == "none"
