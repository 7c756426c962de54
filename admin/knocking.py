"""Trying a password or a code: where the try comes from, what it costs, and the browser that proves itself by it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import g, redirect, request, url_for
from flask import session as browser
from sqlalchemy.orm import Session
from werkzeug import Response

from admin import guard
from admin.people import Person, person_of
from bot.kit import kit
from bot.registry import audit, passwords, second_factor, sign_in
from bot.registry.models import Staff
from bot.registry.sign_in import Attempt, Whence
from bot.registry.staff import touch_hash
from core.errors import NotAllowed

HALF = "half"
HALF_LASTS = timedelta(minutes=5)


class Half(NamedTuple):
    """Somebody whose password was right and who still owes the code of their phone."""

    staff_id: int
    session_no: int
    login: str
    wanted: str


class Entered(NamedTuple):
    """Somebody who may come in, and the new proof for their browser."""

    person: Person
    token: str


def whence(login: str) -> Whence:
    """Where this request comes from, for a try with this login."""
    return Whence(request.remote_addr or "", request.cookies.get(cookie_name(login), "")[:200])


def cookie_name(login: str) -> str:
    """One cookie a person and browser: several people may share a computer."""
    return f"known-{sign_in.login_hash(login)[:12]}"


def remember_browser(answer: Response, login: str, token: str) -> Response:
    """Give the browser the proof that this login was signed in from it."""
    secure = kit().settings.public_url.startswith("https://")
    answer.set_cookie(
        cookie_name(login), token, max_age=sign_in.KNOWN, path="/admin", secure=secure, httponly=True,
        samesite="Strict",
    )  # fmt: skip
    return answer


def is_trusted() -> bool:
    """Whether the request comes from a signed-in person or a browser known for the login it names.

    Such a one has a count of its own in the database and is not stopped for what others do at its address.
    """
    if g.get("person"):
        return True
    half = who_is_half_in()
    login = request.form.get("login", "").strip() or (half.login if half else "")
    if not login or cookie_name(login) not in request.cookies:
        return False
    with kit().db.reading() as session:
        return sign_in.is_known(session, login, whence(login), kit().real_clock())


def try_password(login: str, password: str) -> Attempt | None:
    """The counted try when the password is right, else None. Nothing is open while the password is compared."""
    try:
        with kit().db.transaction() as session:
            attempt = sign_in.begin(session, login, whence(login), kit().real_clock())
    except NotAllowed:
        return None
    return attempt if passwords.fits(attempt.password_hash, password) else None


def come_in_with(attempt: Attempt, password: str, wanted: str) -> Response | None:
    """After the right password: in, or on to the second step; None when the account was closed meanwhile."""
    stronger = passwords.hashed_again(password) if passwords.is_outdated(attempt.password_hash) else ""
    now = kit().real_clock()
    with kit().db.transaction() as session:
        staff = session.get_one(Staff, attempt.staff_id)
        if stronger:
            touch_hash(session, staff.id, stronger)
        if owes_code := staff.totp_sealed is not None:
            sign_in.give_back(session, attempt, now)
        half = Half(staff.id, staff.session_no, staff.login, wanted)
        entered = None if owes_code else _entered(session, attempt, now)
    if owes_code:
        return half_in(half)
    return let_in(entered, wanted) if entered else None


def half_in(half: Half) -> Response:
    """Remember in a new browser session that the code is still owed."""
    browser.clear()
    browser[HALF] = [*half, (kit().real_clock() + HALF_LASTS).timestamp()]
    return redirect(url_for("admin.second_step.ask"))


def who_is_half_in() -> Half | None:
    """Who owes the code in this browser; None after five minutes."""
    *held, until = browser.get(HALF) or [0]
    return Half(*held) if until > kit().real_clock().timestamp() else None


def wanted_then() -> str:
    """The page that was wanted when the password was given, also after the five minutes."""
    *held, _ = browser.get(HALF) or [""]
    return Half(*held).wanted if held else ""


def try_code(half: Half, code: str) -> Response | None:
    """In, when the code is right; else None. What the try costs is kept either way."""
    now = kit().real_clock()
    try:
        with kit().db.transaction() as session:
            attempt = sign_in.begin(session, half.login, whence(half.login), now)
            entered = _entered_by_code(session, attempt, half, code, now)
    except NotAllowed:
        return None
    return let_in(entered, half.wanted) if entered else None


def let_in(entered: Entered, wanted: str) -> Response:
    """Begin the session, and make the browser a known one."""
    guard.let_in(entered.person, kit().real_clock())
    return remember_browser(redirect(guard.own_page(wanted)), entered.person.login, entered.token)


def _entered_by_code(
    session: Session, attempt: Attempt, half: Half, code: str, now: datetime
) -> Entered | None:
    held = session.get(Staff, half.staff_id)
    if held is None or held.session_no != half.session_no:  # the password was changed meanwhile
        return None
    if not second_factor.passes(session, half.staff_id, code, kit().vault, now):
        return None
    return _entered(session, attempt, now)


def _entered(session: Session, attempt: Attempt, now: datetime) -> Entered | None:
    try:
        staff, token = sign_in.admit(session, attempt, whence(attempt.login), now)
    except NotAllowed:
        return None
    audit.note(session, staff.login, "sign-in", staff.login, kit().clock())
    person = person_of(session, f"{staff.id}.{staff.session_no}")
    return Entered(person, token) if person else None
