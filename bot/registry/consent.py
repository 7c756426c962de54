"""The words a person agrees to when registering; every version ever shown is kept."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.registry.models import ConsentText
from core.errors import NotFound, Refusal

FIRST_VERSION = 1
FIRST_TEXT = (
    "【登记说明】为了把反诈提醒送到您的单位，我们只保存：您的微信标识、登记的单位和时间。"
    "身份类别、年龄段、手机号、家人称呼都可以不填；不收身份证号和银行卡号。"
    "这些资料只用于反诈宣传和统计登记率，对外只有人数，没有姓名。"
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


def change(session: Session, text: str, now: datetime) -> int:
    """Store new words as the next version, for those who register from now on; the same words make none."""
    words = text.strip()
    if not words:
        raise Refusal("登记说明不能为空。")
    ensure(session, now)
    version, old = current(session)
    if words == old:
        return version
    session.add(ConsentText(version=version + 1, text=words, since=now))
    session.flush()
    return version + 1
