import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message

from core.wechat.incoming import Incoming, Malformed, element, read

from .samples import BROKEN, GOLDEN, TEXT, event, message, xml


@pytest.mark.parametrize("name", GOLDEN)
def test_every_documented_message_is_read(name):
    body, expected = GOLDEN[name]
    message = read(body)
    assert {attribute: getattr(message, attribute) for attribute in expected} == expected


@pytest.mark.parametrize("name", GOLDEN)
def test_every_documented_message_names_account_and_moment(name):
    message = read(GOLDEN[name][0])
    assert (message.account, message.at) == ("gh_abc", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_refused_in_one_way(name):
    with pytest.raises(Malformed):
        read(BROKEN[name])


@pytest.mark.parametrize("name", ["text", "image", "voice", "location", "link", "ev_scan", "ev_click"])
def test_what_wechatpy_understands_we_understand_alike(name):
    body, theirs = GOLDEN[name][0], parse_message(GOLDEN[name][0])
    ours = read(body)
    assert (ours.openid, ours.account) == (theirs.source, theirs.target)
    assert ours.text == getattr(theirs, "content", "")
    assert ours.fields.get("MediaId") == getattr(theirs, "media_id", None)


def test_deliveries_of_one_message_have_one_key():
    assert read(TEXT).key == read(TEXT.replace(b"1700000000", b"1700000005")).key


def test_two_events_in_one_second_have_two_keys():
    keys = {read(event("CLICK", f"<EventKey>{key}</EventKey>")).key for key in ("a", "b")}
    assert len(keys) == 2


def test_a_key_stays_short_whatever_address_was_opened():
    keys = {read(event("VIEW", f"<EventKey>http://x/{'y' * 900}{n}</EventKey>")).key for n in range(2)}
    assert len(keys) == 2
    assert max(map(len, keys)) < 190


@pytest.mark.parametrize("number", ["", "<MsgId>0</MsgId>"])
def test_messages_without_a_number_are_told_apart_by_their_text(number):
    keys = {read(message("text", f"<Content>{text}</Content>", number)).key for text in ("一", "二")}
    assert len(keys) == 2


def test_outer_blanks_of_a_text_do_not_count():
    assert read(message("text", "<Content> 登记\n</Content>")).text == "登记"


def test_a_text_cannot_pretend_to_be_an_event():
    read_message = read(message("text", "<Event>unsubscribe</Event><EventKey>x</EventKey>"))
    assert (read_message.kind, read_message.event, read_message.event_key) == ("text", "", "")


def test_neither_person_nor_text_is_in_the_repr(caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%r", read(TEXT))
    assert "oABC" not in caplog.text
    assert "你好" not in caplog.text


def test_the_refusal_does_not_quote_the_body():
    with pytest.raises(Malformed) as refused:
        read(TEXT.replace(b"1700000000", b"secret-words"))
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_element_is_absent_empty_or_text():
    assert [element(xml(inner), "Encrypt") for inner in ("", "<Encrypt/>", "<Encrypt>a</Encrypt>")] == [
        None,
        "",
        "a",
    ]


def read_or_refuse(body):
    try:
        return isinstance(read(body), Incoming)
    except Malformed:
        return False


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body):
    assert read_or_refuse(body) in (True, False)


@st.composite
def mutated(draw):
    body = bytearray(draw(st.sampled_from([body for body, _ in GOLDEN.values()])))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.integers(0, 30))
        pieces = st.sampled_from(
            [
                b"<",
                b">",
                b"]]>",
                b"<![CDATA[",
                b"&",
                b"&#x0;",
                b"<MsgType>",
                b"</xml>",
                b"<a>",
                b"<!DOCTYPE x>",
            ]
        )
        body[at : at + length] = draw(st.binary(max_size=6) | pieces)
    return bytes(body)


@settings(max_examples=400)
@given(mutated())
def test_a_changed_message_is_read_or_refused(body):
    assert read_or_refuse(body) in (True, False)


NAMES = st.sampled_from(
    ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Event", "EventKey", "OpenID"]
)
TREES = st.recursive(
    st.tuples(NAMES, st.sampled_from(["", "text", "event", "1", "oABC", "SCAN", "x y", str(2**65)])),
    lambda inner: st.tuples(NAMES | st.just("List") | st.just("A"), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def rendered(node):
    name, content = node
    inner = content if isinstance(content, str) else "".join(map(rendered, content))
    return f"<{name}>{inner}</{name}>"


@settings(max_examples=400)
@given(st.lists(TREES, max_size=10))
def test_any_well_formed_tree_is_read_or_refused(nodes):
    body = ("<xml>" + "".join(map(rendered, nodes)) + "</xml>").encode()
    assert read_or_refuse(body) in (True, False)
