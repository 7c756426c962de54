"""Templates of service notices and of subscription notices, and the rules of their fields.

WeChat docs, subscription notices: the name of a field begins with its kind, and the kind limits its value.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from lab import ids
from lab.errors import Refused

ONE_TIME, LONG_TERM = 2, 3
STATES = {"ok": 0, "banned": 43107, "blocked": 43116, "limited": 40251, "review": 40252}
FIELD = re.compile(r"\{\{(\w+)\.DATA\}\}")


def _length(most: int) -> Callable[[str], bool]:
    return lambda value: 1 <= len(value) <= most


def _pattern(text: str) -> Callable[[str], bool]:
    known = re.compile(text)
    return lambda value: known.fullmatch(value) is not None


def _name(value: str) -> bool:
    return len(value) <= 10 or (value.isascii() and len(value) <= 20)


RULES: dict[str, Callable[[str], bool]] = {
    "thing": _length(20),
    "number": _pattern(r"-?\d{1,32}(\.\d+)?"),
    "letter": _pattern(r"[A-Za-z]{1,32}"),
    "symbol": _length(5),
    "character_string": _pattern(r"[\x21-\x7e]{1,32}"),
    "time": _pattern(r"(\d{4}年\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2}(:\d{2})?([~-].*)?|\d{4}[-/年].{1,30}"),
    "date": _pattern(r"\d{4}(年|-|/|\.)\d{1,2}(月|-|/|\.)\d{1,2}日?.{0,20}"),
    "amount": _pattern(r"[^\d]{0,3}-?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": _pattern(r"[\d+\- ]{1,17}"),
    "car_number": _length(8),
    "name": _name,
    "phrase": _pattern(r"[\u4e00-\u9fff]{1,5}"),
    "enum": _length(20),
}


@dataclass(slots=True)
class Template:
    """One template in use. `kind` is 0 for service notices, else ONE_TIME or LONG_TERM."""

    template_id: str
    title: str
    content: str = ""
    kind: int = 0
    state: str = "ok"

    def fields(self) -> list[str]:
        return FIELD.findall(self.content)

    def labels(self) -> dict[str, str]:
        """What stands before each value, by field name."""
        found = re.findall(r"([^\n:：{}]*)[:：]?\{\{(\w+)\.DATA\}\}", self.content)
        return {name: label.strip() for label, name in found}


class TemplateBook:
    """Templates of one account by id."""

    def __init__(self) -> None:
        self._all: dict[str, Template] = {}

    def add(self, template: Template) -> Template:
        self._all[template.template_id] = template
        return template

    def new(self, title: str, content: str, kind: int) -> Template:
        return self.add(Template(ids.new_key(43), title, content, kind))

    def find(self, template_id: Any) -> Template | None:
        return self._all.get(template_id) if isinstance(template_id, str) else None

    def drop(self, template_id: Any) -> None:
        """Raises Refused 40037."""
        if self.find(template_id) is None:
            raise Refused(40037)
        del self._all[template_id]

    def of(self, *kinds: int) -> list[Template]:
        return [template for template in self._all.values() if template.kind in kinds]

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(template) for template in self._all.values()]

    def load(self, kept: list[dict[str, Any]]) -> None:
        self._all = {row["template_id"]: Template(**row) for row in kept}


def usable(template: Template | None) -> Template:
    """Raises Refused 40037, or the code of a template out of use."""
    if template is None:
        raise Refused(40037)
    if STATES.get(template.state):
        raise Refused(STATES[template.state])
    return template


def values(template: Template, data: Any) -> dict[str, str]:
    """The values of a message, checked field by field. Raises Refused 47003."""
    if not isinstance(data, dict) or not data:
        raise Refused(47003, "argument invalid! data is empty")
    found = {name: _value(name, data.get(name)) for name in template.fields() or data}
    for name, value in found.items():
        rule = RULES.get(re.sub(r"\d+$", "", name))
        if rule is not None and not rule(value):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
    return found


def _value(name: str, given: Any) -> str:
    value = given.get("value") if isinstance(given, dict) else None
    if value is None or str(value).strip() == "":
        raise Refused(47003, f"argument invalid! data.{name}.value is empty")
    return str(value)
