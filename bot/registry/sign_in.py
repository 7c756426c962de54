"""From where a login may be tried, and how often: a lock-out that cannot be used to lock the right person out.

Each try is counted where it comes from before the password is looked at. A browser that signed in before has a
count of its own, an address too; only unknown browsers at unknown addresses share one (docs/decisions/0009).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.registry.models import Staff
from bot.registry.models_staff import SignInPlace
from core.errors import NotAllowed

TRIES = 5
STRANGERS_TRIES = 100
STRANGERS = "strangers"
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=8)
FORGOTTEN = timedelta(days=1)
"""A place without a failure for so long begins anew."""
KNOWN = timedelta(days=180)
"""How long a browser or an address stays known after a sign-in."""
WRONG = "账号或密码不正确。连续输错 5 次会暂停登录 15 分钟以上，请稍后再试或联系管理员。"
"""One sentence for an unknown login, a wrong password and a pause, so that none can be told apart."""


@dataclass(frozen=True)
class Whence:
    """Where a try comes from: the address, and what the browser's cookie for this login says ("" = nothing)."""

    address: str
    device: str = ""


@dataclass(frozen=True)
class Attempt:
    """A try that may be made and has been counted. `staff_id` is None when there is nobody to let in."""

    login: str
    staff_id: int | None
    password_hash: str
    """"" when there is nobody: what is compared then is a password nobody has."""
    paid: tuple[str, ...]
    """The places it was counted at."""


def is_known(session: Session, login: str, whence: Whence, now: datetime) -> bool:
    """Whether this browser proved itself by an earlier sign-in with this login."""
    return bool(whence.device) and _proven(session, login, device_place(whence.device), now)


def begin(session: Session, login: str, whence: Whence, now: datetime) -> Attempt:
    """Count a try and say whose password it must fit. Raises NotAllowed(WRONG) while a place it comes from is locked.

    The count is made first and taken back by `admit`, so that many tries at the same moment are as many as they are.
    """
    rows = [_row(session, login, place, now) for place in _places(session, login, whence, now)]
    if any(row.locked_until and row.locked_until > now for row in rows):
        raise NotAllowed(WRONG)
    for row in rows:
        _count(row, now)
    staff = session.scalar(select(Staff).where(Staff.login == login, Staff.active.is_(True)))
    session.flush()
    paid = tuple(row.place for row in rows)
    if staff is None or not staff.password_hash:
        return Attempt(login, None, "", paid)
    return Attempt(login, staff.id, staff.password_hash, paid)


def give_back(session: Session, attempt: Attempt, now: datetime) -> None:
    """The password was right, but a second step follows: this one try was no failure. Earlier ones stay."""
    for place in attempt.paid:
        _settle(_row(session, attempt.login, place, now))
    session.flush()


def admit(session: Session, attempt: Attempt, whence: Whence, now: datetime) -> tuple[Staff, str]:
    """Let the person in: their places are clear and known; returns them with a new token for the browser's cookie.

    Raises NotAllowed when the account was closed meanwhile.
    """
    staff = session.get(Staff, attempt.staff_id, with_for_update=True) if attempt.staff_id else None
    if staff is None or not staff.active:
        raise NotAllowed(WRONG)
    token = prove(session, staff, whence, now)
    if STRANGERS in attempt.paid:  # held last, as `begin` does, so that two never wait for each other
        _settle(_row(session, attempt.login, STRANGERS, now))
    return staff, token


def prove(session: Session, staff: Staff, whence: Whence, now: datetime) -> str:
    """Browser and address are this person's from now on; returns the new token for the browser's cookie."""
    token = secrets.token_urlsafe(32)
    address = _row(session, staff.login, address_place(whence.address), now)
    address.failures, address.locked_until, address.proven_at = 0, None, now
    if whence.device:  # the token moves on at each sign-in, a copy of it is worth nothing afterwards
        old = SignInPlace.place == device_place(whence.device)
        session.execute(delete(SignInPlace).where(SignInPlace.login_hash == login_hash(staff.login), old))
    device = _row(session, staff.login, device_place(token), now)
    device.proven_at = now
    staff.signed_in_at = now
    session.flush()
    return token


def forget_places(session: Session, now: datetime) -> int:
    """Delete places whose tries are forgotten and that are known no longer; how many."""
    over = delete(SignInPlace).where(
        SignInPlace.tried_at < now - FORGOTTEN,
        or_(SignInPlace.locked_until.is_(None), SignInPlace.locked_until < now),
        or_(SignInPlace.proven_at.is_(None), SignInPlace.proven_at < now - KNOWN),
    )
    return int(session.execute(over).rowcount)  # type: ignore[attr-defined]


def forget_login(session: Session, login: str) -> None:
    """No place is known or locked for this login any more: its browsers must prove themselves again."""
    session.execute(delete(SignInPlace).where(SignInPlace.login_hash == login_hash(login)))


def login_hash(login: str) -> str:
    """What stands for a login; somebody may have typed a password in its place, which must not be kept."""
    return hashlib.sha256(login.encode()).hexdigest()[:32]


def device_place(token: str) -> str:
    return f"device {hashlib.sha256(token.encode()).hexdigest()}"


def address_place(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, within which one may change at will."""
    try:
        given = ip_address(address)
    except ValueError:
        return "address ?"
    if isinstance(given, IPv6Address) and given.ipv4_mapped is None:
        return f"address {IPv6Address(int(given) >> 64 << 64)}/64"
    return f"address {getattr(given, 'ipv4_mapped', None) or given}"


def _places(session: Session, login: str, whence: Whence, now: datetime) -> list[str]:
    """Where the try is counted: at a known browser alone, else at the address, else with all strangers as well."""
    if is_known(session, login, whence, now):
        return [device_place(whence.device)]
    place = address_place(whence.address)
    return [place] if _proven(session, login, place, now) else [place, STRANGERS]


def _proven(session: Session, login: str, place: str, now: datetime) -> bool:
    asked = select(SignInPlace.id).where(
        SignInPlace.login_hash == login_hash(login), SignInPlace.place == place,
        SignInPlace.proven_at > now - KNOWN,
    )  # fmt: skip
    return session.scalar(asked) is not None


def _row(session: Session, login: str, place: str, now: datetime) -> SignInPlace:
    """The place's row, held until the transaction ends; made when it is missing, also by two at once."""
    hashed = login_hash(login)
    wanted = (
        select(SignInPlace)
        .where(SignInPlace.login_hash == hashed, SignInPlace.place == place)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if (row := session.scalar(wanted)) is not None:
        return row
    try:
        with session.begin_nested():
            session.add(SignInPlace(login_hash=hashed, place=place, tried_at=now))
    except IntegrityError:
        pass  # another one was first
    return session.scalars(wanted).one()


def _count(row: SignInPlace, now: datetime) -> None:
    if row.tried_at < now - FORGOTTEN:
        row.failures = 0
    row.failures, row.tried_at, row.locked_until = row.failures + 1, now, None
    beyond = row.failures - (STRANGERS_TRIES if row.place == STRANGERS else TRIES)
    if beyond >= 0:
        row.locked_until = now + min(FIRST_LOCK * 2 ** min(beyond, 10), LONGEST_LOCK)


def _settle(row: SignInPlace) -> None:
    row.failures, row.locked_until = max(0, row.failures - 1), None
