"""Every setting the product reads, with its type and default; read once, at start.

Values come from the environment, then from `DATA_DIR/.env` (lines NAME=value). Names are the field names in capitals.
"""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.secrets import Vault

DRIVERS = {"sqlite", "postgresql+psycopg", "mariadb+pymysql", "mysql+pymysql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
WEB = r"^https?://[^\s/]+\S*$"
HELP = {
    "data_dir": "填一个本程序可以写的文件夹。",
    "secret_key": "填至少 16 个字符的随机文字，生成方法见 docs/operations.md 第 2 节。",
    "data_key": "填数据密钥（换密钥时填“新,旧”），生成方法见 docs/operations.md 第 2 节。已有数据时必须用原来的那个。",
    "database_url": "填 postgresql+psycopg://用户:密码@主机/库 或 mariadb+pymysql://用户:密码@主机/库?charset=utf8mb4；"
    "密码里的特殊字符要写成 %40 这样的形式；留空用 SQLite。",
    "db_patience_s": "填秒数，大于 0，不超过 3600。",
    "redis_url": "填 redis://主机:6379/0；留空则不用 Redis。",
    "wechat_app_id": "填公众平台“基本配置”里的 AppID。",
    "wechat_app_secret": "填公众平台“基本配置”里的 AppSecret。",
    "wechat_token": "填公众平台“服务器配置”里的令牌，至少 3 个字符，没有空格。空的令牌任何人都能伪造签名。",
    "wechat_mode": "填 safe、compatible 或 plain，与公众平台选的加解密方式一致。",
    "wechat_aes_key": "填公众平台“服务器配置”里 43 位的 EncodingAESKey；只有明文模式（WECHAT_MODE=plain）可以留空。",
    "wechat_account_id": "填公众号的原始 ID（gh_ 开头），或留空。",
    "wechat_api_base": "填 https:// 开头的地址，一般用缺省的。",
    "wechat_verify_file": "填域名校验文件的名字，或留空。",
    "public_url": "填居民手机访问用的地址，https:// 开头。",
    "clock_url": "只给演示用，正式安装留空。",
    "port": "填 1 到 65535 的端口号。",
    "lab_port": "填 1 到 65535 的端口号。",
    "keep_texts_days": "填天数，至少 1。",
    "log_level": "填 DEBUG、INFO、WARNING、ERROR 或 CRITICAL。",
}
"""What to do about each setting when it is absent or wrong."""


class MissingSettings(Exception):
    """Names every setting that is absent or wrong, so that one start shows them all."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, str_strip_whitespace=True, validate_default=True
    )

    data_dir: Path = Path("var")
    """Folder of `.env`, the embedded database, the queue and the spool."""
    secret_key: str = Field(min_length=16, repr=False)
    """Signs the office's sign-in cookies."""
    data_key: str = Field(min_length=43, repr=False)
    """Encrypts phone numbers and keys the hashes: 32 bytes in URL-safe base64. Two, comma-separated, while rotating: new,old."""
    database_url: str = Field(default="", repr=False)
    """SQLAlchemy address; empty = SQLite in DATA_DIR. postgresql+psycopg://… or mariadb+pymysql://…?charset=utf8mb4"""
    db_patience_s: float = Field(default=60.0, gt=0, le=3600)
    """How long one statement may take. Web processes set a small one so that residents are answered in time."""
    redis_url: str = Field(default="", repr=False)
    """Queue and limits on Redis; empty = everything on one machine without it."""
    wechat_app_id: str = Field(min_length=1)
    wechat_app_secret: str = Field(min_length=1, repr=False)
    wechat_token: str = Field(min_length=3, pattern=r"^\S+$", repr=False)
    wechat_mode: Literal["plain", "compatible", "safe"] = "safe"
    wechat_aes_key: str = Field(default="", repr=False)
    """43 characters; the mode, which stands before it, says whether it is needed."""
    wechat_account_id: str = ""
    """The account's original id, gh_…"""
    wechat_api_base: str = Field(default="https://api.weixin.qq.com", pattern=WEB)
    wechat_verify_file: str = ""
    """Name of WeChat's domain-verification file, e.g. MP_verify_abc.txt; served at the root with the text between."""
    public_url: str = Field(default="http://127.0.0.1:8000", pattern=WEB)
    """Where residents' phones reach us; links in messages begin with it."""
    clock_url: str = Field(default="", pattern=rf"^$|{WEB}")
    """A clock to follow, for the demo only; empty = the machine's own."""
    port: int = Field(default=8000, ge=1, le=65535)
    lab_port: int = Field(default=8001, ge=1, le=65535)
    keep_texts_days: int = Field(default=90, ge=1)
    """How long the masked texts of residents' messages are kept."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @classmethod
    def load(cls) -> Self:
        """Read the environment and DATA_DIR/.env; raise MissingSettings naming all that is wrong."""
        data_dir = Path(os.environ.get("DATA_DIR") or "var")
        file = data_dir / ".env"
        try:
            return cls(_env_file=file, data_dir=data_dir)  # type: ignore[call-arg]
        except ValidationError as error:
            lines = [_sentence(str(fault["loc"][0]), fault["type"]) for fault in error.errors()]
            raise MissingSettings("\n".join([f"请改 {file} 或环境变量，再启动。", *lines])) from None
        except (OSError, UnicodeDecodeError):
            raise MissingSettings(f"{file} 读不了：它应是本程序可以读的 UTF-8 文本文件。") from None

    def make_folder(self) -> None:
        """Create DATA_DIR for this user alone; raise MissingSettings when nothing can be written there."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise MissingSettings(_sentence("data_dir", "")) from None
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise MissingSettings(_sentence("data_dir", ""))

    @field_validator("data_key")
    @classmethod
    def _opens(cls, value: str) -> str:
        Vault(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database_we_know(cls, value: str) -> str:
        try:
            url = make_url(value or "sqlite://")
        except ArgumentError as error:
            raise ValueError from error
        if url.drivername not in DRIVERS or not 0 < (url.port or 1) < 65536:
            raise ValueError
        return value

    @field_validator("redis_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)  # reading the port raises ValueError when it is none
        if value and (parts.scheme not in REDIS_SCHEMES or parts.port == 0):
            raise ValueError
        return value

    @field_validator("wechat_aes_key")
    @classmethod
    def _a_key_where_the_mode_encrypts(cls, value: str, info: ValidationInfo) -> str:
        plain = info.data.get("wechat_mode") == "plain"
        if not plain and not (len(value) == 43 and value.isascii() and value.isalnum()):
            raise ValueError
        return value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'matrix.db'}"


def _sentence(name: str, fault: str) -> str:
    """One line for one setting; its value is never repeated, for it may be a secret."""
    return f"{name.upper()} {'没有填' if fault == 'missing' else '不对'}：{HELP[name]}"
