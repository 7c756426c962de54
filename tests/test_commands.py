"""How the service starts and how its commands say no: in one sentence, with exit code 1 and never a traceback."""

import os
import runpy
import stat
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask, request
from flask.cli import ScriptInfo

from bench.house import ROOT, House, free_port
from bot import checkup, cli
from bot.content.library import load_library
from core.cache import MemoryCache
from core.db import Database, NoTables, connect
from core.errors import Refusal
from core.spool import Spool
from tests.conftest import kit_on
from tests.services import BACKENDS, migrate, scratch_database
from wsgi import create_app

NO_TABLES = "数据库还没有建表：先运行 init-db。\n"
ASKING = (["rates"], ["match"], ["load-library", "--no-fit"], ["load-demo"], ["unit-qr", "A"], ["fit"])
DOWN = f"postgresql+psycopg://matrix:secret@127.0.0.1:{free_port()}/matrix"


def invoked(kit, *words):
    """(exit code, standard output, standard error) of a command on this kit."""
    app = Flask("commands")
    app.extensions["kit"] = kit
    cli.register(app)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(params=BACKENDS)
def empty(request, tmp_path, settings):
    """A kit on a database of each kind that holds no table."""
    with scratch_database(request.param, "matrix_empty", tmp_path) as url:
        engine = connect(url)
        yield kit_on(Database(engine), settings)
        engine.dispose()


@pytest.fixture
def down(settings):
    """A kit whose database server is not there."""
    engine = connect(DOWN)
    yield kit_on(Database(engine), settings)
    engine.dispose()


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_command_on_a_database_without_tables_says_what_to_run_first(empty, words):
    assert invoked(empty, *words) == (1, "", NO_TABLES)


def test_missing_tables_do_not_shut_the_database_to_others(empty):
    with pytest.raises(NoTables), empty.db.reading() as session:
        load_library(session, empty.clock())
    assert not empty.db.away


@pytest.mark.parametrize("words", [["init-db"], ["backup", "b.zip"], ["rotate-keys"], *ASKING], ids=" ".join)
def test_a_command_with_the_server_down_says_so_in_one_sentence(down, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said, wrong = invoked(down, *words)
    assert (code, said) == (1, "") and wrong.startswith("数据库连不上") and wrong.count("\n") == 1
    assert list(tmp_path.glob("*.zip")) == []


def findings(kit):
    away = kit.settings.model_copy(
        update={"wechat_api_base": "http://127.0.0.1:9", "public_url": "http://127.0.0.1:9"}
    )
    return checkup.run(replace(kit, settings=away, cache=MemoryCache(), spool=Spool(away.data_dir)))


def test_the_doctor_names_a_missing_server_once_and_goes_on(down):
    told = [finding.what for finding in findings(down)]
    assert told == ["数据库", "Redis", "队列", "暂存", "看图", "微信令牌", "时钟", "加解密", "回调地址"]


def test_the_doctor_names_missing_tables_once_and_goes_on(empty):
    told = findings(empty)
    assert [finding.said for finding in told if finding.what == "数据库"] == ["还没有建表：先运行 init-db。"]
    assert {"Redis", "队列", "暂存", "时钟", "回调地址"} <= {finding.what for finding in told}


@pytest.fixture
def bare(tmp_path):
    """The environment of an installation of which nothing is filled in but a database that cannot be."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "nonsense", "PORT": str(free_port())}


FLASK = ["flask", "--app", "wsgi"]
GUNICORN = ["gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]


@pytest.mark.parametrize("line", [[*FLASK, "doctor"], [*FLASK, "init-db"], GUNICORN], ids=" ".join)
def test_bad_settings_stop_every_start_with_one_message_that_names_them_all(bare, line):
    command = [sys.executable, "-m", *line]
    done = subprocess.run(
        command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr and done.stderr.count("设置有问题") == 1
    for name in ("SECRET_KEY", "DATA_KEY", "DATABASE_URL", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_APP_ID"):
        assert done.stderr.count(f"\n{name} ") == 1


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An installation with tables, whose settings are those of this process; its umask is given back."""
    made = House(tmp_path / "data", f"sqlite:///{tmp_path / 'data' / 'matrix.db'}")
    made.folder.mkdir()
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    engine = connect(made.database_url)
    migrate(engine)
    engine.dispose()
    before = os.umask(0o022)
    yield made
    os.umask(before)


def entered():
    """The application as `flask --app wsgi` finds it."""
    return ScriptInfo(app_import_path=str(ROOT / "wsgi.py")).load_app()


def test_a_command_does_not_load_what_only_the_chat_needs(house):
    held = entered().extensions["kit"]
    assert (held.matcher.version, held.units.version) == (-1, -1)


def test_gunicorn_loads_it_before_the_first_request(house):
    app = entered()
    server = SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app))
    hooks = runpy.run_path(str(ROOT / "deploy/gunicorn.conf.py"))
    hooks["when_ready"](server)
    hooks["post_fork"](server, None)
    assert app.extensions["kit"].matcher.version >= 0


def test_what_a_process_writes_is_for_its_own_user_alone(house):
    (house.folder / "matrix.db").unlink()
    held = entered().extensions["kit"]
    invoked(held, "init-db")
    held.spool.add({"a": 1})
    held.queue.put("flag_unsure")
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in house.folder.iterdir() if path.name != ".env"
    }
    assert {"matrix.db", "queue.db", "spool.jsonl"} <= modes.keys() and set(modes.values()) == {0o600}


def test_every_unit_of_systemd_keeps_its_files_to_its_user():
    units = sorted((ROOT / "deploy/systemd").glob("*.service"))
    assert units and all("\nUMask=0077\n" in unit.read_text("utf-8") for unit in units)


def seen(kit, public_url):
    """What the application takes for the visitor's address, scheme and host, when the headers of a proxy say more."""
    app = create_app(replace(kit, settings=kit.settings.model_copy(update={"public_url": public_url})))
    app.add_url_rule("/seen", "seen", lambda: [request.remote_addr, request.scheme, request.host])
    told = {
        "X-Forwarded-For": "1.1.1.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    return app.test_client().get("/seen", headers=told).json


def test_behind_nginx_the_visitor_is_who_nginx_says(kit):
    assert seen(kit, "https://fanzha.example.gov.cn") == ["203.0.113.9", "https", "localhost"]


def test_without_nginx_nobody_is_believed_about_where_they_come_from(kit):
    assert seen(kit, "http://127.0.0.1:8000") == ["127.0.0.1", "http", "localhost"]


def test_a_refusal_is_said_as_it_stands(kit, monkeypatch):
    def refuse(*_):
        raise Refusal("不行。")

    monkeypatch.setattr(cli.keeping, "rotate", refuse)
    assert invoked(kit, "rotate-keys") == (1, "", "不行。\n")
