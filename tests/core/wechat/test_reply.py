from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.wechat.incoming import read
from core.wechat.reply import ACK, Article, News, Text, clean, legal, render, split

from .samples import GOLDEN

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
QUESTION = read(GOLDEN["text"][0])
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
HOSTILE = st.lists(
    st.sampled_from(
        ["]", "]]", ">", "]]>", "\x0b", "\x00", "<", "&", "\r", "\n", "\ufffe", "\ud800", "</Content>"]
    )
).map("".join)
FAMILY = "👨‍👩‍👧‍👦"


def content(xml, name="Content"):
    return ElementTree.fromstring(xml).findtext(name)


@given(ANY_TEXT | HOSTILE)
@example("]]\x0b>")
@example("]\x00]>")
@example("]]></Content><FromUserName><![CDATA[gh_evil]]></FromUserName>")
def test_a_rendered_text_reads_back_as_it_was(text):
    rendered = render(Text(text), QUESTION, now=NOW)
    assume(rendered != ACK)
    assert content(rendered) == split(text)[0]
    assert len(ElementTree.fromstring(rendered)) == 5


@given(ANY_TEXT | HOSTILE)
def test_cleaned_text_never_ends_its_cdata(text):
    assert ElementTree.fromstring(f"<a><![CDATA[{clean(text)}]]></a>").text in (legal(text), None)


def test_a_reply_goes_back_the_way_the_message_came():
    root = ElementTree.fromstring(render(Text("好"), QUESTION, now=NOW))
    fields = {child.tag: child.text for child in root}
    assert fields == {
        "ToUserName": "oABC",
        "FromUserName": "gh_abc",
        "CreateTime": "1772413200",
        "MsgType": "text",
        "Content": "好",
    }


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_a_blank_reply_is_only_an_acknowledgement(text):
    assert render(Text(text), QUESTION, now=NOW) == ACK


def test_a_long_reply_carries_its_first_piece():
    text = "反诈提醒。\n" * 400
    assert content(render(Text(text), QUESTION, now=NOW)) == split(text)[0]


@given(ANY_TEXT | HOSTILE | st.text(max_size=2000), st.integers(4, 60))
def test_pieces_fit_and_lose_nothing_that_shows(text, limit):
    pieces = split(text, limit)
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(legal(text).split())


def test_a_text_within_the_limit_stays_whole():
    assert split("字" * 666 + "ab") == ["字" * 666 + "ab"]


def test_a_text_one_byte_over_is_cut_between_characters():
    assert [len(piece) for piece in split("字" * 666 + "abc")] == [668, 1]


def test_a_line_break_near_the_end_is_preferred():
    first, second = split("甲" * 560 + "\n" + "乙" * 200)
    assert (first, second) == ("甲" * 560 + "\n", "乙" * 200)


def test_a_line_break_far_from_the_end_is_not():
    assert len(split("甲" * 100 + "\n" + "乙" * 800)[0].encode()) > 1990


@pytest.mark.parametrize("sign", [FAMILY, "👍🏽", "❤️", "🇨🇳", "1️⃣", "🏴\U000e0067\U000e0062\U000e007f", "é"])
@pytest.mark.parametrize("room", range(1, 30))
def test_no_sign_is_torn_apart(sign, room):
    pieces = split("a" * room + sign * 3, max(len(sign.encode()) + 1, 30))
    assert all((piece.lstrip("a").count(sign) * len(sign)) == len(piece.lstrip("a")) for piece in pieces)


def test_a_sign_longer_than_the_limit_is_still_delivered():
    text = "e" + "\u0301" * 50
    assert "".join(split(text, 10)) == text


def test_the_limit_must_hold_one_character():
    with pytest.raises(ValueError, match="limit"):
        split("x", 3)


def cards(count):
    return News(tuple(Article(f"第{n}条", "说明]]>", "https://a/p.png", "https://a/") for n in range(count)))


@pytest.mark.parametrize(("name", "shown"), [("text", 1), ("image", 1), ("ev_click", 8), ("ev_subscribe", 8)])
def test_the_number_of_cards_depends_on_what_they_answer(name, shown):
    root = ElementTree.fromstring(render(cards(8), read(GOLDEN[name][0]), now=NOW))
    assert root.findtext("ArticleCount") == str(shown)
    assert len(root.findall("Articles/item")) == shown


def test_a_card_is_cleaned_like_a_text():
    item = ElementTree.fromstring(render(cards(1), QUESTION, now=NOW)).find("Articles/item")
    assert {child.tag: child.text for child in item} == {
        "Title": "第0条",
        "Description": "说明]]>",
        "PicUrl": "https://a/p.png",
        "Url": "https://a/",
    }


@pytest.mark.parametrize("count", [0, 9])
def test_a_news_reply_has_one_to_eight_cards(count):
    with pytest.raises(ValueError, match="1 到 8"):
        cards(count)
