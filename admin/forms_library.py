"""What the library's forms ask for, and how a card and a case are read from them."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import (  # type: ignore[import-untyped]
    BooleanField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[import-untyped]
from wtforms.validators import Optional  # type: ignore[import-untyped]

from bot.content.bodies import KINDS, LABELS, TYPE, Body
from bot.content.editing import Seen

LINES = ("also", "steps", "signs", "actions")
WORDS = ("groups", "tags")
EMPTY: Body = {
    "name": "", "kind": "scam", "official": False, "also": [], "summary": "", "steps": [], "signs": [], "actions": [],
    "note": "", "groups": [], "tags": [], "second": [], "review_by": "", "live": True,
}  # fmt: skip
EMPTY_CASE: Body = {"title": "", "text": "", "tags": [], "live": True}
_BETWEEN = re.compile(r"[、,，;；\s]+")
HINTS = {
    "also": "一行一个。居民发这些叫法，会直接打开这张卡。",
    "summary": "一句话说清骗局的套路，居民第一眼看到它。",
    "steps": "一行一步，按发生的先后。",
    "signs": "一行一条，写对方会说什么、要什么。",
    "actions": "一行一条，最要紧的在最前。",
    "note": "可以不填。",
    "groups": "用顿号隔开，例如：学生、老年人。",
    "tags": "用顿号隔开，例如：共享屏幕、安全账户、NFC。",
    "second": "点开可以选几个。回答拿不准时，会把它们一起列给居民选。",
    "review_by": "到这一天，列表会提醒再读一遍。可以不填。",
    "text": "像讲给邻居听：谁、怎么被联系上、对方要什么、后来怎样。不写真名、号码。",
}


def options(words: Mapping[str, str]) -> list[SelectChoice]:
    """Value → word as the choices of a field."""
    return [SelectChoice(value, said) for value, said in words.items()]


class WriteForm(Form):  # type: ignore[misc]
    """What the card's and the case's form share: what is written about, and what it was loaded with."""

    kind_of = HiddenField()
    subject = HiddenField()
    type_code = StringField("编号")
    draft = IntegerField(validators=[Optional()])
    version = IntegerField(validators=[Optional()])
    base = IntegerField(validators=[Optional()])
    why = StringField("为什么改")

    def seen(self) -> Seen:
        return Seen(self.draft.data or 0, self.version.data or 0, self.base.data or 0)

    def put_seen(self, seen: Seen) -> None:
        self.draft.data, self.version.data, self.base.data = seen


class CardForm(WriteForm):
    name = StringField(LABELS["name"])
    kind = SelectField(LABELS["kind"], choices=options(KINDS), validate_choice=False)
    official = BooleanField(LABELS["official"])
    also = TextAreaField(LABELS["also"])
    summary = TextAreaField(LABELS["summary"])
    steps = TextAreaField(LABELS["steps"])
    signs = TextAreaField(LABELS["signs"])
    actions = TextAreaField(LABELS["actions"])
    note = TextAreaField(LABELS["note"])
    groups = StringField(LABELS["groups"])
    tags = StringField(LABELS["tags"])
    second = SelectMultipleField(LABELS["second"], choices=[], validate_choice=False)
    review_by = StringField(LABELS["review_by"])
    live = BooleanField("在用（居民看得到）")

    def body(self) -> Body:
        """The card as the form holds it, blanks and empty lines left out."""
        plain = {name: _plain(self[name].data) for name in ("name", "kind", "summary", "note", "review_by")}
        return {
            **plain, **{name: lines(self[name].data) for name in LINES},
            **{name: words(self[name].data) for name in WORDS}, "second": list(self.second.data or []),
            "official": bool(self.official.data), "live": bool(self.live.data),
        }  # fmt: skip


class CaseForm(WriteForm):
    title = StringField(LABELS["title"])
    text = TextAreaField(LABELS["text"])
    tags = StringField(LABELS["tags"])
    live = BooleanField("在用（居民看得到）")

    def body(self) -> Body:
        """The case as the form holds it."""
        title, text = _plain(self.title.data), _plain(self.text.data)
        return {"title": title, "text": text, "tags": words(self.tags.data), "live": bool(self.live.data)}


def form_for(kind: str, given: MultiDict[str, str] | None = None) -> CardForm | CaseForm:
    """The form of a card or a case, as it was sent or empty."""
    return CardForm(given) if kind == TYPE else CaseForm(given)


def filled(form: CardForm | CaseForm, body: Body) -> None:
    """Put a body into the form as a person edits it."""
    for name, value in body.items():
        form[name].data = _shown(name, value)


def _shown(name: str, value: Any) -> Any:
    if name in LINES:
        return "\n".join(value)
    return "、".join(value) if name in WORDS else value


def _plain(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").strip().splitlines())


def lines(text: str | None) -> list[str]:
    """The lines of a box, without blanks and empty ones, each once."""
    return list(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


def words(text: str | None) -> list[str]:
    """Words separated by 、, commas or blanks, each once."""
    return list(dict.fromkeys(word for word in _BETWEEN.split(text or "") if word))


class Typed(NamedTuple):
    """Lines that were refused, as they were typed, and what is wrong: of each faulty line, or of all together."""

    kind: str
    text: str
    faults: list[tuple[str, str]]
    told: str


class LibraryFilter(Form):  # type: ignore[misc]
    """Which types, cases or phrases are looked for."""

    find = StringField("查找")
    show = StringField("只看")
    kind = StringField("哪一种")
    page = IntegerField("页", [Optional()])

    def wanted(self) -> int:
        return max(1, min(self.page.data or 1, 100_000))

    def words(self) -> str:
        return (self.find.data or "").strip()[:60]
