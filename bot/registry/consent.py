"""The words a person agrees to when registering; every version ever shown is kept."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry import audit
from bot.registry.models import ConsentText, Follower
from bot.registry.options import Changed, Setting
from bot.registry.wording import CONSENT_BYTES, plain_text
from core.errors import NotFound, Refusal

SHORTEST = 20
LEAVING = "注销"
"""What people send to take their consent back; a text that does not say so hides it."""
FIRST_VERSION = 1
FIRST_TEXT = (
    "【登记说明】为了把反诈提醒送到您的单位，我们只保存：您的微信标识、登记的单位和时间。"
    "身份类别、年龄段、手机号、家人称呼都可以不填；不收身份证号和银行卡号。"
    "这些资料只用于反诈宣传和统计登记率，对外只有人数，没有姓名。"
    "留了手机号的，本单位可用自己的名单核对登记没登记，看不到别的，名单不留存。"
    "您提问的文字会先隐去号码，最多保存 90 天。"
    "您关注期间资料一直保留；发送“注销”或取消关注就会删除，"
    "只留下认不出您的统计数字，和到月底为止的加密记号，用来避免重复打扰。"
)


def current(session: Session) -> tuple[int, str]:
    """The newest version and its text; the first text when none is stored yet. The caller may cache it."""
    newest = select(ConsentText.version, ConsentText.text).order_by(ConsentText.version.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return (row.version, row.text) if row else (FIRST_VERSION, FIRST_TEXT)


def text_of(session: Session, version: int) -> str:
    """The words of a version. Raises NotFound."""
    held = session.get(ConsentText, version)
    if held is None and version != FIRST_VERSION:
        raise NotFound(f"没有第 {version} 版登记说明。")
    return held.text if held else FIRST_TEXT


def ensure(session: Session, now: datetime) -> int:
    """Store the first text when none is stored; return the current version."""
    if session.scalar(select(func.count()).select_from(ConsentText)) == 0:
        session.add(ConsentText(version=FIRST_VERSION, text=FIRST_TEXT, since=now))
        session.flush()
    return current(session)[0]


def checked(text: str) -> str:
    """The words as they may be stored. Raises Refusal where they are too short to tell what is kept, or how to end it.

    Whoever agrees must have been told what is kept and why, and how to take it back (个人信息保护法 15, 17).
    """
    words = plain_text(text, CONSENT_BYTES, "登记说明")
    if len(words) < SHORTEST or LEAVING not in words:
        raise Refusal(
            f"登记说明要写清存什么、做什么用、怎么删：至少 {SHORTEST} 个字，并写明发送“{LEAVING}”就会删除。"
        )
    return words


def change(session: Session, text: str, now: datetime, author: str = "", seen: int | None = None) -> int:
    """Store new words as the next version, for those who register from now on; the same words make none.

    Who registered before stays under the words they agreed to. `seen` is the version the author had before their
    eyes. Raises Refusal, and Changed when another version came meanwhile.
    """
    words = checked(text)
    ensure(session, now)
    held = latest(session)
    if seen is not None and seen != held.version:
        raise Changed(held)
    if words == held.value:
        return held.version
    try:
        with session.begin_nested():
            session.add(ConsentText(version=held.version + 1, text=words, since=now, author=author[:60]))
    except IntegrityError:
        raise Changed(latest(session)) from None
    told = ({"登记说明": held.value}, {"登记说明": words})
    audit.note(session, author or "system", "consent", f"第 {held.version + 1} 版", now, *told)
    return held.version + 1


def latest(session: Session) -> Setting:
    """The newest version with who wrote it and when."""
    return next(iter(history(session)), Setting("consent", FIRST_TEXT, FIRST_VERSION))


def history(session: Session) -> list[Setting]:
    """Every version, the newest first."""
    rows = session.scalars(select(ConsentText).order_by(ConsentText.version.desc()))
    return [Setting("consent", row.text, row.version, row.author, row.since) for row in rows]


def agreed(session: Session) -> dict[int, int]:
    """How many of those registered now agreed to each version."""
    counted = (
        select(Follower.consent_version, func.count())
        .where(Follower.registered_at.is_not(None), Follower.consent_version.is_not(None))
        .group_by(Follower.consent_version)
    )
    return {version: count for version, count in session.execute(counted) if version is not None}


def versions_with(session: Session, word: str) -> set[int]:
    """The versions that speak of something."""
    held = history(session) or [latest(session)]
    return {one.version for one in held if word in one.value}
