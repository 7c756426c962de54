"""What every answer of the office tells the browser: what it may run, frame, remember and pass on."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from core.settings import Settings

OFFICE = "/admin"
YEAR_S = 31_536_000
POLICY = "; ".join((
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # Tabler's own small pictures are data: addresses
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "same-origin",  # Flask-WTF compares the referrer under https
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint != "admin.static":
        response.headers["Cache-Control"] = "no-store"
    elif "/vendor/" in request.path:  # the version is in the path
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}"
    return response


class OfficeSessions(SecureCookieSessionInterface):
    """Cookies are read and written for the office alone; WeChat's callbacks, which are many, carry none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return (
            super().open_session(app, request) if request.path.startswith(OFFICE) else SecureCookieSession()
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.path.startswith(OFFICE):
            super().save_session(app, session, response)


def set_cookie_flags(app: Flask, settings: Settings) -> None:
    """The session cookie belongs to the office alone: residents' pages never receive it."""
    app.session_interface = OfficeSessions()
    app.config.update(
        SESSION_COOKIE_NAME="office",
        SESSION_COOKIE_PATH=OFFICE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
    )
