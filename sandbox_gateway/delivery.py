"""One POST of a notification. Only a merchant's registered hosts are ever called; redirects are not followed."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox_gateway.reading import address_of

TIMEOUT_SECONDS = 5
LONGEST_ANSWER = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt: an HTTP status, or why there was none."""

    status: int | None
    error: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


class Postman:
    """Sends notifications, keeping connections open for each of its threads."""

    def __init__(self) -> None:
        self._kept = threading.local()

    def post(self, *, url: str, hosts: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send once. Never raises: what went wrong is in the outcome."""
        named = address_of(url)
        if named not in hosts:
            return Outcome(status=None, error="the address is not among the merchant's registered hosts")
        secure = url.startswith("https:")
        target = (secure, named, _connect_to(named, hosts[named]))
        for is_last, connection in ((False, self._connections().pop(target, None)), (True, None)):
            if connection is None and not is_last:
                continue
            try:
                return self._send(target, connection or _open(target), url, headers, body)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                # A kept connection may have been put away on the other side in the meantime: once more, anew.
                if is_last:
                    return Outcome(status=None, error=f"{type(error).__name__}: {error}")
            except (OSError, http.client.HTTPException) as error:
                return Outcome(status=None, error=f"{type(error).__name__}: {error}")
        return Outcome(status=None, error="no attempt was made")

    def _connections(self) -> dict[tuple[bool, str, str], http.client.HTTPConnection]:
        if not hasattr(self._kept, "connections"):
            self._kept.connections = {}
        connections: dict[tuple[bool, str, str], http.client.HTTPConnection] = self._kept.connections
        return connections

    def _send(
        self,
        target: tuple[bool, str, str],
        connection: http.client.HTTPConnection,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Outcome:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body=body, headers={"Host": parts.netloc, **headers})
            response = connection.getresponse()
            response.read(LONGEST_ANSWER)
        except BaseException:
            connection.close()
            raise
        if response.isclosed() and not response.will_close:
            self._connections()[target] = connection
        else:
            connection.close()
        return Outcome(status=response.status)


def _connect_to(named: str, said: str) -> str:
    """Where to connect for a host: as registered; ``localhost`` and what ends in it is this machine."""
    if said:
        return said
    host, _, port = named.rpartition(":")
    if host == "localhost" or host.endswith(".localhost"):
        return f"127.0.0.1:{port}"
    return named


class _Routed(http.client.HTTPConnection):
    """Connects to one place while asking for another by name."""

    def __init__(self, host: str, port: int, place: tuple[str, int]) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._place = place

    def connect(self) -> None:
        self.sock = socket.create_connection(self._place, timeout=TIMEOUT_SECONDS)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _RoutedSecurely(http.client.HTTPSConnection):
    """The same over TLS, with the certificate checked against the name."""

    def __init__(self, host: str, port: int, place: tuple[str, int]) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._place = place
        self._create_connection = lambda _address, timeout, _source: socket.create_connection(place, timeout)


def _open(target: tuple[bool, str, str]) -> http.client.HTTPConnection:
    secure, named, connect_to = target
    host, _, port = named.rpartition(":")
    place_host, _, place_port = connect_to.rpartition(":")
    place = (place_host, int(place_port))
    return _RoutedSecurely(host, int(port), place) if secure else _Routed(host, int(port), place)
