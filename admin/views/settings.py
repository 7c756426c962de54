"""What the office sets itself: look, change, see what it will look like, save; every version stays readable."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug import Response

from admin import topics
from admin.topics import TOPICS, topic_of
from bot.kit import kit
from bot.registry import consent
from bot.registry.options import Changed, Setting, read_options
from core.clock import county_date
from core.errors import Refusal

bp = Blueprint("settings", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/settings")
def show() -> str:
    with kit().db.reading() as session:
        held = {name: topics.current(session, name) for name in TOPICS}
    return render_template("settings.html", topics=TOPICS, held=held)


@bp.get("/settings/<name>")
def edit(name: str) -> str:
    topic = topic_of(name)
    with kit().db.reading() as session:
        held = topics.current(session, name)
    return page(name, held, topic.write(held.value))


@bp.post("/settings/<name>")
def save(name: str) -> Page:
    """With `go=save` the value is kept; with anything else it is only shown. The version it was read at comes along."""
    topic = topic_of(name)
    typed = {field.name: request.form.get(field.name, "") for field in topic.fields}
    with kit().db.reading() as session:
        held = topics.current(session, name)
    try:
        value = topic.read(typed, county_date(kit().clock()))
        if request.form.get("go") != "save":
            return page(name, held, typed, value=value, seen=seen())
        keep(name, value, seen())
    except Changed as other:
        return page(name, other.now, typed, theirs=other.now, value=value, seen=other.now.version), 409
    except Refusal as refusal:
        return page(name, held, typed, fault=refusal.message, seen=seen()), 400
    flash(f"“{topic.title}”已保存，马上就用新的。", "success")
    return redirect(url_for(".edit", name=name))


def seen() -> int:
    """The version the person had before their eyes."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else -1


def keep(name: str, value: Any, version: int) -> None:
    with kit().db.transaction() as session:
        topics.keep(session, name, value, version, g.person.login, kit().clock())


def page(name: str, held: Setting, typed: topics.Typed, value: Any = None, **more: Any) -> str:
    """The form, and below it what it will look like, what changes, and the versions before."""
    topic = TOPICS[name]
    with kit().db.reading() as session:
        options, terms = read_options(session), consent.current(session)[1]
        versions = topics.versions(session, name)
        agreed = consent.agreed(session) if name == "consent" else {}
    shown = {} if value is None else {
        "bubbles": topic.shown(value, options, terms),
        "changes": topics.changes(topic.said(held.value), topic.said(value)),
    }  # fmt: skip
    rest = {"seen": held.version, "theirs": None, "fault": ""} | more
    return render_template(
        "setting.html", name=name, topic=topic, held=held, typed=typed, versions=versions, agreed=agreed,
        preview=value is not None, **shown, **rest,
    )  # fmt: skip
