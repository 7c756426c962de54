"""Followers: first sight, registering with a unit, and what a person chose to tell about themselves."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry import events
from bot.registry.models import EventKind, Follower, Unit
from bot.registry.units import KIND_WORDS, NOBODY_IN, is_open
from core.errors import NotFound, Refusal
from core.secrets import Vault

AUDIENCES = (
    ("resident", "居民"),
    ("employee", "职工"),
    ("parent", "学生家长"),
    ("student", "学生"),
    ("trader", "个体商户"),
    ("herder", "农牧民"),
    ("elder", "老年人"),
    ("finance", "财务人员"),
    ("migrant", "务工人员"),
)
AGE_BANDS = (
    ("under16", "16岁以下"),
    ("16-30", "16–30岁"),
    ("31-45", "31–45岁"),
    ("46-60", "46–60岁"),
    ("over60", "60岁以上"),
)
ADULT_BANDS = ("16-30", "31-45", "46-60")
"""The bands that make up the ages 16–60 of the head-count kind `adults`."""
GONE = "没有找到您的资料，请重新发送“登记”。"
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_MOBILE_WITHIN = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)", re.ASCII)
_PHONE_MARKS = re.compile(r"[\s\-‐–—()（）]")


@dataclass(frozen=True, slots=True)
class PersonView:
    """Everything held about one follower, the phone number itself apart."""

    id: int
    openid: str
    person_no: int
    unit_id: int | None
    unit_name: str
    registered_at: datetime | None
    consent_version: int | None
    audience: str
    age_band: str
    has_phone: bool
    followed_at: datetime


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registration did. `was_in` names the unit the person left for it, "" when none."""

    unit_name: str
    is_new: bool
    was_in: str


def person(session: Session, follower_id: int) -> PersonView:
    """The follower with this id. Raises NotFound once erased."""
    view = _view(session, Follower.id == follower_id)
    if view is None:
        raise NotFound(GONE)
    return view


def person_by_openid(session: Session, openid: str) -> PersonView | None:
    """The follower with this openid, or None."""
    return _view(session, Follower.openid == openid)


def _view(session: Session, which: ColumnElement[bool]) -> PersonView | None:
    row = session.execute(
        select(
            Follower.id, Follower.openid, Follower.person_no, Follower.unit_id, Unit.name,
            Follower.registered_at, Follower.consent_version, Follower.audience, Follower.age_band,
            Follower.phone_sealed.is_not(None), Follower.followed_at,
        ).outerjoin(Unit, Unit.id == Follower.unit_id).where(which)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    key, openid, number, unit_id, unit_name, *rest = row
    return PersonView(key, openid, number, unit_id, unit_name or "", *rest)


def new_person_no() -> int:
    """A random number for a person, which nothing outside the followers' table leads to. Always positive."""
    return secrets.randbits(62) + 1


def follower_id_of(session: Session, openid: str, now: datetime, scene: str = "") -> int:
    """The id of the follower with this openid, created at first sight; two processes may try at once."""
    known = select(Follower.id).where(Follower.openid == openid)
    if (found := session.scalar(known)) is not None:
        return found
    row = {"openid": openid, "person_no": new_person_no(), "followed_at": now, "scene": scene[:64]}
    try:
        with session.begin_nested():
            session.execute(insert(Follower).values(row))
    except IntegrityError:
        if session.scalar(known) is None:
            raise
    return session.scalars(known).one()


def followed(session: Session, follower_id: int, scene: str, at: datetime) -> None:
    """Note that the person follows since `at`, by the QR scene ("" = search). What they told before stays.

    `at` is WeChat's moment of the follow, so that an unfollow that came after it is never taken for an older one.
    """
    follower = locked(session, follower_id)
    follower.followed_at, follower.scene = at, scene[:64]
    session.flush()


def came_by(session: Session, follower_id: int, scene: str) -> None:
    """Note the code that somebody who has not registered yet scanned last."""
    locked(session, follower_id).scene = scene[:64]
    session.flush()


def locked(session: Session, follower_id: int) -> Follower:
    """The follower's row, held until the transaction ends. Raises NotFound once erased."""
    follower = session.get(Follower, follower_id, with_for_update=True, populate_existing=True)
    if follower is None:
        raise NotFound(GONE)
    return follower


def register(
    session: Session, follower_id: int, unit_id: int, consent_version: int, channel: str, now: datetime
) -> Registered:
    """Register the person with the unit, or move them there; the day of the first registration is kept.

    Raises NotFound when the person or the unit is gone, Refusal when nobody can register with the unit.
    """
    follower = locked(session, follower_id)
    unit = _unit_to_enter(session, unit_id, now)
    was_id, is_new = follower.unit_id, follower.registered_at is None
    if was_id != unit.id:
        _write_way(session, follower.person_no, was_id, unit.id, now)
    was_in = session.get_one(Unit, was_id).name if was_id not in (None, unit.id) else ""
    follower.unit_id = unit.id
    follower.registered_at = follower.registered_at or now
    follower.consent_version, follower.consent_at, follower.consent_by = consent_version, now, channel
    session.flush()
    return Registered(unit.name, is_new, was_in)


def _unit_to_enter(session: Session, unit_id: int, now: datetime) -> Unit:
    # A share lock: whoever closes or merges the unit waits for those who are just entering it.
    day = events.open_day(session, now)
    unit = session.scalar(
        select(Unit).where(Unit.id == unit_id, is_open(day)).with_for_update(read=True),
        execution_options={"populate_existing": True},
    )
    if unit is None:
        raise NotFound("这个单位已撤销或不存在，请重新选择。")
    if unit.kind in NOBODY_IN:
        raise Refusal(f"“{unit.name}”是{KIND_WORDS[unit.kind]}，请选择其中的具体单位。")
    return unit


def _write_way(session: Session, person_no: int, was_id: int | None, unit_id: int, now: datetime) -> None:
    if was_id is None:
        events.write(session, person_no, now, (EventKind.JOINED, unit_id))
    else:
        events.write(session, person_no, now, (EventKind.MOVED_OUT, was_id), (EventKind.MOVED_IN, unit_id))


def set_audience(session: Session, follower_id: int, code: str) -> None:
    """Note the identity group, "" to forget it. Raises Refusal for an unknown code."""
    locked(session, follower_id).audience = _one_of(AUDIENCES, code)
    session.flush()


def set_age_band(session: Session, follower_id: int, code: str) -> None:
    """Note the age band, "" to forget it. Raises Refusal for an unknown code."""
    locked(session, follower_id).age_band = _one_of(AGE_BANDS, code)
    session.flush()


def _one_of(choices: tuple[tuple[str, str], ...], code: str) -> str:
    if code and code not in dict(choices):
        raise Refusal("请从列出的选项中选择。")
    return code


def audience_words(code: str) -> str:
    """The Chinese words of an identity group."""
    return dict(AUDIENCES).get(code, "未填")


def age_words(code: str) -> str:
    """The Chinese words of an age band."""
    return dict(AGE_BANDS).get(code, "未填")


def set_phone(session: Session, vault: Vault, follower_id: int, phone: str | None) -> None:
    """Keep the mobile number sealed, with a keyed hash to find it by; None forgets it.

    Raises Refusal unless it is a mainland mobile number: 11 digits, the first 1, the second 3–9.
    """
    follower = locked(session, follower_id)
    number = phone if phone is None else mobile(phone)
    follower.phone_sealed = number and vault.seal(number)
    follower.phone_hash = number and vault.digest("phone", number)
    session.flush()


def mobile(typed: str) -> str:
    """The 11 digits of a mainland mobile number as people write it. Raises Refusal."""
    number = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", typed)).removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise Refusal("手机号应是 11 位数字，以 1 开头。请重新输入，不想留可以跳过。")
    return number


def holds_phone(text: str) -> bool:
    """True when a mobile number stands anywhere in it, also with blanks or hyphens between its digits."""
    wide = unicodedata.normalize("NFKC", text)
    return any(_MOBILE_WITHIN.search(each) for each in (wide, _PHONE_MARKS.sub("", wide)))


def is_phone(typed: str) -> bool:
    """True when `set_phone` would take it."""
    try:
        mobile(typed)
    except Refusal:
        return False
    return True


def phone_of(session: Session, vault: Vault, follower_id: int) -> str | None:
    """The person's phone number in clear, or None."""
    sealed = session.scalar(select(Follower.phone_sealed).where(Follower.id == follower_id))
    return vault.open(sealed) if sealed else None


def reseal_phones(session: Session, vault: Vault) -> int:
    """Seal and hash every phone again under the newest key; how many there are."""
    held = select(Follower).where(Follower.phone_sealed.is_not(None))
    count = 0
    for follower in session.scalars(held):
        number = vault.open(follower.phone_sealed or "")
        follower.phone_sealed, follower.phone_hash = vault.seal(number), vault.digest("phone", number)
        count += 1
    session.flush()
    return count
