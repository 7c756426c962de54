"""Clients and bots nobody here wrote work against the lab, with nothing but their address changed.

`STOCK_PYTHONS` names more interpreters (separated by `:`) with other versions of wechatpy installed.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.kit import APP, KEY

HERE = Path(__file__).parent / "stock"
PYTHONS = [sys.executable, *filter(None, os.environ.get("STOCK_PYTHONS", "").split(":"))]


def driven(lab, server, python: str, script: str) -> dict:
    """What a stock client reports, after both people have written to the account."""
    lab.connect(server.url, "plain")
    people = [lab.fan(follow=True, quiet=True) for _ in range(2)]
    for person in people:
        person.say("在吗")
    command = [python, "-W", "ignore", str(HERE / script), lab.url, *(person.openid for person in people)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("python", PYTHONS)
def test_the_stock_client_of_wechatpy_works_for_every_family(lab, server, python):
    told = driven(lab, server, python, "wechatpy_client.py")
    version = told.pop("version")
    assert {name: how for name, how in told.items() if how != "ok"} == {}, version
    assert len(told) >= 50 and len(lab.calls(path="/cgi-bin/token")) == 1


def test_the_stock_client_of_werobot_works(lab, server):
    told = driven(lab, server, sys.executable, "werobot_client.py")
    assert {name: how for name, how in told.items() if how != "ok"} == {} and len(told) >= 30


@contextmanager
def bot(*command: str):
    process = subprocess.Popen([sys.executable, "-W", "ignore", *command], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_stock_wechatpy_bot_answers(lab, fan, mode):
    with bot(str(HERE / "wechatpy_bot.py"), "0", "lab-token", KEY, APP) as port:
        lab.app(APP, aes_key=KEY, mode=mode, callback_url=f"http://127.0.0.1:{port}/wechat")
        assert lab.call("POST", f"/apps/{APP}/verify")["ok"]
        assert fan.say("你好")["shown"] == "收到：你好"
        assert fan.send("link", url="http://x.example/")["shown"] == "收到：link"


@pytest.mark.parametrize(("mode", "more"), [("plain", ()), ("safe", (KEY, APP))])
def test_a_stock_werobot_bot_answers(lab, fan, mode, more):
    with bot(str(HERE / "werobot_bot.py"), "0", "lab-token", *more) as port:
        lab.app(APP, aes_key=KEY, mode=mode, callback_url=f"http://127.0.0.1:{port}/")
        assert lab.call("POST", f"/apps/{APP}/verify")["ok"]
        assert fan.say("你好")["shown"] == "收到：你好"
