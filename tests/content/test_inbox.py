"""The editors' inbox: like questions together, people first, handled once, undone whole, told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.content import editing, grouping, handled, inbox, owing, quick, reviews, rulings
from bot.content.asked import PICTURE, forget, keep_question, wish
from bot.content.fold import fold
from bot.content.matcher import Matcher
from bot.content.models import Asked, Case
from bot.content.rulings import Order
from bot.push.models import Note, State
from bot.registry.models import AuditEntry, Follower
from bot.talk import ledger
from bot.talk.ledger import Entry
from core.errors import Conflict, NotFound, Refusal
from tests import make

SHEEP = "隔壁邻居家的羊跑到我家草场来了"


@pytest.fixture
def ask(session, clock):
    """ask("…") → the follower; the question reached us `ago` hours before now."""

    def keep(text, follower=None, *, ago=0, wishes=False, why="unknown"):
        follower = follower or make.follower(session)
        at = clock() - timedelta(hours=ago)
        entry = Entry(make.openid(), at, "text", "unknown", ["…"], text)
        inbound_id = ledger.keep(session, entry, follower.id)
        keep_question(session, inbound_id, follower.id, text, fold(text), at, why)
        if wishes:
            asked_id = session.scalar(select(Asked.id).order_by(Asked.id.desc()).limit(1))
            wish(session, asked_id, at)
        return follower

    return keep


@pytest.fixture
def waiting(session, clock):
    """The groups of the inbox after the grouping."""

    def listed(**limits):
        grouping.group_new(session, clock())
        return inbox.groups(session, **limits)

    return listed


@pytest.fixture
def tell(session, clock):
    """The timer's round `minutes` later: how many acts were told of."""

    def after(minutes=1):
        clock.forward(minutes=minutes)
        return owing.tell(session, clock())

    return after


def order(act, code="shuadan", words=SHEEP):
    return Order(act, "" if act in ("ordinary", "ignore", "answer") else code, words)


def notes(session):
    session.expire_all()
    return session.execute(select(Note.follower_id, Note.text, Note.state).order_by(Note.id)).all()


def test_like_questions_are_one_group_and_people_rank_it(session, ask, waiting):
    one = ask("水费怎么在手机上交啊")
    ask("水费怎么在手机上交啊", one)
    ask("水费怎么在手机上交啊", one)
    ask(SHEEP)
    ask("隔壁邻居家的羊跑到我家草场来")
    first, second = waiting()
    assert (first.text, first.people, first.times, first.variants) == (
        SHEEP,
        2,
        2,
        ("隔壁邻居家的羊跑到我家草场来",),
    )
    assert (second.people, second.times) == (1, 3)
    assert inbox.count_groups(session) == 2


def test_a_group_keeps_its_number_whoever_comes_and_goes(session, ask, waiting):
    leader = ask(SHEEP)
    ask("隔壁邻居家的羊跑到我家草场来")
    number = waiting()[0].number
    forget(session, leader.id)
    (group,) = waiting()
    assert (group.number, group.text) == (number, "隔壁邻居家的羊跑到我家草场来")
    ask(SHEEP)
    assert [group.number for group in waiting()] == [number]


def test_short_questions_must_be_the_same(ask, waiting):
    for text in ("电费吗", "水费吗", "水费吗"):
        ask(text)
    assert [group.text for group in waiting()] == ["水费吗", "电费吗"]


def test_grouping_twice_changes_nothing(session, clock, ask):
    for n in range(30):
        ask(f"{SHEEP}第{n % 3}次" if n % 2 else f"水费怎么在手机上交啊{'呀' * (n % 3)}")
    assert grouping.group_new(session, clock()) == 30
    before = session.execute(select(Asked.id, Asked.group_no)).all()
    assert grouping.group_new(session, clock()) == 0
    assert session.execute(select(Asked.id, Asked.group_no)).all() == before


def test_pictures_that_could_not_be_read_are_one_group(ask, waiting):
    ask("", why=PICTURE)
    ask("", why=PICTURE)
    (group,) = waiting(why=PICTURE)
    assert (group.people, group.whys) == (2, (PICTURE,))
    assert waiting(why="useless") == []


def test_a_question_made_of_a_group_is_answered_at_the_next_message(session, clock, library, ask, waiting):
    ask(SHEEP)
    ask("隔壁邻居家的羊跑到我家草场来")
    done = rulings.rule(session, waiting()[0].number, order("question"), "李工", clock())
    assert done.people == 2 and waiting() == []
    matcher = Matcher()
    matcher.refresh(session)
    assert matcher.find(SHEEP).types[0] == "shuadan" and matcher.find(SHEEP).decision == "one"
    assert matcher.find("隔壁邻居家的羊跑到我家草场来").types[0] == "shuadan"


def test_an_alias_acts_inside_other_words(session, clock, library, ask, waiting):
    ask("他们说要走跑草场分红")
    rulings.rule(session, waiting()[0].number, order("alias", words="跑草场分红"), "李工", clock())
    matcher = Matcher()
    matcher.refresh(session)
    assert matcher.find("听说跑草场分红能挣钱").because == ("跑草场分红",)


def test_ordinary_talk_and_what_was_passed_over_do_not_come_back(session, clock, library, ask, waiting):
    for act, text in (("ordinary", SHEEP), ("ignore", "水费怎么在手机上交啊")):
        ask(text)
        rulings.rule(session, waiting()[0].number, order(act, words=text), "李工", clock())
        ask(text)
        assert waiting() == []
    matcher = Matcher()
    matcher.refresh(session)
    assert matcher.find(SHEEP).ordinary


def test_the_second_editor_sees_what_the_first_did(session, clock, library, ask, waiting):
    ask(SHEEP)
    number = waiting()[0].number
    rulings.rule(session, number, order("question"), "李工", clock())
    with pytest.raises(Conflict, match="别人.*设为群众问法（刷单返利）"):
        rulings.rule(session, number, order("ignore"), "王工", clock())


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (order("question", code="nothing"), NotFound), (order("question", words="1"), Refusal),
        (order("answer", words=""), Refusal),
        (order("answer", words="长" * 301), Refusal), (order("shout"), Refusal), (order("case", words="标题"), Refusal),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_carried_out_leaves_the_group_where_it_is(
    session, clock, library, ask, waiting, wanted, fault
):
    ask(SHEEP)
    number = waiting()[0].number
    with pytest.raises(fault), session.begin_nested():
        rulings.rule(session, number, wanted, "李工", clock())
    assert [group.number for group in waiting()] == [number]


def test_a_group_nobody_asked_is_not_found(session, clock):
    with pytest.raises(NotFound):
        rulings.rule(session, 4711, order("ignore"), "李工", clock())


def test_only_who_wished_it_is_told_once_and_in_their_own_words(session, clock, library, ask, waiting, tell):
    told = ask(SHEEP, wishes=True)
    ask("隔壁邻居家的羊跑到我家草场来", told, wishes=True)
    ask(SHEEP)
    done = rulings.rule(session, waiting()[0].number, order("question"), "李工", clock())
    assert (done.by_message, done.later) == (1, 0)
    assert [tell(), tell()] == [1, 0]
    ((follower_id, text, state),) = notes(session)
    assert (follower_id, state) == (told.id, State.QUEUED)
    assert f"您上次问的“{SHEEP}”" in text and "刷单返利" in text


def test_outside_the_window_it_waits_for_the_next_contact(session, clock, library, ask, waiting, tell):
    away = ask(SHEEP, ago=49, wishes=True)
    done = rulings.rule(session, waiting()[0].number, order("question"), "李工", clock())
    assert (done.by_message, done.later) == (0, 1)
    tell()
    assert notes(session)[0].state == State.WAITING
    assert session.get(Follower, away.id).waiting == 1


def test_a_personal_answer_goes_to_everybody_who_asked(session, clock, library, ask, waiting, tell):
    near, far = ask(SHEEP), ask(SHEEP, ago=72)
    done = rulings.rule(
        session, waiting()[0].number, order("answer", words="请找嘎查<b>治保员</b>"), "李工", clock()
    )
    assert (done.by_message, done.later) == (1, 1)
    tell()
    told = {follower_id: (text, state) for follower_id, text, state in notes(session)}
    assert told[near.id][1] == State.QUEUED and told[far.id][1] == State.WAITING
    assert "＜b＞" in told[near.id][0]


def test_passing_over_is_told_to_who_waits_calmly_and_once(session, clock, library, ask, waiting, tell):
    told = ask(SHEEP, wishes=True)
    ask(SHEEP)
    done = rulings.rule(session, waiting()[0].number, order("ignore"), "李工", clock())
    assert (done.by_message, done.later, [tell(), tell()]) == (1, 0, [1, 0])
    ((follower_id, text, _),) = notes(session)
    assert follower_id == told.id and "没有单独的答复" in text and "96110" in text and "诈骗" not in text


def test_who_wishes_an_answer_to_what_was_passed_over_hears_as_well(
    session, clock, library, ask, waiting, tell
):
    first = ask(SHEEP, wishes=True)
    rulings.rule(session, waiting()[0].number, order("ignore"), "李工", clock())
    tell()
    late = ask(SHEEP, wishes=True)
    assert waiting() == [] and tell() == 1
    assert [follower_id for follower_id, _, _ in notes(session)] == [first.id, late.id]


def test_nobody_is_told_within_the_minute_nor_when_it_was_undone_in_it(
    session, clock, library, ask, waiting, tell
):
    ask(SHEEP, wishes=True)
    number = waiting()[0].number
    wrong = rulings.rule(session, number, order("question"), "李工", clock())
    clock.forward(seconds=59)
    assert owing.in_grace(wrong.ruling, clock()) and not owing.anything_to_tell(session, clock())
    assert owing.tell(session, clock()) == 0
    rulings.undo(session, wrong.ruling.id, "李工", clock())
    rulings.rule(session, number, order("ordinary"), "李工", clock())
    tell()
    ((_, text, _),) = notes(session)
    assert "本身不像诈骗" in text


@pytest.mark.parametrize("act", ["ordinary", "ignore", "answer"])
def test_a_type_chosen_before_an_act_that_has_none_is_not_kept(session, clock, library, ask, waiting, act):
    ask(SHEEP)
    done = rulings.rule(session, waiting()[0].number, Order(act, "shuadan", SHEEP), "李工", clock())
    assert done.ruling.type_code is None and "刷单" not in rulings.said_of(session, done.ruling)


@pytest.mark.parametrize("act", ["question", "alias", "ordinary", "ignore", "answer", "case"])
def test_undone_everything_is_as_before(session, clock, library, ask, waiting, tell, act):
    ask(SHEEP, wishes=True)
    ask(SHEEP, ago=60, wishes=True)
    words = f"{SHEEP}\n{SHEEP}，后来又来要钱，说不给就不走。" if act == "case" else SHEEP
    before = waiting()
    done = rulings.rule(session, before[0].number, order(act, words=words), "李工", clock())
    assert waiting() == []
    tell()
    rulings.undo(session, done.ruling.id, "王工", clock())
    assert waiting() == before and notes(session) == []
    assert set(session.scalars(select(Follower.waiting))) == {0}
    matcher = Matcher()
    matcher.refresh(session)
    assert matcher.find(SHEEP).decision == "none" and not matcher.find(SHEEP).ordinary
    with pytest.raises(Conflict, match="已经撤销过"):
        rulings.undo(session, done.ruling.id, "李工", clock())


def test_after_an_undo_another_act_tells_again_what_is_right(session, clock, library, ask, waiting, tell):
    ask(SHEEP, wishes=True)
    number = waiting()[0].number
    wrong = rulings.rule(session, number, order("question"), "李工", clock())
    tell()
    session.scalars(select(Note)).one().state = State.SENT
    session.flush()
    rulings.undo(session, wrong.ruling.id, "李工", clock())
    rulings.rule(session, number, order("question", code="police"), "李工", clock())
    tell()
    assert [state for _, _, state in notes(session)] == [State.SENT, State.QUEUED]


def test_what_somebody_changed_since_is_not_undone_over_them(session, clock, library, ask, waiting):
    ask(SHEEP)
    done = rulings.rule(session, waiting()[0].number, order("question"), "李工", clock())
    phrase_id = session.get(quick.QuickAct, done.ruling.made_id).item_id
    quick.retire(session, "question", phrase_id, "王工", clock())
    with pytest.raises(Conflict):
        rulings.undo(session, done.ruling.id, "李工", clock())


def test_words_the_library_has_already_are_no_obstacle(session, clock, library, ask, waiting):
    ask(SHEEP, wishes=True)
    quick.add(session, "question", "shuadan", SHEEP, "王工", clock())
    done = rulings.rule(session, waiting()[0].number, order("question"), "李工", clock())
    assert done.ruling.made_id is None and done.by_message == 1
    rulings.undo(session, done.ruling.id, "李工", clock())
    matcher = Matcher()
    matcher.refresh(session)
    assert matcher.find(SHEEP).types[0] == "shuadan"


def test_a_new_case_is_a_draft_and_told_of_when_it_is_live(session, clock, library, ask, waiting, tell):
    ask(SHEEP, wishes=True)
    words = "羊群骗局\n一位牧民的草场来了别人的羊，对方说先交看护费才来赶走，他交了两次才起疑。"
    done = rulings.rule(session, waiting()[0].number, order("case", words=words), "李工", clock())
    assert tell() == 0 and notes(session) == []
    draft = editing.draft_of(session, done.ruling.made_id)
    reviews.submit(session, draft.id, draft.version, clock())
    reviews.approve(session, draft.id, draft.version, "赵工", clock())
    assert session.scalar(select(Case.id).where(Case.title == "羊群骗局")) is not None
    assert [tell(), tell()] == [1, 0]
    assert "刷单返利" in notes(session)[0].text
    with pytest.raises(Conflict, match="已经发布"):
        rulings.undo(session, done.ruling.id, "李工", clock())


def test_the_log_names_no_words_of_a_resident(session, clock, library, ask, waiting):
    ask(SHEEP)
    rulings.rule(session, waiting()[0].number, order("ignore", words=""), "李工", clock())
    entries = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.after)).all()
    assert any(
        action == "inbox.ignore" and SHEEP not in subject + after for action, subject, after in entries
    )


def test_nobody_who_was_erased_is_shown_or_told(session, clock, library, ask, waiting):
    gone = ask(SHEEP, wishes=True)
    number = waiting()[0].number
    forget(session, gone.id)
    assert waiting() == []
    with pytest.raises(NotFound):
        rulings.rule(session, number, order("answer", words="请拨打96110"), "李工", clock())


def test_an_inbox_of_5000_questions_is_grouped_and_paged(session, clock, ask, waiting):
    someone = make.follower(session)
    row = {"inbound_id": None, "follower_id": someone.id, "at": clock(), "state": "open", "why": "unknown"}
    rows = [
        row | {"text": text, "folded": text}
        for text in (f"第{chr(0x4E00 + n % 2500)}个人问{chr(0x5E00 + n % 2500)}的事怎么办" for n in range(5_000))
    ]  # fmt: skip
    session.execute(Asked.__table__.insert(), rows)
    while grouping.group_new(session, clock()):
        pass
    assert inbox.count_groups(session) > 100
    assert len(inbox.groups(session, start=40, limit=20)) == 20
    assert handled.lately(session) == []


def test_a_withdrawn_case_brings_its_questions_back_and_may_be_undone_no_more(
    session, clock, library, ask, waiting, tell
):
    ask(SHEEP, wishes=True)
    before = waiting()
    words = "羊群骗局\n一位牧民的草场来了别人的羊，对方说先交看护费才来赶走，他交了两次才起疑。"
    done = rulings.rule(session, before[0].number, order("case", words=words), "李工", clock())
    draft = editing.draft_of(session, done.ruling.made_id)
    with pytest.raises(Refusal, match="别人写的稿件"):
        reviews.withdraw(session, draft.id, draft.version, "王工", clock())
    reviews.withdraw(session, draft.id, draft.version, "王工", clock(), why="已经有了")
    assert waiting() == before and (draft.reviewer, draft.comment) == ("王工", "已经有了")
    with pytest.raises(Conflict, match="已经撤销过"):
        rulings.undo(session, done.ruling.id, "李工", clock())
    rulings.rule(session, before[0].number, order("ignore"), "李工", clock())
    assert tell() == 1 and len(notes(session)) == 1
