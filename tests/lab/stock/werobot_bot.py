"""A stock WeRoBot bot: `python werobot_bot.py PORT TOKEN [KEY APPID]` answers every text."""

import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import werobot

config = {"TOKEN": sys.argv[2], "SESSION_STORAGE": False}
if len(sys.argv) > 3:
    config |= {"ENCODING_AES_KEY": sys.argv[3], "APP_ID": sys.argv[4]}
robot = werobot.WeRoBot(token=sys.argv[2], enable_session=False)
robot.config.update(config)


@robot.text
def answer(message):
    return "收到：" + message.content


class Quiet(WSGIRequestHandler):
    def log_message(self, *parts):
        pass


server = make_server("127.0.0.1", int(sys.argv[1]), robot.wsgi, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
