"""Constants the public documentation leaves open, each with its reason, changeable at run time."""

import re
from dataclasses import dataclass, field, fields
from typing import Any

MOST = 10**10
"""No count, code or number of seconds is larger."""


def known(default: Any, why: str) -> Any:
    """A setting with the comment that the console and the control interface show."""
    return field(default=default, metadata={"why": why})


@dataclass(slots=True, kw_only=True)
class Settings:
    """Marks: [D] official page, [C] community report, [K] general knowledge, not re-checked."""

    callback_timeout_s: float = known(5.0, "[D] the platform waits five seconds for an answer")
    callback_tries: int = known(3, "[D] three tries in total")
    retry_pause_s: float = known(0.2, "[K] pause before the next try; the pages name none")
    retry_fresh_query: bool = known(False, "[K] whether a retry carries a new timestamp and nonce")
    markfail_after: int = known(10, "[K] failed messages in a row before the platform stops pushing")
    markfail_s: float = known(60.0, "[D] it stops for one minute")
    text_limit_bytes: int = known(2048, "[C] passive and customer-service text; the unit is not documented")
    passive_news_max: int = known(8, "[K] articles in a passive reply to an event; SDKs allow 10")
    passive_news_max_message: int = known(1, "[D] articles in a passive reply to a message")
    kf_message_count: int = known(5, "[D] customer-service messages after a person's message")
    kf_message_window_s: float = known(48 * 3600.0, "[D] and their window")
    kf_brief_count: int = known(3, "[D] after a click, a follow or a scan")
    kf_brief_window_s: float = known(60.0, "[D] and their window")
    kf_closed_errcode: int = known(45015, "[C] code when the window is closed")
    kf_spent_errcode: int = known(45047, "[C] code when the count is used up")
    kf_tap_is_brief: bool = known(True, "[D] a tap on a msgmenu item counts by the menu rule")
    typing_contact_s: float = known(30.0, "[D] typing needs contact within 30 seconds (45080)")
    token_life_s: float = known(7200.0, "[D] expires_in")
    token_overlap_s: float = known(300.0, "[D]/[K] a replaced token of /token works for about five minutes")
    token_strict_latest: bool = known(False, "[K] on: a replaced token stops at once")
    stable_renew_s: float = known(300.0, "[D] stable_token renews in the last five minutes")
    stable_force_per_day: int = known(20, "[D] forced renewals a day")
    stable_force_gap_s: float = known(30.0, "[D] forced renewals closer than this do not renew")
    media_life_s: float = known(3 * 86400.0, "[D] temporary media are kept three days")
    voice_recognition: str = known("", "[C] Recognition has come back empty since mid-2023")
    qr_default_expiry_s: int = known(30, "[D] expire_seconds when omitted")
    mini_kf_enter_count: int = known(2, "[D] mini-program: messages within a minute of opening the session")
    client_msg_id_s: float = known(600.0, "[D] template: the same client_msg_id sends once in ten minutes")
    template_status: str = known(
        "success", "[D] finish status: success, failed:user block, failed: system failed"
    )
    marketing_words: str = known(
        "促销|优惠券|抽奖|秒杀", "[K] words that make a template value marketing (40249)"
    )
    sensitive_words: str = known("颠覆国家", "[K] words that subscription notices refuse (45168)")
    subscribe_busy_s: float = known(0.02, "[K] how long a send to one person keeps others out (43108)")
    mass_needs_confirmation: bool = known(
        False, "[D] API protection: an administrator confirms a mass message"
    )
    mass_confirm_s: float = known(1800.0, "[D] within 30 minutes, else err(40002)")
    mass_per_fan_month: int = known(4, "[D] service account: messages a fan receives in a calendar month")
    mass_delay_s: float = known(0.05, "[K] real seconds before a job begins")
    mass_retry_gap_s: float = known(60.0, "[D] the same clientmsgid again within a minute is 45066")
    mass_status: str = known("send success", "[D] set err(20008) and the like to let jobs fail")
    publish_status: int = known(0, "[S] publish_status of the next publications")
    publish_delay_s: float = known(0.05, "[K] real seconds until PUBLISHJOBFINISH")
    oauth_code_s: float = known(300.0, "[D] a code lives five minutes")
    phone_code_s: float = known(300.0, "[D] so does the code of a phone number")
    js_code_s: float = known(300.0, "[D] and that of wx.login")
    mini_active_s: float = known(7200.0, "[D] msg_sec_check: active in the last two hours (61010)")
    risk_rank: int = known(0, "[D] getuserriskrank answers 0 to 4")
    tag_batch: int = known(50, "[D] openids in one batchtagging; batchuntagging is not documented")
    blacklist_batch: int = known(20, "[K] openids in one batchblacklist")

    def table(self) -> list[dict[str, Any]]:
        """One row for each setting: name, value, default, why."""
        return [
            {"name": f.name, "value": getattr(self, f.name), "default": f.default, "why": f.metadata["why"]}
            for f in fields(self)
        ]

    def change(self, changes: dict[str, Any]) -> None:
        """Set some of them. Raises ValueError for an unknown name or a value of another kind."""
        kinds = {f.name: type(f.default) for f in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"there is no setting {name}")
            setattr(self, name, _as(kinds[name], name, value))

    def restore(self) -> None:
        for f in fields(self):
            setattr(self, f.name, f.default)


def _as(kind: type, name: str, value: Any) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ValueError(f"{name} must be {kind.__name__}")
    if isinstance(value, int | float) and not 0 <= value < MOST:
        raise ValueError(f"{name} must be from 0 to {MOST}")
    if name.endswith("_words"):
        _usable(name, str(value))
    return value


def _usable(name: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as wrong:
        raise ValueError(f"{name} is no pattern: {wrong}") from wrong
