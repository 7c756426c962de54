"""The form of the bottom menu: three buttons with five entries each, most of them empty."""

from typing import Any

from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField  # type: ignore[import-untyped]
from wtforms.fields.choices import SelectChoice  # type: ignore[import-untyped]
from wtforms.validators import Optional  # type: ignore[import-untyped]

from bot.registry.menu import ACTIONS, SUB, TOP, Button

PAGE = "page"
CHOICES = [SelectChoice(*one) for one in (("", "（不用）"), *ACTIONS.items(), (PAGE, "打开网页"))]


class LeafForm(Form):  # type: ignore[misc]
    name = StringField("名称")
    does = SelectField("点了以后", choices=CHOICES)
    url = StringField("网址")


class TopForm(LeafForm):
    entries = FieldList(FormField(LeafForm), min_entries=SUB, max_entries=SUB)


class MenuForm(Form):  # type: ignore[misc]
    version = IntegerField("版本", [Optional()])
    tops = FieldList(FormField(TopForm), min_entries=TOP, max_entries=TOP)

    def buttons(self) -> list[Button]:
        """What was typed, as WeChat's buttons; rows left empty are no buttons."""
        return [button for top in self.tops if (button := _top(top.form))]

    def mistakes(self) -> list[str]:
        """What is wrong with single rows, each called by its place on the page; their fields are marked."""
        return [
            told
            for number, top in enumerate(self.tops, 1)
            for told in _mistakes(f"第 {number} 个按钮", top.form)
        ]


def _mistakes(place: str, form: TopForm) -> list[str]:
    entries = [(f"{place}的第 {number} 项", each.form) for number, each in enumerate(form.entries, 1)]
    opens = any(_leaf(row) for _, row in entries)
    return [
        told
        for where, row in [(place, form), *entries]
        if (told := _mistake(where, row, opens and row is form))
    ]


def _mistake(where: str, row: LeafForm, opens: bool) -> str:
    """`opens`: a list of its own opens, so that nothing else is needed but the name."""
    name, does, url = ((field.data or "").strip() for field in (row.name, row.does, row.url))
    if not name and (opens or does or url):
        field, told = row.name, f"{where}没有名称。"
    elif url and does != PAGE and not opens:
        field, told = row.does, f"{where}填了网址：“点了以后”请选“打开网页”，不打开网页就清空网址。"
    elif name and not (does or opens):
        field, told = row.does, f"{where}“{name[:12]}”还没有选点了以后做什么。"
    else:
        return ""
    field.errors = [told]
    return told


def _top(form: TopForm) -> Button | None:
    entries = [entry for each in form.entries if (entry := _leaf(each.form))]
    if entries:
        return {"name": form.name.data or "", "sub_button": entries}
    return _leaf(form)


def _leaf(form: LeafForm) -> Button | None:
    name, does, url = form.name.data or "", form.does.data or "", (form.url.data or "").strip()
    if not (name.strip() or does):
        return None
    return {"name": name, "url": url or "-"} if does == PAGE else {"name": name, "key": does}


def filled(buttons: list[Button]) -> dict[str, Any]:
    """The form's data for these buttons."""
    tops = [_row(button) | {"entries": _rows(button.get("sub_button") or [], SUB)} for button in buttons]
    return {"tops": tops + [{} for _ in range(TOP - len(tops))]}


def _rows(buttons: list[Button], most: int) -> list[dict[str, str]]:
    return [_row(button) for button in buttons] + [{} for _ in range(most - len(buttons))]


def _row(button: Button) -> dict[str, str]:
    does = PAGE if button.get("url") else button.get("key", "")
    return {"name": button["name"], "does": does, "url": button.get("url", "")}
