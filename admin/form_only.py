"""Addresses that only take forms: who comes to one by reloading is led to the page above it."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

NOWHERE = "admin.nowhere"


def page_above(path: str) -> str:
    """The nearest page above an address of the office that a form is sent to; "" when no form is."""
    map_ = current_app.create_url_adapter(request)
    if map_ is None or not _answers(map_, path, "POST"):
        return ""
    while path := path.rpartition("/")[0]:
        if _answers(map_, path, "GET"):
            return path
    return ""


def _answers(map_: MapAdapter, path: str, method: str) -> bool:
    try:
        return bool(map_.match(path, method)[0] != NOWHERE)
    except RequestRedirect:  # with a / at its end it is a page
        return True
    except HTTPException:
        return False
