"""Two questions `doctor` asks over the network: what time WeChat has, and whether our callback answers."""

import secrets
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from core.wechat.crypto import signature

TIMEOUT_S = 5


class Unreachable(Exception):
    """Nobody answered, or not as expected; the text says in a word what came instead."""


def server_time(api_base: str) -> datetime:
    """The time WeChat's server puts on its answers, aware UTC, to the second. Raises Unreachable."""
    try:
        answer = requests.get(api_base, timeout=TIMEOUT_S)
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (requests.RequestException, KeyError, ValueError) as error:
        raise Unreachable(type(error).__name__) from None


def callback_answers(address: str, token: str, real_now: datetime) -> None:
    """Ask the callback what WeChat asks when it is set up. Raises Unreachable unless it answers rightly."""
    stamp, nonce, echo = str(int(real_now.timestamp())), secrets.token_hex(6), secrets.token_hex(8)
    query = {"timestamp": stamp, "nonce": nonce, "echostr": echo, "signature": signature(token, stamp, nonce)}
    try:
        answer = requests.get(address, params=query, timeout=TIMEOUT_S)
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from None
    if answer.text != echo:
        raise Unreachable(f"HTTP {answer.status_code}")
