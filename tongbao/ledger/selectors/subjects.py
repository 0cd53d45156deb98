"""What people call the orders of the settlement lane: the books know their ids, others know their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

OrderNumbers = Callable[[Sequence[int]], Mapping[int, str]]
OF_AN_ORDER = "order_id:"

_numbers: list[OrderNumbers] = []


def use_order_numbers(numbers: OrderNumbers) -> None:
    """Say who knows the numbers of orders; called once at start by the package that settles them."""
    _numbers[:] = [numbers]


def named(subjects: Sequence[str]) -> dict[str, str]:
    """These subjects as everybody else writes them: ``order_id:17`` is the subject ``order:`` and the number.

    >>> named(["gift:1"])
    {'gift:1': 'gift:1'}
    """
    ids = {
        subject: int(subject.removeprefix(OF_AN_ORDER))
        for subject in subjects
        if subject.startswith(OF_AN_ORDER)
    }
    known = _numbers[0](list(ids.values())) if ids and _numbers else {}
    return {
        subject: f"order:{known[ids[subject]]}" if ids.get(subject) in known else subject
        for subject in subjects
    }
