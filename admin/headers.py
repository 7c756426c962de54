"""What every answer of the office tells the browser: what it may run, frame, remember and pass on."""

from flask import Flask, request
from werkzeug import Response

from core.settings import Settings

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


def set_cookie_flags(app: Flask, settings: Settings) -> None:
    """The session cookie belongs to the office alone: residents' pages never receive it."""
    app.config.update(
        SESSION_COOKIE_NAME="office",
        SESSION_COOKIE_PATH="/admin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
    )
