"""One editor adds and takes away phrases and ordinary labels at once, and can undo it."""

import pytest

from bot.content.caution import caution, caution_version, set_caution, shifted
from bot.content.corpus import read_corpus
from bot.content.matcher import Matcher
from bot.content.quick import add, also_claimed, many, recent, retire, undo
from bot.content.serving import Cuts
from core.errors import Conflict, NotFound, Refusal


@pytest.fixture
def does(session, clock, library):
    def do(kind, text, code="baiwan", by="li"):
        return add(session, kind, code, text, by, clock())

    return do


def found(session, text):
    made = Matcher()
    made.refresh(session)
    return made.find(text)


def test_an_alias_acts_at_once_and_its_undoing_too(session, clock, does):
    act = does("alias", "星钻权益")
    assert found(session, "他说我的星钻权益要清零").types[0] == "baiwan"
    undo(session, act.id, "zhao", clock())
    assert found(session, "他说我的星钻权益要清零").decision == "none"
    assert (act.undone_by, act.by) == ("zhao", "li")


def test_taking_a_phrase_away_can_be_undone(session, clock, does):
    act = does("question", "会员自动续费怎么关")
    gone = retire(session, "question", act.item_id, "li", clock())
    assert found(session, "会员自动续费怎么关").scores[0] < 5
    undo(session, gone.id, "li", clock())
    assert found(session, "会员自动续费怎么关").types[0] == "baiwan"


@pytest.mark.parametrize("word", ["你好", "银行", "客服", "在吗？"])
def test_a_word_of_every_day_is_no_alias_but_may_be_part_of_a_question(does, word):
    with pytest.raises(Refusal, match="平常说话也常用"):
        does("alias", word)
    assert does("question", f"{word} 百万保障要关吗").kind == "question"


def test_undoing_twice_or_after_somebody_else_acted_is_refused(session, clock, does):
    act = does("alias", "星钻权益")
    gone = retire(session, "alias", act.item_id, "zhao", clock())
    with pytest.raises(Conflict, match="又有人改过"):
        undo(session, act.id, "li", clock())
    undo(session, gone.id, "li", clock())
    with pytest.raises(Conflict, match="已经撤销"):
        undo(session, gone.id, "li", clock())
    undo(session, act.id, "li", clock())
    with pytest.raises(NotFound):
        undo(session, 999, "li", clock())


def test_an_ordinary_label_means_no_match_at_once_also_for_nearly_the_same_words(session, does):
    assert found(session, "我家的百万保障要不要买").types[0] == "baiwan"
    does("ordinary", "我家的百万保障要不要买")
    for text in ("我家的百万保障要不要买", "我家的百万保障要不要买呀"):
        match = found(session, text)
        assert (match.decision, match.ordinary, match.topic) == ("none", True, None)


def test_a_message_with_a_telling_word_more_is_not_ordinary(session, does):
    does("ordinary", "今天下午去银行排队办业务")
    assert found(session, "今天下午去银行排队办业务，安全账户").types[0] == "police"


def test_ordinary_messages_are_learned_by_the_next_fit(session, folder, does):
    does("ordinary", "赶集的时候记得买两斤糖")
    assert ("none", "none", "赶集的时候记得买两斤糖") in read_corpus(session, folder).texts


def test_ordinary_talk_and_a_types_words_exclude_each_other(session, clock, does):
    with pytest.raises(Conflict, match="百万保障骗局"):
        does("ordinary", "说我的保险要每月扣八百")
    act = does("ordinary", "保险到期要续吗")
    with pytest.raises(Conflict, match="日常话"):
        does("question", "保险到期要续吗")
    with pytest.raises(Conflict, match="已经记为"):
        does("ordinary", "保险到期要续吗")
    undo(session, act.id, "li", clock())
    does("question", "保险到期要续吗")


@pytest.mark.parametrize("text", ["", "嗯", "长" * 201])
def test_an_ordinary_message_must_say_something(does, text):
    with pytest.raises(Refusal):
        does("ordinary", text)


def test_what_another_type_has_too_is_named(session, does):
    does("alias", "安全账户", "shuadan")
    assert also_claimed(session, "alias", "安全账户", "shuadan") == ["冒充公检法"]


def test_the_last_acts_of_a_type_come_first(session, does):
    for text in ("星钻权益", "金卡到期"):
        does("alias", text)
    does("ordinary", "赶集的时候记得买糖")
    assert [act.text for act in recent(session, "baiwan")] == ["金卡到期", "星钻权益"]
    assert [act.text for act in recent(session, "")] == ["赶集的时候记得买糖"]


def test_lines_are_taken_once_and_not_without_end():
    assert many(" 一 \n\n二\n一") == ["一", "二"]
    for text in (" \n ", "\n".join(map(str, range(101)))):
        with pytest.raises(Refusal):
            many(text)


CUTS = Cuts(match=0.4, sure=0.8, gap=0.1, alias=0.1, fresh=1.0, lean=0.3)


def test_the_slider_moves_what_a_match_needs_and_nothing_in_the_middle():
    assert shifted(CUTS, 0.5) == CUTS
    assert shifted(CUTS, 1.0).match == pytest.approx(0.2)
    assert shifted(CUTS, 0.0).match == pytest.approx(0.6)
    assert shifted(CUTS, 0.0).sure >= shifted(CUTS, 0.0).match
    assert [shifted(CUTS, value).lean for value in (1.0, 0.0)] == pytest.approx([0.1, 0.5])


def test_the_slider_is_followed_by_every_process(session, clock, library):
    text = "老人接到客服的电话"
    assert caution(session) == 0.5
    said = set()
    for value in (0.0, 1.0):
        set_caution(session, value, caution_version(session), "li", clock())
        said.add(found(session, text).decision)
    assert caution(session) == 1.0 and len(said) == 2


def test_the_second_to_move_the_slider_sees_the_first(session, clock, library):
    set_caution(session, 0.3, 0, "li", clock())
    with pytest.raises(Conflict, match=r"0\.3"):
        set_caution(session, 0.9, 0, "zhao", clock())
    for value in (-0.1, 1.1, float("nan")):
        with pytest.raises(Refusal):
            set_caution(session, value, 1, "li", clock())
