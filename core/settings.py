"""Every setting the product reads, with its type and default; read once, at start.

Values come from the environment, then from `DATA_DIR/.env` (lines NAME=value). Names are the field names in capitals.
"""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class MissingSettings(Exception):
    """Names every setting that is absent or wrong, so that one start shows them all."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    """Folder of `.env`, the embedded database, the queue and the spool."""
    secret_key: str = Field(min_length=16, repr=False)
    """Signs the office's sign-in cookies."""
    data_key: str = Field(min_length=43, repr=False)
    """Encrypts phone numbers and keys the hashes: 32 bytes in URL-safe base64. Two, comma-separated, while rotating: new,old."""
    database_url: str = Field(default="", repr=False)
    """SQLAlchemy address; empty = SQLite in DATA_DIR. postgresql+psycopg://… or mariadb+pymysql://…?charset=utf8mb4"""
    db_patience_s: float = 60.0
    """How long one statement may take. Web processes set a small one so that residents are answered in time."""
    redis_url: str = Field(default="", repr=False)
    """Queue and limits on Redis; empty = everything on one machine without it."""
    wechat_app_id: str
    wechat_app_secret: str = Field(min_length=1, repr=False)
    wechat_token: str = Field(min_length=3, repr=False)
    wechat_aes_key: str = Field(default="", repr=False)
    wechat_mode: Literal["plain", "compatible", "safe"] = "safe"
    wechat_account_id: str = ""
    """The account's original id, gh_…"""
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_verify_file: str = ""
    """Name of WeChat's domain-verification file, e.g. MP_verify_abc.txt; served at the root with the text between."""
    public_url: str = "http://127.0.0.1:8000"
    """Where residents' phones reach us; links in messages begin with it."""
    clock_url: str = ""
    """A clock to follow, for the demo only; empty = the machine's own."""
    port: int = 8000
    lab_port: int = 8001
    keep_texts_days: int = 90
    """How long the masked texts of residents' messages are kept."""
    log_level: str = "INFO"

    @classmethod
    def load(cls) -> Self:
        """Read the environment and DATA_DIR/.env; raise MissingSettings naming all that is wrong."""
        data_dir = Path(os.environ.get("DATA_DIR") or "var")
        try:
            return cls(_env_file=data_dir / ".env", data_dir=data_dir)  # type: ignore[call-arg]
        except ValidationError as error:
            wrong = [f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
            raise MissingSettings("; ".join(wrong)) from None

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'matrix.db'}"
