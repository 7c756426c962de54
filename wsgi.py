"""The composition root: the one file that knows the whole house. gunicorn and `flask` start here."""

import os
import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import admin
from bot import answering, callback, cli, pages, web
from bot.kit import Kit
from core import log
from core.cache import open_cache
from core.clock import FollowedClock, system_clock
from core.db import Database, connect
from core.patience import within
from core.queue import HueyQueue
from core.secrets import Vault
from core.settings import MissingSettings, Settings
from core.spool import Spool
from core.wechat import Doorman, Mode, StableClient, WeChatGateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE_WITHIN_S = 10.0  # all a page asks of the database


def create_app(kit: Kit | None = None) -> Flask:
    """The web application and its commands. A test passes its own kit. Raises MissingSettings."""
    kit = kit or kit_for(Settings.load())
    log.configure(kit.settings.log_level)
    app = Flask(__name__, static_folder=None)
    app.wsgi_app = DispatcherMiddleware(_patient(app.wsgi_app), {callback.PATH: callback.application(kit)})  # type: ignore[method-assign]
    app.secret_key = kit.settings.secret_key
    app.extensions["kit"] = kit
    app.extensions["rehearse"] = answering.rehearse  # the office shows editors what the chat would say
    app.extensions["warm"] = partial(callback.warm, kit)
    if kit.settings.public_url.startswith("https://"):
        # nginx stands before us and says who asks, and how; it passes Host itself, and nobody vouches for X-Forwarded-Host
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.register_blueprint(web.bp)
    app.register_blueprint(pages.bp)
    admin.register(app)
    cli.register(app)
    return app


def _patient(application: "WSGIApplication") -> "WSGIApplication":
    """Pages wait a few seconds for the database and then say that it is away, also when it is frozen."""

    def limited(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with within(PAGE_WITHIN_S):
            return application(environ, start)

    return limited


def kit_for(settings: Settings) -> Kit:
    """The real database, clock, queue and WeChat."""
    clock = FollowedClock(settings.clock_url) if settings.clock_url else system_clock
    settings.make_folder()
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
    """`gunicorn wsgi:app` and `flask --app wsgi` make the application when they ask for it, never a mere import.

    deploy/gunicorn.conf.py warms it; a command needs no dictionary. What either writes is for its own user alone.
    """
    if name != "app":
        raise AttributeError(name)
    os.umask(0o077)
    try:
        return create_app()
    except MissingSettings as wrong:
        sys.exit(f"设置有问题：{wrong}")
