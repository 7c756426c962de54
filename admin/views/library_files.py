"""The library as files: out as a table or JSON lines; in with every fault named, shown first, then whole or not at all."""

import json
import secrets
from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from admin.downloads import download
from admin.uploads import filename, rows_of, takes_file, uploaded
from bot.content import exchange_out, exchange_plan, exchange_rows, exchange_take, listing, together
from bot.content.bodies import case_body
from bot.content.body_diff import Change, differences
from bot.content.exchange_plan import Plan
from bot.content.library import ALIAS, ORDINARY, QUESTION, library_version
from bot.kit import kit
from bot.registry import audit, import_drafts
from core.errors import Conflict, NotFound, Refusal, RowErrors
from core.sheets import LARGEST, MOST_ROWS, Row
from core.sheets_out import Table

bp = Blueprint("library_files", __name__)
Page = tuple[str, int] | str | Response
LINES = (".jsonl", ".json")
SHOWN = 100
EXAMPLES = (
    (
        "案例",
        "刷单返利",
        "先甜后苦",
        "一位店主点赞领了小钱，后来派单员让她垫付大单，怎么也提不出来。",
        "垫资、拉群",
    ),
    ("线索词", "刷单返利", "", "垫付做单", ""),
    ("群众问法", "刷单返利", "", "点赞给钱的兼职能做吗", ""),
    ("日常话", "", "", "超市几点关门", ""),
)


@bp.get("/library/files")
def show() -> str:
    return page()


def page(refusal: str = "", faults: list[tuple[int, str, str]] | None = None) -> str:
    with kit().db.reading() as session:
        names = listing.type_names(session)
    return render_template(
        "library_files.html",
        names=names,
        refusal=refusal,
        faults=(faults or [])[:SHOWN],
        total=len(faults or []),
    )


@bp.get("/library/files/template")
def template() -> Response:
    """A table with an example of each kind, to be filled in."""
    return download(Table("案例库导入模板", exchange_rows.HEADINGS, EXAMPLES), "案例库导入模板", "xlsx")


@bp.get("/library/files/export.<kind>")
def export(kind: str) -> Response:
    """What is in use, of all types or of one, as xlsx, csv or jsonl. Raises NotFound for another kind, or another type."""
    code = request.args.get("type", "")
    with kit().db.reading() as session:
        if code and code not in listing.type_names(session):
            raise NotFound("没有这个类型，没有导出。请在“导入导出”里选一个。")
        if kind == "jsonl":
            lines = exchange_out.lines_of(session, code).encode()
            return send_file(BytesIO(lines), "application/x-ndjson", True, f"案例库{code}.jsonl")
        table = exchange_out.table_of(session, code)
    return download(table, f"案例库{code}", kind)


@bp.post("/library/files")
@takes_file
def look() -> Page:
    """Show what the file would change; nothing of the library is written."""
    lines = filename().lower().endswith(LINES)
    try:
        rows = _rows(lines=lines)
        with kit().db.reading() as session:
            exchange_plan.plan(session, rows)
    except RowErrors as wrong:
        keys = exchange_rows.KEYS if lines else {}
        return page(faults=[(row, keys.get(column, column), told) for row, column, told in wrong.rows]), 400
    except Refusal as refusal:
        return page(refusal.message), refusal.status
    with kit().db.transaction() as session:
        kept = import_drafts.keep(session, g.person.login, filename(), rows, kit().clock())
    return redirect(url_for(".preview", kept=kept))


@bp.get("/library/files/<int:kept>")
def preview(kept: int) -> Page:
    """What the kept file would change now; a page of its own, which a reload, the way back and a new sign-in find again."""
    try:
        with kit().db.reading() as session:
            file, rows = _own(import_drafts.read, session, kept)
            wanted = exchange_plan.plan(session, rows)
            version, changed, off = library_version(session), changes(wanted), listing.off(session)
            names = listing.type_names(session)
    except RowErrors as wrong:
        return page(faults=wrong.rows), 409
    except Refusal as refusal:
        return page(refusal.message), refusal.status
    return render_template(
        "library_preview.html", plan=wanted, changed=changed, kept=kept, version=version, file=file, shown=SHOWN,
        counts=counts(wanted), said=exchange_rows.SAID, off=off, names=names,
    )  # fmt: skip


def _own(
    get: Callable[[Session, int, str], tuple[str, list[Row]]], session: Session, kept: int
) -> tuple[str, list[Row]]:
    """The person's own file, read or taken. Raises NotFound."""
    try:
        return get(session, kept, g.person.login)
    except NotFound:
        raise NotFound("这个文件已经导入过，或者放得太久了。请重新上传。") from None


def _rows(*, lines: bool) -> list[Row]:
    """The rows of the uploaded file, a table or JSON lines. Raises as their readers."""
    with uploaded() as path:
        if not lines:
            return rows_of(path)
        if path.stat().st_size > LARGEST:
            raise Refusal("文件超过 10 MB，请拆成几个再导入。")
        text = _text(path.read_bytes())
    with kit().db.reading() as session:
        rows = exchange_rows.rows_of_lines(session, text)
    if len(rows) > MOST_ROWS:
        raise Refusal(f"文件里的案例和词超过 {MOST_ROWS:,} 条，请拆成几个再导入。")
    return rows


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("JSON 行文件要用 UTF-8 编码。请用记事本打开，另存时把编码选成 UTF-8。") from None


def changes(wanted: Plan) -> list[tuple[int, str, list[Change]]]:
    """Row, title and what would differ of the first cases that the file changes."""
    return [
        (item.row, item.title, differences(case_body(row), exchange_plan.body_after(row, item), {}))
        for row, item in wanted.changed_cases[:SHOWN]
    ]


def counts(wanted: Plan) -> dict[str, int]:
    return {
        "新案例": len(wanted.new_cases), "修改案例": len(wanted.changed_cases), "线索词": wanted.count(ALIAS),
        "群众问法": wanted.count(QUESTION), "日常话": wanted.count(ORDINARY), "已经有的": wanted.same,
    }  # fmt: skip


@bp.post("/library/files/<int:kept>")
def confirm(kept: int) -> Page:
    """Take the file over: cases wait for a second person, phrases act at once."""
    batch = secrets.token_hex(6)
    try:
        with kit().db.transaction() as session:
            told, place = _taken(session, kept, batch)
    except Conflict as moved:
        flash(moved.message, "warning")
        return redirect(url_for(".preview", kept=kept))
    except RowErrors as wrong:
        return page(faults=wrong.rows), 409
    except Refusal as refusal:
        return page(refusal.message), refusal.status
    flash(f"已导入：{told}。", "success")
    return redirect(place)


def _taken(session: Session, kept: int, batch: str) -> tuple[str, str]:
    """What came in, in words, and the page that shows it."""
    by, now = g.person.login, kit().clock()
    file, rows = _own(import_drafts.take, session, kept)
    if request.form.get("version", type=int) != library_version(session):
        raise Conflict(
            "您查看以后，案例库又有改动，所以还没有导入。下面是按现在的案例库重新比出来的变化，请再看一遍。"
        )
    wanted = exchange_plan.plan(session, rows)
    exchange_take.carry_out(session, wanted, batch, f"导入 {file}", by, now)
    found = {label: count for label, count in counts(wanted).items() if count}
    # of the very moment of the words, which are known by it as one import
    audit.note(session, by, "library.import", json.dumps(file, ensure_ascii=False), now, None, found)
    told = "、".join(f"{label} {count}" for label, count in found.items()) or "没有变化"
    words = together.first_at(session, by, now)
    if wanted.drafts or words is None:
        return told, url_for("admin.library_review.show", batch=batch if wanted.drafts else None)
    return told, url_for("admin.library_quick.together", act_id=words.id)
