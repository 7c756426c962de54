"""A small HTTP client for the load generator: kept connections, one request at a time on each."""

import asyncio
from urllib.parse import urlsplit


class Broken(Exception):
    """The other side hung up or did not speak HTTP."""


class Connection(asyncio.Protocol):
    """One kept connection to one address."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            status = _status(self._buffer) if b"\r\n\r\n" in self._buffer else 0
            # Without a length the end of the connection is the end of the answer.
            waiting.set_result(status) if status else waiting.set_exception(Broken())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._waiting is None or not _whole(self._buffer):
            return
        waiting, self._waiting = self._waiting, None
        if not waiting.done():
            waiting.set_result(_status(self._buffer))
        if b"connection: close" in self._buffer.partition(b"\r\n\r\n")[0].lower():
            self.close()
        self._buffer = b""

    async def ask(self, request: bytes, timeout: float) -> int:
        """Send and wait for the status. Raises Broken, TimeoutError."""
        if self._transport is None:
            raise Broken()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            async with asyncio.timeout(timeout):
                return await self._waiting
        except TimeoutError:
            self.close()
            raise

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _status(answer: bytes) -> int:
    digits = answer[9:12]
    return int(digits) if digits.isdigit() else 0


def _whole(answer: bytes) -> bool:
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    low = head.lower()
    start = low.find(b"content-length:")
    if start >= 0:
        length = low[start + 15 :].split(b"\r\n", 1)[0].strip()
        return length.isdigit() and len(body) >= int(length)
    return b"chunked" in low and body.endswith(b"0\r\n\r\n")


class Pool:
    """Connections to the callback; a request waits when all are busy."""

    def __init__(self, url: str, size: int, timeout: float) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        joint = "&" if parts.query else "?"
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "") + joint
        self._free: list[Connection] = []
        self._gate = asyncio.Semaphore(size)
        self._timeout = timeout

    async def post(self, query: str, body: bytes) -> int:
        """The HTTP status. Raises Broken, OSError, TimeoutError."""
        head = (
            f"POST {self._path}{query} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        async with self._gate:
            connection = await self._connection()
            status = await connection.ask(head.encode() + body, self._timeout)
            self._free.append(connection)
            return status

    async def _connection(self) -> Connection:
        while self._free:
            connection = self._free.pop()
            if connection.open:
                return connection
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            _, made = await loop.create_connection(Connection, self._host, self._port)
        return made

    def close(self) -> None:
        for connection in self._free:
            connection.close()
