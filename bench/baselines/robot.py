"""WeRoBot in safe mode with its SQLite sessions: one counter a person, the same text for an answer."""

import os
from pathlib import Path

import werobot
from flask import Flask
from werobot.contrib.flask import make_view
from werobot.session.sqlitestorage import SQLiteStorage

robot = werobot.WeRoBot(
    token=os.environ["WECHAT_TOKEN"],
    encoding_aes_key=os.environ["WECHAT_AES_KEY"],
    app_id=os.environ["WECHAT_APP_ID"],
    enable_session=True,
    session_storage=SQLiteStorage(str(Path(os.environ["DATA_DIR"]) / "robot.sqlite3")),
)


@robot.handler
def answer(message, session):  # type: ignore[no-untyped-def]
    session["asked"] = session.get("asked", 0) + 1
    return message.content


app = Flask(__name__)
app.add_url_rule("/wechat", "wechat", make_view(robot), methods=["GET", "POST"])


@app.get("/healthz")
def health() -> str:
    return "ok"
