"""What goes wrong in the office, said in plain Chinese with the next step."""

import logging

from flask import Blueprint, flash, g, redirect, render_template, request
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound
from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as AnyResponse

from admin.guard import SAFE, own_page
from admin.uploads import FILE_TOO_LARGE, takes_a_file
from admin.words import SENTENCES
from core.errors import Conflict, DatabaseAway, NotFound, Refusal, TryAgain

log = logging.getLogger(__name__)
Answer = tuple[str, int] | Response | AnyResponse


def register(bp: Blueprint) -> None:
    """Let every page of the office, and of its sub-blueprints, answer errors with a page of its own."""
    bp.register_error_handler(Refusal, refused)
    bp.register_error_handler(NoResultFound, missing)
    bp.register_error_handler(IntegrityError, collided)
    bp.register_error_handler(DataError, unfit)
    bp.register_error_handler(OverflowError, unfit)
    bp.register_error_handler(DatabaseAway, away)
    bp.register_error_handler(TryAgain, away)
    bp.register_error_handler(HTTPException, http)


def page(status: int, sentence: str = "") -> tuple[str, int]:
    """The error page; it reads nothing from the database, so that it can also say that there is none."""
    heading, usual = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    back = "" if request.method in SAFE else own_page(request.referrer or "")
    return render_template("trouble.html", heading=heading, sentence=sentence or usual, back=back), status


def refused(refusal: Refusal) -> Answer:
    """A page asked for shows the refusal; a form sent goes back to where it was with the sentence on top."""
    if request.method in SAFE:
        return page(refusal.status, refusal.message)
    flash(refusal.message, "danger")
    return redirect(own_page(request.referrer or ""))


def missing(_: NoResultFound) -> Answer:
    return refused(NotFound("这条记录已不存在。"))


def collided(_: IntegrityError) -> Answer:
    """Two people did the same thing in the same moment; the database let the first one in."""
    log.warning("office: a collision at %s", request.endpoint)
    return refused(Conflict("同一时刻有人做了同样的事，您的没有保存。请刷新页面，看过再做。"))


def unfit(_: Exception) -> Answer:
    """A number or a character no column can hold, so nothing in the database is called so."""
    log.warning("office: a value that no column holds at %s", request.endpoint)
    if request.method in SAFE:
        return refused(NotFound(SENTENCES[404][1]))
    return refused(Refusal("内容里有太大的数字或不能保存的字符，没有保存。请检查后再提交。"))


def away(error: Exception) -> Answer:
    log.warning("office: %s at %s", type(error).__name__, request.endpoint)
    g.person = None
    return page(503)


def http(error: HTTPException) -> Answer:
    if error.code is None or error.code < 400:  # a redirect in the shape of an exception
        return error.get_response()
    return page(error.code, FILE_TOO_LARGE if error.code == 413 and takes_a_file() else "")
