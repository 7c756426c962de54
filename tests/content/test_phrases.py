import pytest

from bot.content.library import key_of, library_version
from bot.content.phrases import add_phrase, retire_phrase
from core.errors import Conflict, NotFound, Refusal


def test_a_new_phrase_is_stored_folded_and_moves_the_version(session, library):
    before = library_version(session)
    row = add_phrase(session, "police", "alias", " 安全　帳戶２ ")
    assert (row.folded, row.live, row.shipped) == ("安全账户2", True, False)
    assert library_version(session) == before + 1


def test_a_phrase_the_type_has_already_is_refused_with_a_sentence(session, library):
    with pytest.raises(Conflict, match="已经有"):
        add_phrase(session, "police", "alias", "安全 賬戶")


def test_two_types_may_claim_one_alias(session, library):
    assert add_phrase(session, "baiwan", "alias", "安全账户").type_code == "baiwan"


@pytest.mark.parametrize("text", ["", "，。", "钱", "1234567", "长" * 201])
def test_words_that_cannot_serve_are_refused(session, library, text):
    with pytest.raises(Refusal):
        add_phrase(session, "police", "alias", text)


def test_a_phrase_needs_a_type_and_a_known_kind(session, library):
    with pytest.raises(NotFound):
        add_phrase(session, "nobody", "alias", "某某话")
    with pytest.raises(Refusal):
        add_phrase(session, "police", "song", "某某话")


def test_a_retired_phrase_is_out_of_use_and_can_come_back(session, library):
    row = add_phrase(session, "police", "question", "网警说要查我")
    before = library_version(session)
    assert not retire_phrase(session, row.id).live
    assert library_version(session) == before + 1
    with pytest.raises(NotFound):
        retire_phrase(session, row.id)
    assert add_phrase(session, "police", "question", "网警说要查我").id == row.id


def test_a_key_has_no_punctuation_and_one_spelling():
    assert key_of("「百萬保障」，到期了？") == "百万保障到期了"
