"""Articles: drafts, what was published, and what a mass message carried.

WeChat docs, drafts: title 32 characters, author 16, digest 128, content under 20,000 characters and 1 MB.
"""

from dataclasses import asdict, dataclass
from typing import Any

from lab import ids
from lab.errors import Refused

LIMITS = {
    "title": (32, 45003),
    "author": (16, 45110),
    "digest": (128, 45004),
    "content_source_url": (1024, 45005),
}
CONTENT, CONTENT_BYTES, MOST = 20_000, 1024 * 1024, 8
KEPT = ("article_type", "title", "author", "digest", "content", "content_source_url", "thumb_media_id")
FLAGS = ("need_open_comment", "only_fans_can_comment")


@dataclass(slots=True)
class Draft:
    """Articles under one media id; `published` when they have left the draft box."""

    media_id: str
    articles: list[dict[str, Any]]
    at: float
    published: float | None = None
    article_id: str = ""
    publish_id: int = 0
    publish_status: int = 0
    deleted: bool = False


class DraftBox:
    """Drafts and publications of one account."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.publications: dict[int, Draft] = {}

    def add(self, articles: list[dict[str, Any]], now: float) -> Draft:
        draft = Draft(ids.new_key(64), articles, now)
        self.drafts[draft.media_id] = draft
        return draft

    def find(self, media_id: Any) -> Draft:
        """Raises Refused 40007."""
        draft = self.drafts.get(media_id) if isinstance(media_id, str) else None
        if draft is None:
            raise Refused(40007)
        return draft

    def dump(self) -> list[dict[str, Any]]:
        rows = {**self.drafts, **{str(number): draft for number, draft in self.publications.items()}}
        return [asdict(draft) for draft in rows.values()]

    def load(self, kept: list[dict[str, Any]]) -> None:
        for row in kept:
            draft = Draft(**row)
            if draft.publish_id:
                self.publications[draft.publish_id] = draft
            else:
                self.drafts[draft.media_id] = draft

    def leave(self, draft: Draft, now: float) -> Draft:
        """Published or sent: it is no longer a draft, its articles have addresses."""
        self.drafts.pop(draft.media_id, None)
        draft.published = now
        draft.article_id = draft.article_id or ids.new_key(32)
        return draft

    def published(self) -> list[Draft]:
        """Newest first."""
        return [d for d in reversed(self.publications.values()) if d.publish_status == 0 and not d.deleted]

    def by_article(self, article_id: Any) -> Draft:
        """Raises Refused 53600."""
        for draft in self.publications.values():
            if draft.article_id == article_id and not draft.deleted:
                return draft
        raise Refused(53600)


def checked(rows: Any) -> list[dict[str, Any]]:
    """The articles as kept. Raises Refused 44003, 45008 and the codes of LIMITS."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refused(44003)
    if len(rows) > MOST:
        raise Refused(45008)
    return [article(row) for row in rows]


def article(row: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: str(row.get(name, "")) for name in KEPT}
    kept["article_type"] = kept["article_type"] or "news"
    for name, (most, code) in LIMITS.items():
        if len(kept[name]) > most:
            raise Refused(code)
    if not kept["title"]:
        raise Refused(45003)
    if len(kept["content"]) >= CONTENT or len(kept["content"].encode()) >= CONTENT_BYTES:
        raise Refused(45002)
    if r"\u" in kept["title"]:
        raise Refused(40033)
    return kept | {name: int(bool(row.get(name))) for name in FLAGS}
