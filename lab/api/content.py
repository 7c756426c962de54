"""Drafts and publishing.

WeChat docs, drafts and publishing: a draft disappears when published; the outcome comes as PUBLISHJOBFINISH;
publishing is not open to unverified accounts since 2025-07.
"""

import asyncio
from typing import Any

from lab import acts, ids
from lab.api.replies import OFFICIAL, OK
from lab.articles import Draft, article, checked
from lab.call import Answer, Call, Endpoint
from lab.errors import Refused
from lab.massjobs import HELPER
from lab.published import publish_page

DRAFT, PUBLISH = "/cgi-bin/draft", "/cgi-bin/freepublish"


def add(call: Call) -> Answer:
    """POST /cgi-bin/draft/add {articles[]}: the cover must be permanent material."""
    rows = checked(call.json().get("articles"))
    for row in rows:
        cover = call.app.media.find(row["thumb_media_id"], call.now)
        if row["article_type"] == "news" and (cover is None or cover.ends is not None):
            raise Refused(40007)
    made = call.app.drafts.add(rows, call.now)
    call.world.keep(call.app, "drafts")
    return {"media_id": made.media_id}


def get(call: Call) -> Answer:
    draft = call.app.drafts.find(call.json().get("media_id"))
    return {"news_item": draft.articles, "create_time": int(draft.at), "update_time": int(draft.at)}


def update(call: Call) -> Answer:
    """POST /cgi-bin/draft/update {media_id, index, articles{}}"""
    body = call.json()
    draft, index, row = call.app.drafts.find(body.get("media_id")), body.get("index", 0), body.get("articles")
    if not isinstance(index, int) or not 0 <= index < len(draft.articles) or not isinstance(row, dict):
        raise Refused(40035)
    draft.articles[index] = article(row)
    call.world.keep(call.app, "drafts")
    return OK


def delete(call: Call) -> Answer:
    draft = call.app.drafts.find(call.json().get("media_id"))
    del call.app.drafts.drafts[draft.media_id]
    call.world.keep(call.app, "drafts")
    return OK


def count(call: Call) -> Answer:
    return {"total_count": len(call.app.drafts.drafts)}


def _slice(call: Call, rows: list[Draft]) -> list[Draft]:
    """Raises Refused 40097 unless 1 ≤ count ≤ 20."""
    offset, many = call.json().get("offset", 0), call.json().get("count", 20)
    if not isinstance(offset, int) or not isinstance(many, int) or offset < 0 or not 1 <= many <= 20:
        raise Refused(40097)
    return rows[offset : offset + many]


def _items(call: Call, draft: Draft) -> list[dict[str, Any]]:
    if call.json().get("no_content") in (1, True):
        return [{**row, "content": ""} for row in draft.articles]
    return draft.articles


def batch(call: Call) -> Answer:
    """POST /cgi-bin/draft/batchget {offset, count, no_content}"""
    rows = list(call.app.drafts.drafts.values())[::-1]
    found = _slice(call, rows)
    items = [
        {"media_id": d.media_id, "content": {"news_item": _items(call, d)}, "update_time": int(d.at)}
        for d in found
    ]
    return {"total_count": len(rows), "item_count": len(items), "item": items}


def submit(call: Call) -> Answer:
    """POST /cgi-bin/freepublish/submit {media_id}"""
    draft = call.app.drafts.find(call.json().get("media_id"))
    draft.publish_id, draft.publish_status = ids.job_id(), 1
    call.app.drafts.publications[draft.publish_id] = call.app.drafts.leave(draft, call.now)
    call.world.spawn(_publish(call, draft, call.world.settings.publish_status))
    return OK | {"publish_id": str(draft.publish_id), "msg_data_id": draft.publish_id + 10**9}


async def _publish(call: Call, draft: Draft, status: int) -> None:
    await asyncio.sleep(call.world.settings.publish_delay_s)
    draft.publish_status = status
    info: dict[str, Any] = {"publish_id": draft.publish_id, "publish_status": status}
    if status == 0:
        for row in draft.articles:
            row["url"] = publish_page(call.world, row, call.now)
        items = [{"idx": i, "article_url": row["url"]} for i, row in enumerate(draft.articles, 1)]
        info |= {"article_id": draft.article_id, "article_detail": {"count": len(items), "item": items}}
    else:
        info["fail_idx"] = list(range(1, len(draft.articles) + 1))
    call.world.keep(call.app, "drafts")
    fields: acts.Fields = [("MsgType", "event"), ("Event", "PUBLISHJOBFINISH"), ("PublishEventInfo", info)]
    await acts.announce(call.world, call.app, HELPER, "PUBLISHJOBFINISH", fields)


def published(call: Call) -> Answer:
    """POST /cgi-bin/freepublish/get {publish_id}"""
    number = str(call.json().get("publish_id", ""))
    draft = call.app.drafts.publications.get(int(number)) if number.isdigit() else None
    if draft is None:
        raise Refused(40035)
    found: dict[str, Any] = {"publish_id": number, "publish_status": draft.publish_status}
    if draft.publish_status == 0:
        items = [{"idx": i, "article_url": row.get("url", "")} for i, row in enumerate(draft.articles, 1)]
        found |= {"article_id": draft.article_id, "article_detail": {"count": len(items), "item": items}}
    return found | {"fail_idx": []}


def one_article(call: Call) -> Answer:
    """POST /cgi-bin/freepublish/getarticle {article_id}"""
    return {"news_item": call.app.drafts.by_article(call.json().get("article_id")).articles}


def all_published(call: Call) -> Answer:
    """POST /cgi-bin/freepublish/batchget {offset, count, no_content}"""
    rows = call.app.drafts.published()
    items = [
        {"article_id": d.article_id, "content": {"news_item": _items(call, d)}, "update_time": int(d.at)}
        for d in _slice(call, rows)
    ]
    return {"total_count": len(rows), "item_count": len(items), "item": items}


def withdraw(call: Call) -> Answer:
    """POST /cgi-bin/freepublish/delete {article_id, index}: all of it when no index is given."""
    draft, index = call.app.drafts.by_article(call.json().get("article_id")), call.json().get("index", 0)
    if not isinstance(index, int) or not 0 <= index <= len(draft.articles):
        raise Refused(40035)
    if index:
        del draft.articles[index - 1]
    draft.deleted = index == 0 or not draft.articles
    call.world.keep(call.app, "drafts")
    return OK


ROUTES = (
    Endpoint(f"{DRAFT}/add", add, kinds=OFFICIAL),
    Endpoint(f"{DRAFT}/get", get, kinds=OFFICIAL),
    Endpoint(f"{DRAFT}/update", update, kinds=OFFICIAL, quota=DRAFT),
    Endpoint(f"{DRAFT}/delete", delete, kinds=OFFICIAL, quota=DRAFT),
    Endpoint(f"{DRAFT}/count", count, ("GET",), kinds=OFFICIAL, quota=DRAFT),
    Endpoint(f"{DRAFT}/batchget", batch, kinds=OFFICIAL, quota=DRAFT),
    Endpoint(f"{PUBLISH}/submit", submit, kinds=OFFICIAL, verified=True),
    Endpoint(f"{PUBLISH}/get", published, kinds=OFFICIAL, verified=True),
    Endpoint(f"{PUBLISH}/getarticle", one_article, kinds=OFFICIAL, verified=True),
    Endpoint(f"{PUBLISH}/batchget", all_published, kinds=OFFICIAL, verified=True),
    Endpoint(f"{PUBLISH}/delete", withdraw, kinds=OFFICIAL, verified=True),
)
