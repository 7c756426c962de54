"""Bare Flask and wechatpy in safe mode: verify, decrypt, echo the text back, encrypt. No database."""

import os

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

app = Flask(__name__)
crypto = WeChatCrypto(os.environ["WECHAT_TOKEN"], os.environ["WECHAT_AES_KEY"], os.environ["WECHAT_APP_ID"])


@app.get("/healthz")
def health() -> str:
    return "ok"


@app.post("/wechat")
def echo() -> str:
    query = request.args
    signed = query["msg_signature"], query["timestamp"], query["nonce"]
    message = parse_message(crypto.decrypt_message(request.get_data(), *signed))
    xml = create_reply(message.content, message).render()
    return str(crypto.encrypt_message(xml, query["nonce"], query["timestamp"]))
