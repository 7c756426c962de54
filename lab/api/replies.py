"""Answers that many endpoints share."""

from typing import Any

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
"""The platform's plain yes; copy it with `|` to add to it."""

OFFICIAL = ("service", "subscription", "sandbox")
SERVICE = ("service", "sandbox")
CERTIFIED = ("service", "subscription")
MINI = ("miniprogram",)
"""Kinds of account, as columns of the permission matrix."""
EVERY = (*OFFICIAL, *MINI)
