"""`make run`: everything starts with one command, mends itself, stops with one key, and keeps what it knows."""

import os
import signal
import stat
import subprocess
import sys

import pytest
import requests

from bench.house import ROOT
from bot.registry.demo_county import PEOPLE
from core.errors import Refusal
from core.queue import HueyQueue
from core.settings import Settings
from deploy.local import prepare_settings, refuse_taken
from tests.journeys.house import House, open_port, signed_in, until

SECRETS = ("SECRET_KEY", "DATA_KEY", "WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY")
KILLED = ("gunicorn", "lab", "worker")


def act(house, openid, **order):
    """What a person does in the lab, and what their phone then shows."""
    answer = requests.post(f"{house.lab}/__lab/fans/{openid}/act", json=order, timeout=60)
    answer.raise_for_status()
    return answer.json()["shown"]


def newcomer(house):
    found = requests.post(f"{house.lab}/__lab/fans", json={"count": 1}, timeout=30).json()["openids"][0]
    assert "欢迎关注" in act(house, found, do="follow")
    return found


def registered(house):
    """The number on the office's first page, as a county's leader reads it."""
    browser, _ = signed_in(house)
    return (
        browser.get(f"{house.url}/admin/units?parent=DEMO-M", timeout=30)
        .text.partition("<dd>")[2]
        .partition(" ")[0]
    )


def health(house):
    try:
        return requests.get(f"{house.url}/healthz", timeout=5).json()
    except (requests.RequestException, ValueError):
        return {}


@pytest.fixture(scope="module")
def first(house):
    """The first start on an empty folder. The other journeys were made in it: this module, their last, stops it."""
    return house


@pytest.fixture(scope="module")
def settled(first):
    """Somebody registered during the first run; what the second run must still know."""
    openid = newcomer(first)
    act(first, openid, do="say", text="登记")
    act(first, openid, do="say", text="民政局")
    assert "登记成功" in act(first, openid, do="say", text="1")
    return {
        "openid": openid,
        "registered": registered(first),
        "secrets": first.settings(),
        "signin": first.signin(),
    }


@pytest.fixture(scope="module")
def stopped(first, settled):
    """Ctrl-C was pressed, and all of it has ended."""
    first.stop()


@pytest.fixture(scope="module")
def second(first, stopped):
    """A second start on the same folder, with other ports."""
    house = House(first.folder).start()
    yield house
    house.end()


def test_the_first_start_answers_that_all_is_well(first):
    said = health(first)
    assert said.pop("library_version") >= 1
    assert said == {"status": "ok", "database": "ok", "redis": "off"}


def test_the_printed_sign_in_opens_the_office(first):
    _, page = signed_in(first)
    assert page.status_code == 200 and page.url == f"{first.url}/admin/" and "总览" in page.text


def test_the_introduction_names_office_and_console(first):
    assert f"{first.url}/admin/" in first.text() and f"{first.lab}/" in first.text()


def test_the_settings_file_is_private_and_holds_every_setting(first):
    wanted = {name.upper() for name in Settings.model_fields} - {"DATA_DIR"}  # the folder it lies in
    assert set(first.settings()) == wanted
    assert stat.S_IMODE((first.folder / ".env").stat().st_mode) == 0o600


def test_the_people_of_the_demo_county_are_fans_in_the_lab(first):
    assert requests.get(f"{first.lab}/__lab/state", timeout=30).json()["fans"] >= PEOPLE


def test_a_second_program_on_the_same_folder_is_refused_in_one_sentence(first):
    line = [sys.executable, "-m", "deploy.local"]
    done = subprocess.run(
        line, cwd=ROOT, env=first.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("数据目录") and done.stderr.count("\n") == 1
    assert health(first)["status"] == "ok"


@pytest.mark.parametrize("name", ["PORT", "LAB_PORT"])
def test_a_port_in_use_is_named_with_what_to_do(first, settings, name):
    taken = settings.model_copy(
        update={"port": 0, "lab_port": 0} | {name.lower(): getattr(first, name.lower())}
    )
    with pytest.raises(Refusal, match=rf"端口 {getattr(first, name.lower())} .*make run {name}="):
        refuse_taken(taken)


def test_one_port_for_two_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "9300")
    monkeypatch.setenv("LAB_PORT", "9300")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(Refusal, match="两个不同的端口"):
        refuse_taken(prepare_settings(tmp_path))


def test_what_is_no_port_is_refused_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(Refusal, match="不是端口号"):
        prepare_settings(tmp_path)
    assert not (tmp_path / ".env").exists()


@pytest.mark.long
def test_what_is_killed_comes_back_and_everything_answers_again(first):
    openid = requests.get(f"{first.lab}/__lab/fans?limit=1", timeout=30).json()["fans"][0]["openid"]
    before = {word: first.child(word) for word in KILLED}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    HueyQueue("", first.folder / "queue.db").put("flag_unsure")
    for word, pid in before.items():
        until(lambda word=word, pid=pid: first.child(word) not in (0, pid), what=f"the new {word}")
    until(lambda: open_port(first.lab_port), what="the lab")
    until(lambda: "现在这样做" in act(first, openid, do="say", text="刷单返利是骗局吗"), what="an answer")
    assert health(first)["status"] == "ok"
    until(lambda: HueyQueue("", first.folder / "queue.db").waiting() == 0, what="the worker's work")


def test_ctrl_c_stops_all_of_it(first, stopped):
    assert first.process.returncode == 0
    assert first.processes() == []
    assert not open_port(first.port) and not open_port(first.lab_port)


def test_a_second_start_says_the_same_sign_in(settled, second):
    assert second.signin() == settled["signin"]


def test_a_second_start_follows_the_new_ports_and_keeps_its_secrets(first, settled, second):
    now = second.settings()
    assert {name: now[name] for name in SECRETS} == {name: settled["secrets"][name] for name in SECRETS}
    assert (now["PORT"], now["LAB_PORT"]) == (str(second.port), str(second.lab_port))
    assert health(second)["status"] == "ok" and not open_port(first.port)


def test_a_second_start_knows_who_registered_and_answers_them_by_the_new_ports(settled, second):
    assert registered(second) == settled["registered"]
    assert "民政局" in act(second, settled["openid"], do="say", text="我的")
