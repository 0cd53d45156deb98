"""Draws that anybody can repeat: from a seed that was committed to beforehand, without bias."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

_WHOLE: Final = 1 << 64


def draw(
    *, seed: bytes, label: str, candidates: Sequence[str], winners: int
) -> tuple[list[int], tuple[str, ...]]:
    """The places of the winners among ``candidates``, each at most once, and the transcript.

    The first eight bytes of SHA-256 over the seed, the label and a counter are a number below 2^64; one that
    would favour the first candidates is rejected and the counter goes on. The transcript starts with the seed's
    own SHA-256, which is to be published before the draw.

    >>> places, transcript = draw(seed=b"x", label="lucky month 1", candidates=("Ann", "Bob", "Cid"), winners=2)
    >>> sorted(places), transcript[1]
    ([0, 2], 'seed 78')
    """
    transcript = [
        f"commitment {hashlib.sha256(seed).hexdigest()}",
        f"seed {seed.hex()}",
        f"label {label}",
        f"candidates {len(candidates)}: {', '.join(candidates)}",
    ]
    left = list(range(len(candidates)))
    drawn: list[int] = []
    counter = 0
    while left and len(drawn) < winners:
        digest = hashlib.sha256(seed + f"|{label}|{counter}".encode()).digest()
        number = int.from_bytes(digest[:8], "big")
        fair = _WHOLE - _WHOLE % len(left)
        if number >= fair:
            transcript.append(f"{counter}: {digest[:8].hex()} rejected")
        else:
            place = left.pop(number % len(left))
            transcript.append(f"{counter}: {digest[:8].hex()} mod {len(left) + 1} gives {candidates[place]}")
            drawn.append(place)
        counter += 1
    return drawn, tuple(transcript)
