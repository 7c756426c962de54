"""XML as the platform writes it and as it reads replies."""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

Fields = Iterable[tuple[str, Any]]
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadXml(Exception):
    """A text that is not the XML it should be."""


def cdata(text: str) -> str:
    """Filter first: `]]` + a dropped character + `>` would otherwise close the section."""
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def render(fields: Fields) -> str:
    """Strings become CDATA, numbers stay bare, dicts nest, lists repeat their element, None is left out."""
    inside = "\n".join(_element(name, value) for name, value in fields if value is not None)
    return f"<xml>{inside}\n</xml>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{_inside(value)}</{name}>"


def _inside(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(_element(name, item) for name, item in value.items() if item is not None)
    if isinstance(value, int | float):
        return repr(int(value) if isinstance(value, bool) else value)
    return cdata(str(value))


def read(body: bytes) -> dict[str, Any]:
    """The elements inside `<xml>`; a repeated element becomes a list. Raises BadXml."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BadXml("a document type")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as broken:
        raise BadXml(str(broken)) from broken
    if root.tag != "xml":
        raise BadXml("the root is not <xml>")
    found = _tree(root)
    return found if isinstance(found, dict) else {}


def _tree(node: ElementTree.Element) -> Any:
    if not len(node):
        return node.text or ""
    found: dict[str, Any] = {}
    for child in node:
        value = _tree(child)
        if child.tag in found:
            before = found[child.tag]
            found[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[child.tag] = value
    return found
