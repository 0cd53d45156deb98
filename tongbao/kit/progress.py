"""How far a long piece of work is: told from deep inside, heard by whoever shows it, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Listener(Protocol):
    """Called with the name of a step, and how much of it is done out of how much."""

    def __call__(self, step: str, *, done: int, total: int) -> None: ...


_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def tell(step: str, *, done: int, total: int) -> None:
    """Say how far a step is; costs nothing where nobody listens. ``done`` may end below ``total``, never above."""
    listener = _listener.get()
    if listener is not None:
        listener(step, done=min(done, total), total=total)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Hear what is told inside.

    >>> with heard_by(lambda step, done, total: print(step, done, total)):
    ...     tell("transfers", done=5, total=10)
    transfers 5 10
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
