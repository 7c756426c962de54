"""A bot of a few lines with wechatpy's own parser, crypto and replies: `python wechatpy_bot.py PORT TOKEN KEY APPID`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

TOKEN, KEY, APP = sys.argv[2:5]
crypto = WeChatCrypto(TOKEN, KEY, APP)


class Bot(BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = dict(parse_qsl(urlsplit(self.path).query))
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        self.answer(query["echostr"].encode())

    def do_POST(self):
        query = dict(parse_qsl(urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        sealed = query.get("encrypt_type") == "aes"
        if sealed:
            body = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(body)
        reply = create_reply("收到：" + getattr(message, "content", message.type), message).render()
        self.answer(
            (crypto.encrypt_message(reply, query["nonce"], query["timestamp"]) if sealed else reply).encode()
        )

    def log_message(self, *parts):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bot)
print(server.server_address[1], flush=True)
server.serve_forever()
