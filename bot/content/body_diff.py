"""How two bodies of a card or a case differ, field by field, in words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.content.bodies import KINDS, LABELS, Body


class Change(NamedTuple):
    """One field that differs, each side as lines for a person."""

    field: str
    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def differences(before: Body, after: Body, types: Mapping[str, str]) -> list[Change]:
    """The fields that differ, in the order of the form. `types` names each type (code → name)."""
    names = [name for name in LABELS if name in before or name in after]
    return [
        Change(name, LABELS[name], lines(name, before.get(name), types), lines(name, after.get(name), types))
        for name in names
        if before.get(name) != after.get(name)
    ]


def lines(name: str, value: Any, types: Mapping[str, str]) -> tuple[str, ...]:
    """A field's value as a person reads it, one entry a line."""
    if value is None or value == "":
        return ()
    if isinstance(value, bool):
        return ("是" if value else "否",)
    if isinstance(value, list):
        return tuple(types.get(each, each) if name == "second" else each for each in value)
    return (KINDS.get(value, value) if name == "kind" else str(value),)
