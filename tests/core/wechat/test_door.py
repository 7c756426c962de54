import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException

from core.wechat import crypto as crypto_module
from core.wechat.crypto import Crypto, signature
from core.wechat.door import Doorman, Forged, Mode, TooLarge
from core.wechat.incoming import Malformed, element
from core.wechat.reply import ACK, Text, render, seal

from .samples import BROKEN, GOLDEN, TEXT, xml

TOKEN, APP_ID, KEY = "tok3n", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NOW = 1_790_000_000
CRYPTO = Crypto(TOKEN, APP_ID, KEY)


def doorman(mode=Mode.SAFE, **changed):
    given = {"token": TOKEN, "app_id": APP_ID, "aes_key": KEY} | changed
    return Doorman(given["token"], given["app_id"], given["aes_key"], mode)


def signed(timestamp=str(NOW), nonce="n0nce", token=TOKEN, **more):
    return {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce} | more


def sealed(plain=TEXT, *, crypto=CRYPTO, timestamp=str(NOW), nonce="n0nce", secret=None):
    """A request of safe mode: (query, body)."""
    secret = secret or crypto.encrypt(plain)
    more = {"encrypt_type": "aes", "msg_signature": CRYPTO.sign(timestamp, nonce, secret), "openid": "oABC"}
    body = f"<xml><ToUserName><![CDATA[gh_abc]]></ToUserName><Encrypt><![CDATA[{secret}]]></Encrypt></xml>"
    return signed(timestamp, nonce, **more), body.encode()


def compatible(plain=TEXT, hidden=TEXT):
    query, body = sealed(hidden)
    secret = body[body.index(b"<Encrypt>") : body.index(b"</xml>")]
    return query, plain.replace(b"</xml>", secret + b"</xml>")


def refused(mode, query, body, now=NOW):
    with pytest.raises(Forged) as failure:
        doorman(mode).open(query, body, now)
    return str(failure.value)


@pytest.mark.parametrize("mode", Mode)
def test_the_url_check_returns_the_echo(mode):
    assert doorman(mode).verify_url(signed(echostr="5832019358273645091"), NOW) == "5832019358273645091"


@pytest.mark.parametrize("echo", ["", "<script>alert(1)</script> ", "x" * 65, "一", "a\r\nb"])
def test_an_echo_that_could_do_harm_is_not_returned(echo):
    with pytest.raises(Forged):
        doorman().verify_url(signed(echostr=echo), NOW)


def test_the_url_check_needs_a_signature():
    with pytest.raises(Forged):
        doorman().verify_url({"echostr": "1"}, NOW)


@pytest.mark.parametrize("name", GOLDEN)
def test_safe_mode_opens_every_message(name):
    opened = doorman().open(*sealed(GOLDEN[name][0]), NOW)
    assert (opened.encrypted, opened.nonce_key, opened.message.account) == (True, None, "gh_abc")


def test_plain_mode_names_the_signature_it_spent():
    opened = doorman(Mode.PLAIN).open(signed(), TEXT, NOW)
    again = doorman(Mode.PLAIN).open(signed(), TEXT.replace(b"oABC", b"oXYZ"), NOW)
    assert opened.nonce_key == again.nonce_key
    assert opened.body_hash != again.body_hash
    assert not opened.encrypted


def test_compatible_mode_believes_only_the_encrypted_part():
    query, body = compatible(plain=TEXT.replace(b"oABC", b"oForged"))
    opened = doorman(Mode.COMPATIBLE).open(query, body, NOW)
    assert (opened.message.openid, opened.encrypted, opened.nonce_key) == ("oABC", True, None)


def test_compatible_mode_takes_a_message_without_encrypted_part_as_plain():
    opened = doorman(Mode.COMPATIBLE).open(signed(), TEXT, NOW)
    assert not opened.encrypted
    assert opened.nonce_key


def test_a_text_that_looks_like_an_encrypted_part_is_only_text():
    body = xml(
        "<MsgType>text</MsgType><MsgId>1</MsgId><Content><![CDATA[<Encrypt>QQ==</Encrypt>]]></Content>"
    )
    assert doorman(Mode.COMPATIBLE).open(signed(), body, NOW).message.text == "<Encrypt>QQ==</Encrypt>"


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"signature": "一" * 40},
        {"timestamp": str(NOW + 1)},
        {"timestamp": f"0{NOW}"},
        {"timestamp": f"{NOW}.0"},
        {"timestamp": ""},
        {"nonce": "other"},
        {"nonce": ""},
        {"nonce": "\ud800"},
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", Mode)
def test_a_changed_query_is_refused(mode, change):
    query, body = sealed() if mode is Mode.SAFE else (signed(), TEXT)
    assert refused(mode, query | change, body) == "refused"


@pytest.mark.parametrize(
    "change", [{"msg_signature": "0" * 40}, {"msg_signature": ""}, {"encrypt_type": "raw"}]
)
@pytest.mark.parametrize("make", [sealed, compatible])
def test_an_encrypted_body_needs_its_own_signature(make, change):
    query, body = make()
    assert refused(Mode.SAFE if make is sealed else Mode.COMPATIBLE, query | change, body) == "refused"


@pytest.mark.parametrize("off", [-301, 301])
@pytest.mark.parametrize("mode", Mode)
def test_five_minutes_are_the_window(mode, off):
    query, body = sealed() if mode is Mode.SAFE else (signed(), TEXT)
    refused(mode, query, body, NOW + off)
    assert doorman(mode).open(query, body, NOW + off // abs(off) * 300).message.openid == "oABC"


QUERY, BODY = sealed()
ENCRYPT = BODY[BODY.index(b"<Encrypt>") : BODY.index(b"</xml>")]


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        b"",
        b"{}",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>QQ==</Encrypt>",
        b"<!DOCTYPE xml>" + BODY,
        BODY.replace(b"<xml>", b"<xml><Encrypt>QQ==</Encrypt>"),
        BODY.replace(b"</xml>", ENCRYPT + b"</xml>"),
        BODY.replace(ENCRYPT, b"<a>" + ENCRYPT + b"</a>"),
        BODY.replace(ENCRYPT, b"<a><![CDATA[" + ENCRYPT + b"]]></a>"),
        BODY.replace(b"</xml>", b"<a>&b;</a></xml>"),
        BODY + b"<xml></xml>",
        BODY.replace(b"xml>", b"html>"),
        BODY[:-9],
        b"<xml>" + b"<a>" * 9000,
        "<xml><Encrypt>你好</Encrypt></xml>".encode("gbk"),
    ],
    ids=lambda body: str(body[:24]),
)
def test_safe_mode_takes_nothing_but_one_flat_encrypted_part(body):
    assert refused(Mode.SAFE, QUERY, body) == "refused"


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        b"<xml>" + ENCRYPT + b"</xml>",
        b'<?xml version="1.0"?>\n' + BODY.replace(b"<Enc", b"\n <Enc") + b"\n",
    ],
    ids=["as WeChat sends it", "alone", "with white space"],
)
def test_safe_mode_takes_the_encrypted_part_however_it_is_laid_out(body):
    assert doorman().open(QUERY, body, NOW).message.openid == "oABC"


def test_safe_mode_refuses_a_plain_message_with_a_good_signature():
    assert refused(Mode.SAFE, signed(), TEXT) == "refused"


def test_compatible_mode_refuses_a_message_whose_encrypted_part_was_taken_away():
    assert refused(Mode.COMPATIBLE, sealed()[0], TEXT) == "refused"


def test_compatible_mode_refuses_an_empty_encrypted_part():
    assert refused(Mode.COMPATIBLE, signed(), xml("<Encrypt/><MsgType>text</MsgType><MsgId>1</MsgId>"))


def test_a_message_for_another_app_is_refused():
    assert refused(Mode.SAFE, *sealed(crypto=Crypto(TOKEN, "wxother", KEY))) == "refused"


def test_a_message_under_another_key_is_refused():
    assert refused(Mode.SAFE, *sealed(crypto=Crypto(TOKEN, APP_ID, KEY[::-1]))) == "refused"


@pytest.mark.parametrize("name", [name for name, body in BROKEN.items() if len(body) < 40_000])
def test_a_broken_message_inside_a_good_envelope_is_malformed(name):
    with pytest.raises(Malformed):
        doorman().open(*sealed(BROKEN[name]), NOW)


@pytest.mark.parametrize("mode", Mode)
def test_a_body_over_64_kb_is_too_large(mode):
    with pytest.raises(TooLarge):
        doorman(mode).open(signed(), b"x" * 65_537, NOW)


@given(st.data())
def test_no_flipped_bit_of_the_secret_passes(data):
    query, body = sealed()
    start, end = body.index(b"<Encrypt><![CDATA[") + 18, body.index(b"]]></Encrypt>")
    at = data.draw(st.integers(start, end - 1))
    changed = bytearray(body)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert refused(Mode.SAFE, query, bytes(changed)) == "refused"


def encrypted_raw(plain):
    encryptor = CRYPTO._cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "flaw",
    ["zero", "too long", "inconsistent", "length too big", "length negative", "no room", "half a block"],
)
def test_a_flawed_plaintext_under_a_good_signature_is_refused(flaw):
    length = {"length too big": 10**6, "length negative": 2**32 - 1}.get(flaw, len(TEXT))
    content = b"r" * 16 + length.to_bytes(4, "big") + TEXT + APP_ID.encode()
    count = 32 - len(content) % 32
    pad = {
        "zero": b"\x00" * count,
        "too long": b"\x21" * count,
        "inconsistent": b"\x01" * (count - 1) + bytes([count]),
    }.get(flaw, bytes([count]) * count)
    plain = {"no room": b"\x20" * 32, "half a block": content[:16]}.get(flaw, content + pad)
    assert count > 1
    assert refused(Mode.SAFE, *sealed(secret=encrypted_raw(plain))) == "refused"


def test_wechatpy_reads_what_we_seal():
    theirs = WeChatCrypto(TOKEN, KEY, APP_ID)
    message = doorman().open(*sealed(), NOW).message
    xml_out = render(Text("先别转账，拨打 110。"), message, now=message.at)
    envelope = seal(xml_out, CRYPTO, NOW, "n1")
    signed_with = element(envelope, "MsgSignature")
    assert theirs.decrypt_message(envelope, signed_with, str(NOW), "n1") == xml_out.decode()


def test_we_read_what_wechatpy_seals():
    theirs = WeChatCrypto(TOKEN, KEY, APP_ID)
    body = theirs.encrypt_message(TEXT.decode(), "n0nce", str(NOW))
    more = {"encrypt_type": "aes", "msg_signature": element(body.encode(), "MsgSignature")}
    assert doorman().open(signed(**more), body.encode(), NOW).message.text == "你好😀/:,@P"


def test_wechatpy_refuses_our_sealing_for_another_app():
    envelope = seal(TEXT, Crypto(TOKEN, "wxother", KEY), NOW, "n1")
    theirs = WeChatCrypto(TOKEN, KEY, APP_ID)
    with pytest.raises(InvalidAppIdException):
        theirs.decrypt_message(envelope, element(envelope, "MsgSignature"), str(NOW), "n1")


@given(st.binary(max_size=300))
def test_anything_sealed_opens_to_itself(data):
    assert CRYPTO.decrypt(CRYPTO.encrypt(data)) == data


@pytest.mark.parametrize("nothing", [b"", ACK])
def test_an_empty_answer_needs_no_sealing(nothing):
    assert seal(nothing, CRYPTO, NOW, "n1") == nothing


@pytest.mark.parametrize(
    ("mode", "changed", "named"),
    [
        (Mode.PLAIN, {"token": ""}, "WECHAT_TOKEN"),
        (Mode.SAFE, {"token": " "}, "WECHAT_TOKEN"),
        (Mode.SAFE, {"aes_key": ""}, "WECHAT_AES_KEY"),
        (Mode.SAFE, {"aes_key": KEY[:-1]}, "WECHAT_AES_KEY"),
        (Mode.SAFE, {"aes_key": KEY[:-1] + "?"}, "WECHAT_AES_KEY"),
        (Mode.COMPATIBLE, {"aes_key": "密" * 43}, "WECHAT_AES_KEY"),
        (Mode.COMPATIBLE, {"app_id": ""}, "WECHAT_APP_ID"),
    ],
)
def test_a_door_that_cannot_be_locked_is_not_built(mode, changed, named):
    with pytest.raises(ValueError, match=named):
        doorman(mode, **changed)


def test_plain_mode_needs_no_key():
    assert doorman(Mode.PLAIN, aes_key="", app_id="").open(signed(), TEXT, NOW).message.openid == "oABC"


@pytest.mark.parametrize("make", [sealed, compatible])
def test_signatures_are_compared_in_constant_time(monkeypatch, make):
    compared = []

    def spy(one, other):
        compared.append(one)
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(crypto_module, "hmac", type("Spied", (), {"compare_digest": staticmethod(spy)}))
    query, body = make()
    doorman(Mode.SAFE if make is sealed else Mode.COMPATIBLE).open(query, body, NOW)
    assert compared[:2] == [query["signature"].encode(), query["msg_signature"].encode()]
    assert compared[2] == APP_ID.encode()


def test_the_signature_is_the_documented_one():
    documented = hashlib.sha1("".join(sorted([TOKEN, "1", "2"])).encode()).hexdigest()
    assert signature("2", TOKEN, "1") == documented


def test_a_hostile_envelope_is_refused():
    bodies = [b"<xml>" + b"<a></a>" * 9000, b"<xml>" + b" " * 65_000, b"<xml>" + b"<a>" + b"]" * 65_000]
    for body in bodies:
        refused(Mode.SAFE, sealed()[0], body)


def test_nothing_is_decrypted_before_its_signature_is_checked(monkeypatch):
    door = doorman()
    monkeypatch.setattr(Crypto, "decrypt", lambda *_: pytest.fail("the cipher was reached"))
    query, body = sealed()
    with pytest.raises(Forged):
        door.open(query | {"msg_signature": "0" * 40}, body, NOW)
