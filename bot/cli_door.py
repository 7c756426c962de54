"""How a command says no: refusals and failures in one sentence on standard error, exit code 1."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.fitting import FitFailed
from core.db import NoTables
from core.errors import DatabaseAway, Refusal, TryAgain
from core.wechat.outcome import CallFailed

P = ParamSpec("P")
AWAY = (DatabaseAway, TryAgain, OperationalError, InterfaceError, PoolTimeout)
"""The last three come from commands that open the database their own way."""


def door(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what the rooms raise into words for the person at the shell."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            _stop(refusal.message)
        except NoTables:
            _stop("数据库还没有建表：先运行 init-db。")
        except AWAY:
            _stop("数据库连不上，或正被别的进程写着。请稍后再试，或运行 doctor 查看。")
        except FitFailed as failure:
            _stop(f"模型没有训练成，原来的照用：{failure}")
        except CallFailed as failure:
            _stop(f"微信没有接受这次调用（{failure}）。请运行 doctor 查看。")

    return wrapped


def _stop(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
