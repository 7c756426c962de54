"""The accounts (apps) the lab plays the platform for."""

import re
from dataclasses import dataclass, field
from typing import Any

from lab import crypto
from lab.articles import DraftBox
from lab.errors import BadOrder
from lab.mass import MassDesk
from lab.media import MediaBook
from lab.menu import MenuBook
from lab.mini import MiniDesk
from lab.oauth import OauthDesk
from lab.qr import QrDesk
from lab.quotas import QuotaDesk
from lab.tags import TagBook
from lab.templates import TemplateBook
from lab.tokens import TokenDesk

KINDS = ("service", "subscription", "miniprogram", "sandbox")
MODES = ("plain", "compatible", "safe")
CHANGEABLE = {
    "app_secret": str, "token": str, "aes_key": str, "account_id": str, "name": str, "kind": str, "mode": str,
    "callback_url": str, "verified": bool, "category": str, "ip_list": list, "secret_frozen": bool,
    "long_term": bool,
}  # fmt: skip


@dataclass(slots=True)
class App:
    """One account: what its owner entered in the platform's console, and what the platform keeps for it."""

    app_id: str
    app_secret: str = ""
    token: str = ""
    aes_key: str = ""
    account_id: str = ""
    name: str = "模拟公众号"
    kind: str = "service"
    mode: str = "plain"
    callback_url: str = ""
    verified: bool = True
    category: str = "政务民生"
    long_term: bool = True
    secret_frozen: bool = False
    ip_list: list[str] = field(default_factory=list)
    key: bytes = b""
    failed_in_a_row: int = 0
    silent_until: float = 0.0
    tokens: TokenDesk = field(default_factory=TokenDesk)
    menu: MenuBook = field(default_factory=MenuBook)
    qr: QrDesk = field(default_factory=QrDesk)
    media: MediaBook = field(default_factory=MediaBook)
    quotas: QuotaDesk = field(default_factory=QuotaDesk)
    tags: TagBook = field(default_factory=TagBook)
    templates: TemplateBook = field(default_factory=TemplateBook)
    drafts: DraftBox = field(default_factory=DraftBox)
    mass: MassDesk = field(default_factory=MassDesk)
    oauth: OauthDesk = field(default_factory=OauthDesk)
    mini: MiniDesk = field(default_factory=MiniDesk)
    busy: dict[str, float] = field(default_factory=dict)
    once: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    short: dict[str, tuple[str, float, float]] = field(default_factory=dict)
    ticket: tuple[str, float] = ("", 0.0)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises BadOrder when kind, mode and key do not fit together."""
        if self.kind not in KINDS or self.mode not in MODES:
            raise BadOrder(f"kind is one of {KINDS}, mode one of {MODES}")
        if self.mode != "plain" or self.aes_key:
            try:
                self.key = crypto.decode_key(self.aes_key)
            except ValueError as wrong:
                raise BadOrder("aes_key must have 43 characters") from wrong

    def forget(self) -> None:
        """What a reset of the lab takes from an account: counts, jobs, sign-ins, windows of ids."""
        self.failed_in_a_row, self.silent_until = 0, 0.0
        self.quotas.forget()
        self.mass, self.oauth, self.mini = MassDesk(), OauthDesk(), MiniDesk()
        self.once, self.busy = {}, {}

    def change(self, changes: dict[str, Any]) -> None:
        """Enter new values; they act at once. Raises BadOrder and then keeps the old ones."""
        before = self.entered()
        for name, value in changes.items():
            kind = CHANGEABLE.get(name)
            if kind is None or not isinstance(value, kind):
                raise BadOrder(f"{name} cannot be set to {value!r}")
        self._enter(changes)
        try:
            self.check()
        except BadOrder:
            self._enter(before)
            raise
        self.failed_in_a_row, self.silent_until = 0, 0.0

    def _enter(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def entered(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CHANGEABLE}

    def row(self) -> dict[str, Any]:
        """The account's row in `/__lab/state`."""
        names = ("app_id", "kind", "callback_url", "mode", "account_id", "name", "verified")
        return {name: getattr(self, name) for name in names}


def looks_real(app_id: str) -> bool:
    """`wx` and 16 random-looking hexadecimal digits; samples such as wx0123456789abcdef do not count."""
    if not re.fullmatch(r"wx[0-9a-f]{16}", app_id):
        return False
    digits = app_id[2:]
    steps = [(int(b, 16) - int(a, 16)) % 16 for a, b in zip(digits, digits[1:], strict=False)]
    return len(set(digits)) > 5 and sum(1 for step in steps if step in (0, 1, 15)) < 8
