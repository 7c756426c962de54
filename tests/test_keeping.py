"""Backup, wipe, restore: the same rates and the same answers; and a database that began at revision 1."""

import hashlib
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from bot import keeping
from bot.content.answer import judge
from bot.content.library import load_library
from bot.registry import people, rates, second_factor
from bot.registry.models import ConsentText, Staff, Unit, UnitKind
from bot.registry.rates import rate_rows
from bot.registry.staff import add_staff
from core import backup as archive
from core import migrating
from core.clock import county_date
from core.db import Base, Database, connect
from core.errors import Refusal
from core.secrets import Vault, new_data_key
from tests import make
from tests.conftest import kit_on, settings_in
from tests.handlers.conftest import few_types  # noqa: F401  a fixture
from tests.services import BACKENDS, scratch_database

QUESTIONS = ["我做任务返佣金提不出来", "客服说要关百万保障", "草场西边的鸟窝是谁家的"]


@pytest.fixture(params=BACKENDS)
def scratch(request, tmp_path):
    with scratch_database(request.param, "matrix_keeping", tmp_path) as url:
        yield url


@pytest.fixture
def real(scratch, settings):
    """A kit on a database of its own, not undone by a savepoint."""
    engine = connect(scratch)
    made = kit_on(Database(engine), settings)
    keeping.migrate(made)
    yield made
    engine.dispose()


def told(kit):
    with kit.db.reading() as session:
        kit.matcher.refresh(session)
        rows = rate_rows(session, county_date(kit.clock()))
    return rows, [judge(question, kit.matcher).match.types for question in QUESTIONS]


def wiped(kit):
    with kit.db.bind.connect() as connection, connection.begin():
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    return replace(kit, matcher=type(kit.matcher)())


def a_small_county(session, kit):
    """A town with a village, thirty people in it, one of them with a phone, frozen days behind them."""
    town = make.unit(session, "乌兰镇", head_count=90)
    village = make.unit(session, "东风嘎查", parent=town, kind=UnitKind.VILLAGE, head_count=40)
    for _ in range(30):
        person = make.follower(session)
        people.register(session, person.id, village.id, 1, "chat", kit.clock() - timedelta(days=3))
    people.set_phone(session, kit.vault, person.id, "13912345678")
    rates.freeze(session, county_date(kit.clock()) - timedelta(days=1), kit.clock())
    return person.id


def test_backup_wipe_restore_gives_the_same_rates_and_answers(real, tmp_path, few_types):  # noqa: F811
    with real.db.transaction() as session:
        person_id = a_small_county(session, real)
        load_library(session, real.clock(), few_types)
    before = told(real)
    rows = keeping.backup(real, tmp_path / "b.zip")
    fresh = wiped(real)
    assert keeping.restore(fresh, tmp_path / "b.zip", force=False) == rows
    assert told(fresh) == before
    with fresh.db.reading() as session:
        assert people.phone_of(session, fresh.vault, person_id) == "13912345678"
    with fresh.db.transaction() as session:
        assert make.follower(session).id > person_id


def test_the_keys_come_back_into_the_settings_file(real, tmp_path, settings):
    with real.db.transaction() as session:
        make.unit(session)
    keeping.backup(real, tmp_path / "b.zip")
    (settings.data_dir / ".env").write_text("PORT=9\nDATA_KEY=lost\n", "utf-8")
    keeping.restore(wiped(real), tmp_path / "b.zip", force=False)
    lines = (settings.data_dir / ".env").read_text("utf-8").splitlines()
    assert "PORT=9" in lines and f"DATA_KEY={settings.data_key}" in lines


def test_a_damaged_backup_is_refused_and_nothing_is_touched(real, tmp_path):
    with real.db.transaction() as session:
        make.unit(session, "原有单位")
    keeping.backup(real, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content.replace("原有单位".encode(), "被改单位".encode()))
    with pytest.raises(Refusal, match="校验和"):
        keeping.restore(real, tmp_path / "bad.zip", force=True)
    (tmp_path / "worse.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:-200])
    with pytest.raises(Refusal, match="不是完好的备份"):
        keeping.restore(real, tmp_path / "worse.zip", force=True)


def test_a_database_that_holds_something_is_not_replaced_by_mistake(real, tmp_path):
    with real.db.transaction() as session:
        make.unit(session)
    keeping.backup(real, tmp_path / "b.zip")
    with pytest.raises(Refusal, match="--force"):
        keeping.restore(real, tmp_path / "b.zip", force=False)
    assert keeping.restore(real, tmp_path / "b.zip", force=True)


def test_a_backup_is_private_and_says_what_it_holds(real, tmp_path):
    keeping.backup(real, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["revision"] == migrating.newest()


def test_new_keys_open_old_phones_and_reseal_them(real, settings):
    with real.db.transaction() as session:
        person_id = make.follower(session).id
        people.set_phone(session, real.vault, person_id, "13912345678")
        staff_id = add_staff(session, "wang", "王芳", "viewer").id
        second_factor.turn_on(session, staff_id, "JBSWY3DPEHPK3PXP", 0, real.vault)
    key = new_data_key()
    both = replace(real, vault=Vault(f"{key},{settings.data_key}"))
    assert keeping.rotate(both) == 2
    with real.db.reading() as session:
        assert people.phone_of(session, Vault(key), person_id) == "13912345678"
        assert Vault(key).open(session.get(Staff, staff_id).totp_sealed) == "JBSWY3DPEHPK3PXP"


def test_a_database_with_data_at_revision_1_is_brought_to_this_version(scratch):
    engine = connect(scratch)
    with engine.connect() as connection, connection.begin():
        migrating.upgrade(connection, "0001")
        connection.execute(text(
            "INSERT INTO units (id, code, name, kind, basis, opened_on, version, demo) "
            "VALUES (1, 'C', '某县😀', 'county', 'residents', '2026-01-01', 1, false)"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO followers (id, openid, person_no, followed_at, scene, consent_by, audience, age_band, demo) "
            "VALUES (1, 'oA', 7, '2026-01-01 00:00:00', '', '', '', '', false), "
            "(2, 'oa', 8, '2026-01-01 00:00:00', '', '', '', '', false)"
        ))  # fmt: skip
    with engine.connect() as connection, connection.begin():
        migrating.upgrade(connection)
        assert migrating.revision_of(connection) == migrating.newest()
        assert connection.scalar(text("SELECT name FROM units")) == "某县😀"
        assert connection.scalar(text("SELECT count(*) FROM followers WHERE openid = 'oa'")) == 1
        assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())
    engine.dispose()


def crafted(good, bad, change):
    """Write `bad` from `good` with other parts; sums and manifest fit what it holds, as a forger would make them."""
    with zipfile.ZipFile(good) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    manifest["sha256"] = {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as after:
        for name, part in parts.items():
            after.writestr(name, part)
        after.writestr("manifest.json", json.dumps(manifest))
    return bad


def keys(**values):
    def change(parts, _):
        parts["files/keys.json"] = json.dumps(json.loads(parts["files/keys.json"]) | values).encode()

    return change


def part(name, content):
    return lambda parts, _: parts.update({name: content})


def without(name):
    return lambda parts, _: parts.pop(name)


def stated(**values):
    return lambda _, manifest: manifest.update(values)


def another_table(parts, manifest):
    parts["tables/intruders.jsonl"] = b""
    manifest["rows"]["intruders"] = 0


def a_row(row):
    def change(parts, manifest):
        parts["tables/units.jsonl"] += json.dumps(row).encode() + b"\n"
        manifest["rows"]["units"] += 1

    return change


FORGED = {
    "another setting": keys(DATABASE_URL="sqlite:///elsewhere.db"),
    "PATH": keys(PATH="/tmp"),
    "a second line in a key": keys(SECRET_KEY="a\nPATH=/tmp"),
    "a hidden separator in a key": keys(SECRET_KEY="a\u2028PATH=/tmp"),
    "a key that is no text": keys(SECRET_KEY=["a"]),
    "keys that are a list": part("files/keys.json", b"[]"),
    "keys that are no JSON": part("files/keys.json", b"\xff"),
    "no keys": without("files/keys.json"),
    "no settings file": without("files/settings.env"),
    "a missing table": without("tables/units.jsonl"),
    "an unknown table": another_table,
    "another format": stated(format=2),
    "another revision": stated(revision="0000"),
    "a revision that is no text": stated(revision=None),
    "rows that are a list": stated(rows=[]),
    "other numbers of rows": stated(rows={}),
    "a row that is no object": a_row([1]),
    "a row with a strange column": a_row({"id": 2, "intruder": 1}),
    "rows that are no JSON": part("tables/units.jsonl", b"{\n"),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A kit on SQLite that holds one unit, with its backup; a refused restore leaves both as they are."""
    folder = tmp_path_factory.mktemp("held")
    with scratch_database("sqlite", "matrix_held", folder) as url:
        engine = connect(url)
        made = kit_on(Database(engine), settings_in(folder))
        keeping.migrate(made)
        with made.db.transaction() as session:
            make.unit(session, "原有单位")
        keeping.backup(made, folder / "good.zip")
        yield made
        engine.dispose()


def names_and_settings(kit):
    file = kit.settings.data_dir / ".env"
    with kit.db.reading() as session:
        return list(session.scalars(select(Unit.name))), file.exists() and file.read_bytes()


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_a_crafted_backup_is_refused_in_one_sentence_and_changes_nothing(held, tmp_path, change):
    bad = crafted(held.settings.data_dir / "good.zip", tmp_path / "bad.zip", change)
    before = names_and_settings(held)
    with pytest.raises(Refusal) as refused:
        keeping.restore(held, bad, force=True)
    assert "\n" not in refused.value.message
    assert names_and_settings(held) == before


def test_a_manifest_that_is_a_list_is_refused(held, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        bad.writestr("manifest.json", "[]")
    with pytest.raises(Refusal, match="不是完好的备份"):
        keeping.restore(held, tmp_path / "bad.zip", force=True)


def test_a_backup_that_would_fill_the_machine_is_not_unpacked(held, tmp_path):
    zeros = bytes(1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        with bomb.open("tables/units.jsonl", "w") as out:
            for _ in range(101):
                out.write(zeros)
        bomb.writestr("manifest.json", "{}")
    with pytest.raises(Refusal, match="大得不正常"):
        keeping.restore(held, tmp_path / "bomb.zip", force=True)


def test_a_backup_of_too_many_bytes_in_all_is_not_unpacked(held, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    with pytest.raises(Refusal, match="大得不正常"):
        keeping.restore(held, held.settings.data_dir / "good.zip", force=True)


def test_a_backup_that_fails_leaves_the_one_before_and_nothing_beside_it(held, tmp_path, monkeypatch):
    keeping.backup(held, tmp_path / "b.zip")
    before = (tmp_path / "b.zip").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_dump_table", full)
    with pytest.raises(Refusal, match="磁盘剩余空间"):
        keeping.backup(held, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.parametrize("where", ["missing/b.zip", "."])
def test_a_place_that_takes_no_backup_is_named(held, tmp_path, where):
    with pytest.raises(Refusal, match="备份没有写"):
        keeping.backup(held, tmp_path / where)


def test_the_words_of_consent_are_kept_from_the_first_day_and_once(real):
    keeping.migrate(real)
    with real.db.reading() as session:
        assert session.scalars(select(ConsentText.version)).all() == [1]
