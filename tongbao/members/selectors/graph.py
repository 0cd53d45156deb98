"""The members as columns in memory: who stands under whom, with which rank; refreshed by what changed.

A settlement looks at thousands of chains at once. Held as NumPy columns that is a few look-ups an order, and what
changed since the last look is one range of an index.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

_SQL = resources.files("tongbao.members").joinpath("sql")
MOMENT = _SQL.joinpath("graph_moment.sql").read_text(encoding="utf-8")
CHANGES = _SQL.joinpath("graph_changes.sql").read_text(encoding="utf-8")
ROWS_AT_ONCE = 100_000
NOBODY = 0
"""The id of no member: whoever has no sponsor."""

Row = tuple[int, int, str, bool]


class MemberGraph:
    """Every member of one mall, by id: ``sponsor`` (0 for none), ``rank`` as a place in ``ranks``, ``active``.

    What is committed is kept from one use to the next. What the caller's own transaction has written counts while
    ``looked_at`` lasts and is forgotten with it, since it may yet be taken back.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self.ranks: list[str] = []
        self.sponsor: Ints = np.zeros(1, dtype=np.int32)
        self.rank: Codes = np.full(1, -1, dtype=np.int8)
        self.active: Flags = np.zeros(1, dtype=np.bool_)
        self._recruits: npt.NDArray[np.int32] = np.zeros((0, 1), dtype=np.int32)
        self._since = 0
        self._place = ""
        self._undo: list[tuple[Longs, Ints, Codes, Flags]] | None = None

    @contextmanager
    def looked_at(self) -> Iterator[None]:
        """The graph as the caller's transaction sees it now, until the block ends. One thread at a time."""
        with self.lock:
            own = self._refresh()
            self._undo = []
            try:
                self._take(own)
                yield
            finally:
                for ids, sponsor, rank, active in reversed(self._undo):
                    self._write(ids, sponsor, rank, active)
                self._undo = None

    def __len__(self) -> int:
        """How many members there are."""
        return int((self.rank >= 0).sum())

    def with_uplines(self, members: Longs) -> Longs:
        """These members and everybody above them, each once, in order of id."""
        found = [np.unique(members)]
        seen = np.zeros(len(self.sponsor), dtype=np.bool_)
        seen[found[0]] = True
        frontier = found[0]
        while len(frontier):
            above = np.unique(self.sponsor[frontier]).astype(np.int64)
            frontier = above[(above != NOBODY) & ~seen[above]]
            seen[frontier] = True
            found.append(frontier)
        return np.sort(np.concatenate(found))

    def recruits_of(self, member: int) -> Longs:
        """A member's direct recruits, in order of id."""
        return np.flatnonzero(self.sponsor == member)

    def recruits_at(self, members: Longs, *, ranks: Sequence[str]) -> Ints:
        """How many direct recruits of each of these members hold one of the ranks."""
        codes = [self.ranks.index(rank) for rank in ranks if rank in self.ranks]
        counts: Ints = self._recruits[codes][:, members].sum(axis=0, dtype=np.int32)
        return counts

    def note_ranks(self, ranks: dict[int, str]) -> None:
        """Ranks that the caller's transaction has just given."""
        ids = np.array(sorted(ranks), dtype=np.int64)
        codes = np.array([self._code(ranks[member]) for member in ids.tolist()], dtype=np.int8)
        self._set(ids, self.sponsor[ids], codes, self.active[ids])

    def _refresh(self) -> list[Row]:
        """Take over what others committed; what this transaction wrote itself is returned."""
        with connection.cursor() as cursor:
            cursor.execute(MOMENT)
            oldest_running, latest, own, place = cursor.fetchone()
        if place != self._place or latest < self._since:
            # another database than before, or the same one brought back from a copy
            self._forget()
            self._place = place
        parameters = {"since": self._since, "latest": latest, "own": own}
        written: list[Row] = []
        for rows in _in_portions(parameters):
            self._take([row[:4] for row in rows if not row[4]])
            written += [row[:4] for row in rows if row[4]]
        if not written:
            # Otherwise what stood in those rows before is still to be read, should it be taken back.
            self._since = oldest_running
        return written

    def _take(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        ids, sponsors, ranks, active = zip(*rows, strict=True)
        known: dict[str, int] = {rank: self._code(rank) for rank in set(ranks)}
        self._reach(max(ids))
        self._set(
            np.array(ids, dtype=np.int64),
            np.array(sponsors, dtype=np.int32),
            np.array([known[rank] for rank in ranks], dtype=np.int8),
            np.array(active, dtype=np.bool_),
        )

    def _set(self, ids: Longs, sponsor: Ints, rank: Codes, active: Flags) -> None:
        if self._undo is not None:
            self._undo.append((ids, self.sponsor[ids], self.rank[ids], self.active[ids]))
        self._write(ids, sponsor, rank, active)

    def _write(self, ids: Longs, sponsor: Ints, rank: Codes, active: Flags) -> None:
        before = self.rank[ids]
        known = ids[before >= 0]
        np.subtract.at(self._recruits, (self.rank[known], self.sponsor[known]), 1)
        self.sponsor[ids], self.rank[ids], self.active[ids] = sponsor, rank, active
        there = ids[rank >= 0]
        np.add.at(self._recruits, (self.rank[there], self.sponsor[there]), 1)

    def _code(self, rank: str) -> int:
        if rank not in self.ranks:
            self.ranks.append(rank)
            self._recruits = np.vstack([self._recruits, np.zeros((1, len(self.sponsor)), dtype=np.int32)])
        return self.ranks.index(rank)

    def _reach(self, member: int) -> None:
        """Make room for ids up to this one, and some to spare."""
        room = len(self.sponsor)
        if member < room:
            return
        more = max(member + 1, room * 5 // 4) - room
        self.sponsor = np.pad(self.sponsor, (0, more))
        self.rank = np.pad(self.rank, (0, more), constant_values=-1)
        self.active = np.pad(self.active, (0, more))
        self._recruits = np.pad(self._recruits, ((0, 0), (0, more)))


def _in_portions(parameters: dict[str, Any]) -> Iterator[list[tuple[int, int, str, bool, bool]]]:
    """The rows of ``graph_changes.sql``; everybody at once would need hundreds of megabytes."""
    with connection.chunked_cursor() if not parameters["since"] else connection.cursor() as cursor:
        cursor.execute(CHANGES, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


_graphs: dict[tuple[str, str, str], MemberGraph] = {}
_making = threading.Lock()


def member_graph() -> MemberGraph:
    """The graph of the mall whose context this is: one for each process, made at its first use."""
    settings = connection.settings_dict
    mall = (f"{settings['HOST']}:{settings['PORT']}", str(settings["NAME"]), connection.schema_name)  # type: ignore[attr-defined]
    with _making:
        return _graphs.setdefault(mall, MemberGraph())
