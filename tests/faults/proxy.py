"""A proxy before PostgreSQL that loses what was said about a COMMIT: the question, or the answer.

It knows one thing of the protocol: psycopg ends a transaction by the simple query ``COMMIT``.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Literal

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
Loses = Literal["nothing", "the question", "the answer"]


class Proxy:
    """Listens on a port of its own while it is entered. What it shall lose is set by ``lose``; it then keeps quiet.

    ``is_lost`` is set when a COMMIT's question or answer was lost; the client waits for ever unless ``hangs`` is
    false: then its connection breaks.
    """

    def __init__(self, *, host: str, port: int) -> None:
        self.target = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.is_lost = threading.Event()
        self._lock = threading.Lock()
        self._loses: Loses = "nothing"
        self._hangs = True
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.listener.close()
        for end in self._sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def lose(self, what: Loses, *, hangs: bool = True) -> None:
        """Lose this of the next COMMIT that passes."""
        with self._lock:
            self.is_lost.clear()
            self._loses, self._hangs = what, hangs

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                database = socket.create_connection(self.target)
            except OSError:  # the database is down, and the client is told so
                client.close()
                continue
            self._sockets += [client, database]
            swallow = threading.Event()
            threading.Thread(target=self._to_database, args=(client, database, swallow), daemon=True).start()
            threading.Thread(target=self._to_client, args=(database, client, swallow), daemon=True).start()

    def _to_database(self, client: socket.socket, database: socket.socket, swallow: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                loses = self._take(data)
                if loses == "the answer":
                    swallow.set()
                if loses == "the question":
                    # The database never hears of it: to it, the client simply died.
                    swallow.set()
                    database.shutdown(socket.SHUT_RDWR)
                    self._lost(client)
                    return
                database.sendall(data)
        with suppress(OSError):
            database.shutdown(socket.SHUT_RDWR)

    def _to_client(self, database: socket.socket, client: socket.socket, swallow: threading.Event) -> None:
        with suppress(OSError):
            while data := database.recv(65_536):
                if swallow.is_set():
                    self._lost(client)
                    return  # whatever else it says is lost as well
                client.sendall(data)
        if not swallow.is_set():
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _take(self, data: bytes) -> Loses:
        """What to lose of these bytes; the next ones pass."""
        if COMMIT not in data:
            return "nothing"
        with self._lock:
            loses, self._loses = self._loses, "nothing"
        return loses

    def _lost(self, client: socket.socket) -> None:
        if not self._hangs:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self.is_lost.set()
