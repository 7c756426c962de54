from datetime import timedelta

from sqlalchemy import func, select

from bot.content.asked import forget, keep_question, purge
from bot.content.models import Asked


def questions(session):
    return session.scalars(select(Asked).order_by(Asked.id)).all()


def test_a_question_is_kept_open_for_editors(session, clock):
    keep_question(session, 7, 3, "有人说****", "有人说" + "长" * 300, clock())
    (row,) = questions(session)
    assert (row.inbound_id, row.follower_id, row.text, row.state, row.at) == (
        7,
        3,
        "有人说****",
        "open",
        clock(),
    )
    assert len(row.folded) == 200


def test_a_long_number_is_not_kept_in_the_grouping_text_either(session, clock):
    keep_question(session, None, 3, "打***********", "打13800138000", clock())
    assert "13800138000" not in questions(session)[0].folded


def test_forgetting_a_person_blanks_their_words_and_nobody_elses(session, clock):
    keep_question(session, 1, 3, "甲的话", "甲的话", clock())
    keep_question(session, 2, 4, "乙的话", "乙的话", clock())
    forget(session, 3)
    session.expire_all()
    gone, stays = questions(session)
    assert (gone.follower_id, gone.inbound_id, gone.text, gone.folded) == (None, None, "", "")
    assert (stays.follower_id, stays.text) == (4, "乙的话")


def test_old_questions_are_deleted(session, clock):
    keep_question(session, 1, 3, "旧", "旧", clock() - timedelta(days=91))
    keep_question(session, 2, 3, "新", "新", clock() - timedelta(days=89))
    assert purge(session, clock(), 90) == 1
    assert session.scalar(select(func.count()).select_from(Asked)) == 1
