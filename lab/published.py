"""Article pages as readers open them; their words are shown as text, whatever markup was sent."""

import html
import re
from typing import TYPE_CHECKING, Any

from lab import ids
from lab.clock import iso

if TYPE_CHECKING:
    from lab.world import World

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:17px/1.8 sans-serif;max-width:680px;margin:0 auto;padding:20px}}b{{color:#c62828;font-size:12px}}
h1{{font-size:22px}}small{{color:#888}}p{{white-space:pre-wrap}}</style>
<b>SIMULATOR 模拟器</b><h1>{title}</h1><small>{author} {at}</small><p>{text}</p></html>"""


def publish_page(world: "World", article: dict[str, Any], now: float) -> str:
    """Keep the article under a fresh address and return it."""
    key = ids.new_key(22)
    world.pages[key] = (article, now)
    world.store.put("", "page", key, {"article": article, "at": now})
    return f"{world.url}/s/{key}"


def page(article: dict[str, Any], at: float) -> str:
    """HTML of one article."""
    breaks = re.sub(r"(?i)<(br|/p|/h\d|/li|/div|/section)[^>]*>", "\n", article["content"])
    text = html.unescape(re.sub(r"<[^>]*>", "", breaks)).strip()
    words = {"title": article["title"], "author": article["author"], "at": iso(at)[:16], "text": text}
    return PAGE.format(**{name: html.escape(value) for name, value in words.items()})
