"""The second step of a sign-in: six digits of a phone's authenticator, or a recovery code. The only file with pyotp."""

import hashlib
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.registry.models import Staff
from bot.registry.models_staff import RecoveryCode
from bot.registry.staff import held
from core.secrets import Vault

STEP_S = 30
DRIFT = 1
"""Steps a phone's clock may be wrong by, either way."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read as another
ISSUER = "全民反诈矩阵"


def new_secret() -> str:
    """160 random bits in base 32, as RFC 4226 recommends."""
    return pyotp.random_base32(32)


def address_of(secret: str, login: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, of those near `now`; None = of none."""
    digits = "".join(code.split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return None
    at, totp = int(now.timestamp()) // STEP_S, pyotp.TOTP(secret)
    near = range(at - DRIFT, at + DRIFT + 1)
    return next((step for step in near if secrets.compare_digest(totp.generate_otp(step), digits)), None)


def turn_on(session: Session, staff_id: int, secret: str, step: int, vault: Vault) -> list[str]:
    """Ask for a code at each sign-in from now on; the code of `step` is used. Returns the recovery codes, shown once."""
    staff = held(session, staff_id)
    staff.totp_sealed, staff.totp_used = vault.seal(secret), step
    return new_recovery_codes(session, staff_id)


def turn_off(session: Session, staff_id: int) -> bool:
    """Ask for the password alone again; False when there was no second step."""
    staff = held(session, staff_id)
    was_on = staff.totp_sealed is not None
    staff.totp_sealed = staff.totp_used = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.flush()
    return was_on


def new_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """Ten fresh codes in place of all older ones, as abcde-fghjk-mnpqr; only their hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = ["-".join(_letters(5) for _ in range(3)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff_id, code_hash=_hashed(code)) for code in codes)
    session.flush()
    return codes


def codes_left(session: Session, staff_id: int) -> int:
    unused = RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def passes(session: Session, staff_id: int, code: str, vault: Vault, now: datetime) -> bool:
    """Whether the code lets the person through, now and this once: a code that was used is refused."""
    staff = held(session, staff_id)
    if staff.totp_sealed is None:
        return False
    step = step_of(vault.open(staff.totp_sealed), code, now)
    if step is None:
        return _use_recovery_code(session, staff_id, code, now)
    if staff.totp_used is not None and step <= staff.totp_used:
        return False
    staff.totp_used = step
    session.flush()
    return True


def reseal_secrets(session: Session, vault: Vault) -> int:
    """Seal every secret again under the newest key; how many there are."""
    rows = list(session.scalars(select(Staff).where(Staff.totp_sealed.is_not(None))))
    for staff in rows:
        staff.totp_sealed = vault.reseal(staff.totp_sealed or "")
    session.flush()
    return len(rows)


def _use_recovery_code(session: Session, staff_id: int, code: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == _hashed(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )  # fmt: skip
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _letters(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _hashed(code: str) -> str:
    """Fifteen random letters are 74 bits: nothing slower than SHA-256 is needed."""
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).hexdigest()
