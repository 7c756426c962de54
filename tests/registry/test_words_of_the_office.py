"""Texts the office writes: what may be in them, and what residents read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registry import consent, greeting, menu
from bot.registry.options import Hotline, Options
from bot.registry.wording import MESSAGE_BYTES, WELCOME_BYTES, plain_text
from core.errors import Refusal
from core.wechat.reply import clean

NEW = "新的说明：只存您的单位和登记时间，发送“注销”就会删除。"
LONG_PATH = " › ".join(["长" * 60] * 2)


@given(st.text())
def test_a_text_is_refused_or_comes_out_safe(typed):
    try:
        text = plain_text(typed, WELCOME_BYTES, "欢迎语")
    except Refusal:
        return
    assert text and len(text.encode()) <= WELCOME_BYTES
    assert not set("<>＜＞") & set(text)
    assert clean(text) == text
    assert plain_text(text, WELCOME_BYTES, "欢迎语") == text


@pytest.mark.parametrize(
    "typed", ['<a href="http://x">点我</a>', "weixin://bizmsgmenu?msgmenucontent=1", "＜b＞", "1 > 0"]
)
def test_markup_is_refused(typed):
    with pytest.raises(Refusal, match="< 和 >"):
        plain_text(typed, 400, "欢迎语")


def test_the_longest_texts_fit_into_one_message_with_a_long_path():
    options = Options(welcome="欢" * (WELCOME_BYTES // 3))
    said = greeting.by_code(options, LONG_PATH, greeting.terms_of("说" * 333))
    assert len(said.encode()) <= MESSAGE_BYTES


def test_the_county_and_the_numbers_stand_where_the_text_has_a_place_for_them():
    options = Options("演示旗", welcome="这里是〔旗县〕反诈，急事打〔电话〕。")
    assert greeting.welcome(options) == "这里是演示旗反诈，急事打报警110，反诈专线96110。"


def test_residents_are_told_the_countys_own_numbers():
    options = Options(hotlines=(*Options().hotlines, Hotline("反诈办", "0470-1234567")))
    assert "反诈办0470-1234567" in greeting.help_of(options)
    assert "反诈办0470-1234567" in greeting.about(options)
    assert "本地电话" not in greeting.help_of(Options())


def test_a_county_with_braces_in_its_name_breaks_nothing():
    assert "{x}" in greeting.hello(Options("{x}")) and "{x}" in greeting.about(Options("{x}"))


def test_the_shipped_consent_text_keeps_to_its_own_limits():
    assert plain_text(consent.FIRST_TEXT, 1000, "登记说明") == consent.FIRST_TEXT


def test_versions_of_the_consent_text_are_counted_by_who_agreed(session, clock):
    consent.ensure(session, clock())
    assert consent.change(session, NEW, clock(), "zhang", 1) == 2
    with pytest.raises(Refusal, match="zhang"):
        consent.change(session, f"别的{NEW}", clock(), "li", 1)
    assert [(one.version, one.by) for one in consent.history(session)] == [(2, "zhang"), (1, "")]
    assert consent.versions_with(session, "核对") == {1}


def leaf(name="学案例", key="LEARN"):
    return {"name": name, "key": key}


PAID = leaf("我已转账", "PAID")


def test_the_usual_menu_is_a_menu():
    assert menu.checked(menu.USUAL) == menu.USUAL


@pytest.mark.parametrize(
    ("buttons", "said"),
    [
        ([leaf()], "必须有"),
        ([PAID, leaf(), leaf(), leaf()], "1 到 3"),
        ([PAID, leaf("六个字的名称")], "太长"),
        ([PAID, leaf("")], "不能为空"),
        ([PAID, leaf("学", "NOTHING")], "做什么"),
        ([PAID, {"name": "网页", "url": "http://x.cn"}], "https"),
        ([PAID, {"name": "网页", "url": "https://"}], "https"),
        ([{"name": "更多", "sub_button": [PAID] * 6}], "最多 5"),
        ([PAID, leaf("<a>")], "< 和 >"),
    ],
)
def test_a_menu_that_wechat_or_the_house_would_not_take(buttons, said):
    with pytest.raises(Refusal, match=said):
        menu.checked(buttons)
