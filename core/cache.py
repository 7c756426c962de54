"""Small shared facts that may vanish at any moment; the only file, beside the queue, that knows Redis."""

import logging
import threading
from collections import OrderedDict
from typing import Protocol

import redis

from core.clock import monotonic

log = logging.getLogger(__name__)
REST_S = 5.0  # how long Redis is left alone after it did not answer


class Cache(Protocol):
    def get(self, key: str) -> str | None: ...
    def put(self, key: str, value: str, seconds: int) -> None: ...
    def alive(self) -> bool: ...


class MemoryCache:
    """One process's own, bounded; what we use without Redis."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._held: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        with self._lock:
            until, value = self._held.get(key, (0.0, ""))
            return value if until > monotonic() else None

    def put(self, key: str, value: str, seconds: int) -> None:
        with self._lock:
            self._held[key] = (monotonic() + seconds, value)
            self._held.move_to_end(key)
            if len(self._held) > self._size:
                self._held.popitem(last=False)

    def alive(self) -> bool:
        return True


class RedisCache:
    """Redis while it answers; this process's memory while it does not."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)
        self._memory = MemoryCache()
        self._shut_until = 0.0

    def get(self, key: str) -> str | None:
        if monotonic() >= self._shut_until:
            try:
                found = self._redis.get(key)
                return found.decode() if isinstance(found, bytes) else None
            except redis.RedisError:
                self._rest()
        return self._memory.get(key)

    def put(self, key: str, value: str, seconds: int) -> None:
        self._memory.put(key, value, seconds)
        if monotonic() >= self._shut_until:
            try:
                self._redis.set(key, value, ex=seconds)
            except redis.RedisError:
                self._rest()

    def alive(self) -> bool:
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False

    def _rest(self) -> None:
        self._shut_until = monotonic() + REST_S
        log.warning("redis is not answering; using this process's memory")


def open_cache(redis_url: str) -> Cache:
    return RedisCache(redis_url) if redis_url else MemoryCache()
