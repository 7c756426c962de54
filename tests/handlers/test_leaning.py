"""“有一点像【…】”: what nobody can be sure of may be compared, and nothing that is said afterwards makes it a verdict."""

import pytest
from sqlalchemy import func, select

from bot.content.answer import choices_in
from bot.content.cards import listed
from bot.content.models import Asked
from bot.handlers import after, opening
from tests.cuts import with_cuts
from tests.handlers.conftest import Chat

UNHEARD = "隔壁邻居家的羊昨晚跑到我家草场来了"


def kept(chat):
    with chat.kit.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Asked))


@pytest.fixture
def leaning(chat):
    """Somebody who was just told what it is a little like."""
    assert "有一点像" not in Chat(chat.kit).say(UNHEARD)
    with_cuts(chat.kit.matcher, lean=-9.0, gap=9.0)
    chat.told = chat.say(UNHEARD)
    return chat


def test_it_is_mentioned_beside_the_safe_rule_and_goes_to_the_editors(leaning):
    assert "还没见过" in leaning.told and "有一点像【" in leaning.told and "告诉我" in leaning.told
    assert len(choices_in(leaning.told)) == 2 and kept(leaning) == 2


def test_the_second_is_mentioned_only_where_it_is_nearly_as_near(leaning):
    with_cuts(leaning.kit.matcher, lean=-9.0, gap=0.0)
    assert len(choices_in(Chat(leaning.kit).say(UNHEARD))) == 1


@pytest.mark.parametrize(
    ("said", "place"), [("1", 0), ("第一个", 0), ("选1", 0), ("像第一个", 0), ("2", 1), ("第二个", 1)]
)
def test_a_number_opens_what_was_mentioned(leaning, said, place):
    card = leaning.kit.matcher.cards[choices_in(leaning.told)[place]]
    assert leaning.say(said).startswith(f"【{card.name}】")


def test_where_nothing_was_mentioned_a_number_is_that_of_the_list(chat):
    chat.say(UNHEARD)
    with_cuts(chat.kit.matcher, lean=-9.0, gap=9.0)  # a fit came in between
    assert chat.say("1").startswith(f"【{listed(chat.kit.matcher.cards)[0].name}】")


@pytest.mark.parametrize("said", ["这是不是诈骗", "是骗子吗", "靠谱吗"])
def test_a_card_that_was_only_opened_is_no_verdict(leaning, said):
    code = choices_in(leaning.told)[0]
    name = leaning.kit.matcher.cards[code].name
    assert leaning.say(name, menu_id=f"open-{code}").startswith(f"【{name}】")
    assert leaning.say(said) == after.COMPARE.format(name=f"【{name}】")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("都不像", "那是我认错了"),
        ("都不是", "那是我认错了"),
        ("对照了，不像", "那是我认错了"),
        ("就是这个", after.CANNOT_TELL),
        ("有点像", after.CANNOT_TELL),
        ("两个都像", after.CANNOT_TELL),
        ("这是不是诈骗", after.CANNOT_TELL),
        ("怎么点", "点不动"),
        ("点不开", "点不动"),
    ],
)
def test_a_remark_about_it_is_no_new_question(leaning, said, answer):
    assert answer in leaning.say(said) and kept(leaning) == 2


def test_a_type_gone_meanwhile_is_said_to_be_gone_and_asked_of_nobody(leaning):
    assert leaning.say("某某骗局", menu_id="open-nosuch") == opening.GONE
    assert kept(leaning) == 2
