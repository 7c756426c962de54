"""Tags of one account. WeChat docs, tags: at most 100, names up to 30 characters, 0–2 belong to the system."""

from typing import Any

from lab.errors import Refused

MOST, NAME = 100, 30
SYSTEM = (0, 1, 2)
TAGS_OF_ONE = 20


class TagBook:
    """Names by number."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._next = 100

    def create(self, name: Any) -> int:
        """Raises Refused 45056, 45157, 45158."""
        if len(self.names) >= MOST:
            raise Refused(45056)
        self._check(name)
        self.names[self._next] = name
        self._next += 1
        return self._next - 1

    def rename(self, number: int, name: Any) -> None:
        self.must_have(number)
        self._check(name)
        self.names[number] = name

    def delete(self, number: int) -> None:
        self.must_have(number)
        del self.names[number]

    def must_have(self, number: Any) -> None:
        """Raises Refused 45058 for a system tag, 45159 for an unknown one."""
        if number in SYSTEM:
            raise Refused(45058)
        if number not in self.names:
            raise Refused(45159)

    def _check(self, name: Any) -> None:
        if not isinstance(name, str) or not name or name in self.names.values():
            raise Refused(45157)
        if len(name) > NAME:
            raise Refused(45158)

    def dump(self) -> dict[str, Any]:
        return {"names": [[number, name] for number, name in self.names.items()], "next": self._next}

    def load(self, kept: dict[str, Any]) -> None:
        self.names, self._next = dict(kept["names"]), kept["next"]
