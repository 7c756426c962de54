"""Many names looked up at once: which are known, and the number of each."""

from typing import NamedTuple

import numpy as np

from bot.content.grams import Names, Numbers

_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, and without a pattern
_ROUNDS = 500  # of finding a seat for everybody; a table that is large enough takes about thirty


class Known(NamedTuple):
    """Names and the number of each: a table in which a name may stand in one of two places."""

    table: Names
    """In each place 32 bits of a name's print, then 32 bits of its number."""
    bits: int

    def numbers(self, names: Names) -> Numbers:
        """The numbers of those that are known, in the order of the names."""
        found = self._looked_up(names)
        return found[found <= _LOW].view(np.intp)

    def placed(self, names: Names) -> tuple[Numbers, Numbers]:
        """Where among the names the known ones stand, and their numbers."""
        found = self._looked_up(names)
        at = (found <= _LOW).nonzero()[0]
        return at, found.take(at).view(np.intp)

    def each(self, names: Names) -> list[int | None]:
        """The number of each name, None for one that is not known."""
        return [number if number <= int(_LOW) else None for number in self._looked_up(names).tolist()]

    def _looked_up(self, names: Names) -> Names:
        """A number for each name; one above 32 bits when neither place holds the name's print."""
        one, other, prints = _places(names, self.bits)
        found, second = self.table.take(one), self.table.take(other)
        found ^= prints
        second ^= prints
        return np.minimum(found, second, out=found)


def _places(names: Names, bits: int) -> tuple[Numbers, Numbers, Names]:
    """The two places of each name in a table of 2 ** bits, and its print in the upper half."""
    mixed = names * _MIX
    mixed ^= mixed >> _HALF
    mixed *= _MIX
    one = mixed >> np.uint64(64 - bits)
    other = (mixed >> np.uint64(64 - 2 * bits)) & np.uint64((1 << bits) - 1)
    return one.view(np.intp), other.view(np.intp), mixed << _HALF


def known(names: Names) -> Known:
    """Number these names, no two alike, in their order."""
    bits = max(3, (2 * len(names)).bit_length())
    while (seated := _seated(*_places(names, bits)[:2], 1 << bits)) is None:
        bits += 1
    prints = _places(names, bits)[2]
    table = np.zeros(1 << bits, np.uint64)
    held = (seated >= 0).nonzero()[0]
    table[held] = prints[seated[held]] | seated[held].astype(np.uint64)
    return Known(table, bits)


def _seated(one: Numbers, other: Numbers, seats: int) -> Numbers | None:
    """Who sits in each seat, -1 for nobody; None when not everybody finds one of their two.

    All who have none sit down at once, the last wins a seat, and whoever is put out tries the other seat next.
    """
    choices, turn = np.stack((one, other)), np.zeros(len(one), np.intp)
    taken, waiting = np.full(seats, -1, np.intp), np.arange(len(one))
    for _ in range(_ROUNDS):
        if not len(waiting):
            return taken
        wanted = choices[turn[waiting], waiting]
        put_out = np.unique(taken[wanted])
        taken[wanted] = waiting
        late = waiting[taken[wanted] != waiting]
        waiting = np.concatenate((late, put_out[put_out >= 0]))
        turn[waiting] ^= 1
    return None
