"""Settings that are absent or wrong are all named at once, each with what to do, before anything starts."""

import stat

import pytest

from core.settings import HELP, MissingSettings, Settings
from tests.conftest import AES_KEY, DATA_KEY

RIGHT = {
    "SECRET_KEY": "0123456789abcdef", "DATA_KEY": DATA_KEY, "WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "s",
    "WECHAT_TOKEN": "token", "WECHAT_AES_KEY": AES_KEY,
}  # fmt: skip
WRONG = [
    ("SECRET_KEY", "short"), ("SECRET_KEY", " " * 20), ("DATA_KEY", "x" * 44), ("DATA_KEY", "," * 44),
    ("DATA_KEY", f"{DATA_KEY},oops"), ("DATABASE_URL", "nonsense"), ("DATABASE_URL", "oracle://a/b"),
    ("DATABASE_URL", "postgresql+psycopg2://a/b"), ("DATABASE_URL", "mariadb+pymysql://a:b@h:port/c"),
    ("REDIS_URL", "localhost:6379"), ("REDIS_URL", "redis://h:port/0"), ("REDIS_URL", "http://h/"),
    ("WECHAT_TOKEN", "   "), ("WECHAT_TOKEN", "to ken"), ("WECHAT_APP_ID", "  "), ("WECHAT_AES_KEY", AES_KEY[:-1]),
    ("WECHAT_AES_KEY", "!" * 43), ("WECHAT_AES_KEY", ""), ("WECHAT_MODE", "none"), ("PUBLIC_URL", "fanzha.example"),
    ("PORT", "web"), ("PORT", "70000"), ("LOG_LEVEL", "loud"), ("DB_PATIENCE_S", "0"), ("KEEP_TEXTS_DAYS", "0"),
]  # fmt: skip


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load settings from a settings file with these values, and from nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def loaded(values):
        lines = "".join(f'{name}="{value}"\n' for name, value in values.items())
        (tmp_path / ".env").write_text(lines, "utf-8")
        return Settings.load()

    return loaded


def test_right_settings_load_and_lose_the_spaces_around_them(load):
    assert load(RIGHT | {"WECHAT_TOKEN": " token "}).wechat_token == "token"


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_with_what_to_do_and_without_its_value(load, name, value):
    with pytest.raises(MissingSettings) as refused:
        load(RIGHT | {name: value})
    _, *lines = str(refused.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == [name]
    assert lines[0].endswith(HELP[name.lower()])


def test_all_that_is_missing_or_wrong_is_named_at_once(load):
    with pytest.raises(MissingSettings) as refused:
        load(
            {
                "DATABASE_URL": "nonsense",
                "REDIS_URL": "nonsense",
                "WECHAT_AES_KEY": "short",
                "DATA_KEY": "x" * 44,
            }
        )
    said = str(refused.value)
    for name in (
        "SECRET_KEY 没有填",
        "WECHAT_APP_ID 没有填",
        "WECHAT_APP_SECRET 没有填",
        "WECHAT_TOKEN 没有填",
    ):
        assert name in said
    for name in ("DATABASE_URL 不对", "REDIS_URL 不对", "WECHAT_AES_KEY 不对", "DATA_KEY 不对"):
        assert name in said


def test_a_mode_without_encryption_needs_no_key(load):
    assert load(RIGHT | {"WECHAT_MODE": "plain", "WECHAT_AES_KEY": ""}).wechat_mode == "plain"


def test_a_settings_file_that_is_no_text_is_named(load, tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MissingSettings, match="读不了"):
        Settings.load()


def test_every_setting_has_a_sentence():
    assert set(HELP) == set(Settings.model_fields)


def test_the_folder_of_the_data_is_for_its_user_alone(settings, tmp_path):
    settings.model_copy(update={"data_dir": tmp_path / "data"}).make_folder()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_wrong_setting(settings, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(MissingSettings, match="DATA_DIR"):
        settings.model_copy(update={"data_dir": tmp_path / "file" / "data"}).make_folder()
