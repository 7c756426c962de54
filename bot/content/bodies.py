"""A card or a case as one JSON body: how it is read from its row and written back."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.content.cards import strings
from bot.content.library import LISTS
from bot.content.models import Case, ScamType

Body = dict[str, Any]
TYPE, CASE = "type", "case"
CODE = re.compile(r"[a-z0-9]{2,20}")
KINDS = {"scam": "骗局", "technique": "手法", "topic": "办事"}
LABELS: Mapping[str, str] = {
    "name": "名称", "title": "标题", "text": "正文",
    "kind": "类别", "official": "公安部公布的类型", "also": "别的叫法", "summary": "一句话说明",
    "steps": "怎么骗", "signs": "警惕信号", "actions": "现在怎么做", "note": "补充", "groups": "常见人群", "tags": "手法标签",
    "second": "容易混淆的类型", "review_by": "复核日期", "live": "在用", "code": "编号",
    "why": "为什么改",
}  # fmt: skip
TYPE_FIELDS = (
    "name", "kind", "official", "also", "summary", "steps", "signs", "actions", "note", "groups", "tags", "second",
    "review_by", "live",
)  # fmt: skip
CASE_FIELDS = ("title", "text", "tags", "live")


def type_body(row: ScamType) -> Body:
    """Every field of a card that editors change."""
    body = {name: getattr(row, name) for name in TYPE_FIELDS}
    lists = {name: list(strings(body[name])) for name in LISTS}
    return body | lists | {"review_by": row.review_by.isoformat() if row.review_by else ""}


def case_body(row: Case) -> Body:
    """Every field of a case that editors change."""
    return {"title": row.title, "text": row.text, "tags": list(strings(row.tags)), "live": row.live}


def write_type(row: ScamType, body: Body) -> None:
    """Put a checked body into the row. `shipped` stays: the next load sees that the card is an editor's now."""
    for name in TYPE_FIELDS:
        setattr(row, name, _stored(name, body[name]))


def write_case(row: Case, body: Body) -> None:
    """Put a checked body into the row, which remembers the title it was shipped under."""
    if row.shipped and body["title"] != row.title:
        first = row.first_title or row.title
        row.first_title = "" if body["title"] == first else first
    for name in CASE_FIELDS:
        setattr(row, name, _stored(name, body[name]))


def _stored(name: str, value: Any) -> Any:
    if name in LISTS:
        return json.dumps(value, ensure_ascii=False)
    if name == "review_by":
        return date.fromisoformat(value) if value else None
    return value


def dump(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)


def load(text: str) -> Body:
    """The body that `dump` wrote."""
    held: Body = json.loads(text)
    return held
