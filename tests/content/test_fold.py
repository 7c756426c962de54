"""The one spelling of every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.fold import LIMIT, LINK, fold, fold_both
from bot.content.library import key_of, spellings
from tests.effort import effort


def test_full_width_and_capitals_become_plain() -> None:
    assert fold("ＥＴＣ 停用１２３") == "etc停用123"


def test_traditional_characters_become_simplified() -> None:
    assert fold("驗證碼給了騙子") == fold("验证码给了骗子")


def test_a_word_with_two_simplified_forms_is_converted_by_the_word() -> None:
    assert fold("乾隆年間 乾燥") == "乾隆年间干燥"


def test_spaces_quotes_brackets_and_emoji_go() -> None:
    assert fold("【我】“刚 转了”😭（三千）🙏🏻") == "我刚转了三千"


def test_a_keycap_emoji_is_its_digit() -> None:
    assert fold("1️⃣号") == "1号"


def test_ends_of_clauses_become_one_comma() -> None:
    assert fold("完了。。。钱没了！！在吗…") == "完了,钱没了,在吗"


def test_a_question_mark_stays_and_outlives_its_neighbours() -> None:
    assert fold("怎么办？？！谢谢") == "怎么办?谢谢"


def test_digits_are_kept_with_the_point_and_without_thousands_commas() -> None:
    assert fold("转了12,000.50元，又转3.2万。") == "转了12000.50元,又转3.2万"


def test_digit_runs_are_masked_on_request() -> None:
    assert fold("尾号0917支出2,000.5元", mask_digits=True) == "尾号0支出0元"


@pytest.mark.parametrize(
    "link", ["https://a.b-c.com/x?y=1", "http://etc.cn", "www.example.org/a", "etc-gov.top"]
)
def test_links_are_masked_on_request(link: str) -> None:
    assert fold(f"点 {link} 升级", mask_digits=True) == f"点{LINK}升级"


def test_an_at_sign_in_a_text_is_not_a_link() -> None:
    assert fold("@所有人 开会", mask_digits=True) == "所有人开会"


def test_a_long_text_is_clipped() -> None:
    assert len(fold("钱" * 5_000)) == LIMIT


def test_nothing_but_marks_is_empty() -> None:
    assert fold(" ，。！…😀 ") == ""


@given(st.text(max_size=700))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(st.characters(max_codepoint=0x1FFFF), max_size=700), st.booleans())
def test_any_text_folds_to_letters_digits_and_the_kept_marks(text: str, mask: bool) -> None:
    folded = fold(text, mask_digits=mask)
    assert len(folded) <= LIMIT
    assert all(char.isalnum() or char in f",?.{LINK}" for char in folded)


def test_sixty_characters_take_few_calls() -> None:
    text = "他说我买的奶粉有质量问题要双倍理赔，让我下载会议软件，我照着做了，现在卡里两万六没了，怎么办？谢谢你们了"
    assert effort(lambda: fold(text)) < 40


@given(st.text(max_size=80) | st.text("帳户驗1２,.。？!https://a.cn www@ ", max_size=80))
def test_both_spellings_at_once_are_the_same_as_one_by_one(text: str) -> None:
    assert fold_both(text) == (fold(text), fold(text, mask_digits=True))
    assert spellings(text) == (key_of(text), fold(text, mask_digits=True), fold(text))
