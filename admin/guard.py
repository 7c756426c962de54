"""Who may come in, from where, to which page, and for how long."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, flash, g, redirect, request, url_for
from flask import session as browser
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from werkzeug import Response

from admin.pages import OPEN_PAGES, ROLES_OF, lets_in
from admin.people import Person, person_of
from admin.uploads import largest_body
from admin.ways import page_at
from bot.kit import kit

SAFE = {"GET", "HEAD", "OPTIONS"}
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
MAX_BODY = 256 * 1024
csrf = CSRFProtect()


def register(app: Flask) -> None:
    """Flask-Login says who is signed in, Flask-WTF holds the token; both act on the office's pages only."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the callback of WeChat has no token
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as the session
    csrf.init_app(app)
    login = LoginManager()
    login.user_loader(_holder_of_cookie)
    login.init_app(app, add_context_processor=False)  # its processor would ask the database on error pages


def same_origin() -> None:
    """Refuse a changing request that another site made the browser send."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        abort(403)
    if site is None and origin and urlsplit(origin).netloc != request.host:
        abort(403)


def small() -> None:
    """Forms are short, but for those that bring a file. Nothing of a body is read before the person is known."""
    request.max_content_length = largest_body(MAX_BODY)


def come_in() -> Response | None:
    """Let through who holds a role of this page; everybody else is sent to the sign-in page or refused."""
    g.person, g.reach = None, frozenset()
    if request.endpoint in OPEN_PAGES:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    person: Person = current_user._get_current_object()
    g.person, g.reach = person, person.reach(ROLES_OF.get(request.endpoint or "", frozenset()))
    browser["seen"] = kit().real_clock().timestamp()
    if not lets_in(request.endpoint or "", g.reach):
        abort(403)
    return None


def token() -> None:
    """Refuse a changing request without the token that our own form carries."""
    csrf.protect()


def let_in(person: Person, now: datetime) -> None:
    """Begin a new session; nothing of the one before survives, so a planted cookie gains nothing."""
    browser.clear()
    login_user(person)
    browser["since"] = browser["seen"] = now.timestamp()


def let_out() -> None:
    browser.clear()


def own_page(address: str) -> str:
    """`address` when it is a page of this office, or the page above it; else the first page, and never another site."""
    home, parts = url_for("admin.overview.show"), urlsplit(address)
    if parts.netloc not in ("", request.host) or not parts.path.startswith(home):
        return home
    path = page_at(parts.path, home)
    return f"{path}?{parts.query}" if parts.query and path == parts.path else path


def _holder_of_cookie(session_id: str) -> Person | None:
    now = kit().real_clock().timestamp()
    idle, age = now - browser.get("seen", 0), now - browser.get("since", 0)
    if idle > IDLE.total_seconds() or age > LONGEST.total_seconds():
        return None
    with kit().db.reading() as session:
        return person_of(session, session_id)


def _to_sign_in() -> Response:
    reading = request.method in SAFE
    if "_user_id" in browser:
        browser.clear()
        lost = "" if reading else "刚才提交的没有保存，"
        flash(f"登录已过期，{lost}请重新登录{'' if reading else '后再填一次'}。", "warning")
    wanted = request.full_path.rstrip("?") if reading else own_page(request.referrer or "")
    place = url_for("admin.account.sign_in", next=wanted)
    if "HX-Request" in request.headers:  # a part of a page was asked for; the whole page must go
        return Response(status=204, headers={"HX-Redirect": place})
    return redirect(place)
