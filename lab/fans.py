"""The people: who they are, whom they follow, what they received."""

import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from lab.messages import Message


class Fan:
    """One person as one account knows them: an openid."""

    __slots__ = (
        "openid", "app_id", "seq", "follows", "since", "scene", "ticket", "how", "tags", "remark",
        "blocked", "message_left", "message_until", "brief_left", "brief_until", "spoke_at", "chat",
        "grants", "refuses", "mass_month", "mass_count",
    )  # fmt: skip

    def __init__(self, openid: str, app_id: str) -> None:
        self.openid = openid
        self.app_id = app_id
        self.seq = 0
        self.follows = False
        self.since = 0.0
        self.scene = ""
        self.ticket = ""
        self.how = ""
        self.tags: tuple[int, ...] = ()
        self.remark = ""
        self.blocked = False
        self.message_left = 0
        self.message_until = 0.0
        self.brief_left = 0
        self.brief_until = 0.0
        self.spoke_at = 0.0
        self.chat: list[Message] | None = None
        self.grants: dict[str, int] | None = None
        self.refuses = False
        self.mass_month = 0
        self.mass_count = 0

    def hears(self, message: Message) -> None:
        if self.chat is None:
            self.chat = []
        self.chat.append(message)

    def chat_after(self, number: int, first_kept: int = 0) -> list[Message]:
        """Messages numbered above `number`, oldest first; forgotten ones leave the list here."""
        rows = self.chat or []
        if rows and rows[0].id < first_kept:
            self.chat = rows = [row for row in rows if row.id >= first_kept]
        return rows[bisect_right(rows, number, key=_number) :]


def _number(message: Message) -> int:
    return message.id


def new_openid() -> str:
    """28 characters, like the platform's."""
    return "oLab" + secrets.token_urlsafe(18)


class FanBook:
    """All fans of all accounts; followers of one account in the order they followed."""

    def __init__(self) -> None:
        self._by_openid: dict[str, Fan] = {}
        self._followers: dict[str, list[Fan]] = {}
        self._seq = 0

    def __len__(self) -> int:
        return len(self._by_openid)

    def __iter__(self) -> Iterator[Fan]:
        return iter(self._by_openid.values())

    def find(self, openid: str) -> Fan | None:
        return self._by_openid.get(openid)

    def of(self, app_id: str, openid: str) -> Fan | None:
        """The fan, if the openid belongs to this account."""
        fan = self._by_openid.get(openid)
        return fan if fan is not None and fan.app_id == app_id else None

    def add(self, fan: Fan) -> Fan:
        self._by_openid[fan.openid] = fan
        self._seq = max(self._seq, fan.seq)
        if fan.follows:
            self._followers.pop(fan.app_id, None)
        return fan

    def add_many(self, fans: Iterable[Fan]) -> None:
        for fan in fans:
            self.add(fan)

    def follow(self, fan: Fan, now: float, how: str = "ADD_SCENE_SEARCH") -> None:
        self._seq += 1
        fan.seq, fan.follows, fan.since, fan.how = self._seq, True, now, how
        self._followers.pop(fan.app_id, None)

    def unfollow(self, fan: Fan) -> None:
        """The account forgets tags, remark, windows and grants with the person."""
        fan.follows, fan.tags, fan.remark, fan.blocked = False, (), "", False
        fan.message_left = fan.brief_left = 0
        fan.message_until = fan.brief_until = 0.0
        fan.scene = fan.ticket = ""
        self._followers.pop(fan.app_id, None)

    def followers(self, app_id: str) -> list[Fan]:
        """In the order they followed; built again only after someone came or went."""
        found = self._followers.get(app_id)
        if found is None:
            found = [fan for fan in self._by_openid.values() if fan.follows and fan.app_id == app_id]
            found.sort(key=_seq)
            self._followers[app_id] = found
        return found

    def followers_after(self, app_id: str, openid: str, limit: int) -> list[Fan]:
        """A page after the fan with this openid, who may have left meanwhile."""
        found = self.followers(app_id)
        last = self._by_openid.get(openid)
        start = bisect_right(found, last.seq, key=_seq) if last else 0
        return found[start : start + limit]

    def search(self, app_id: str | None, text: str) -> list[Fan]:
        """Fans of an account whose openid, scene or remark contains the text."""
        return [
            fan
            for fan in self._by_openid.values()
            if (app_id is None or fan.app_id == app_id)
            and (not text or text in fan.openid or text in fan.scene or text in fan.remark)
        ]

    def clear(self) -> None:
        self._by_openid.clear()
        self._followers.clear()


def _seq(fan: Fan) -> int:
    return fan.seq
