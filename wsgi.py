"""The composition root: the one file that knows the whole house. gunicorn and `flask` start here."""

from flask import Flask

import admin
from bot import cli, web
from bot.kit import Kit
from core import log
from core.cache import open_cache
from core.clock import FollowedClock, system_clock
from core.db import Database, connect
from core.queue import HueyQueue
from core.secrets import Vault
from core.settings import Settings
from core.spool import Spool
from core.wechat import Doorman, Mode, StableClient, WeChatGateway


def create_app(kit: Kit | None = None) -> Flask:
    """The web application and its commands. A test passes its own kit."""
    kit = kit or kit_for(Settings.load())
    log.configure(kit.settings.log_level)
    app = Flask(__name__, static_folder=None)
    app.secret_key = kit.settings.secret_key
    app.extensions["kit"] = kit
    app.register_blueprint(web.bp)
    admin.register(app)
    cli.register(app)
    return app


def kit_for(settings: Settings) -> Kit:
    """The real database, clock, queue and WeChat."""
    clock = FollowedClock(settings.clock_url) if settings.clock_url else system_clock
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    client = StableClient(
        settings.wechat_app_id, settings.wechat_app_secret, clock=clock, api_base=settings.wechat_api_base
    )
    return Kit(
        settings=settings,
        db=Database(connect(settings.database, settings.db_patience_s)),
        clock=clock,
        cache=open_cache(settings.redis_url),
        queue=HueyQueue(settings.redis_url, settings.data_dir / "queue.db"),
        wechat=WeChatGateway(client),
        doorman=Doorman(
            settings.wechat_token, settings.wechat_app_id, settings.wechat_aes_key, Mode(settings.wechat_mode)
        ),
        vault=Vault(settings.data_key),
        spool=Spool(settings.data_dir),
    )


def __getattr__(name: str) -> Flask:
    """`gunicorn wsgi:app` makes the application when it asks for it, never a mere import."""
    if name == "app":
        app = create_app()
        web.warm(app.extensions["kit"])
        return app
    raise AttributeError(name)
