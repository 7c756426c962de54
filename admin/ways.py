"""Where an address of the office leads: to a page, or only to what forms are sent to, whose page is the next one up."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

NOWHERE = "admin.nowhere"


def answers(path: str, method: str) -> bool:
    """Whether a view stands at `path` for requests of this method."""
    found = current_app.create_url_adapter(request)
    try:
        return found is not None and found.match(path, method=method)[0] != NOWHERE
    except HTTPException:
        return False


def page_at(path: str, home: str) -> str:
    """`path` where a page can be opened there, else the nearest page above it, `home` at last."""
    while len(path) > len(home) and not answers(path, "GET"):
        path = path.rpartition("/")[0]
    return path if len(path) > len(home) else home
