"""The books of the kept clauses: what was put aside, who is waiting for it, what was paid out of it."""

from __future__ import annotations

from tongbao.plans.clauses.kept import Board, Fund, Jar, Kept, Queue
from tongbao.plans.running.books.base import Book, Fact, Payout, Returned
from tongbao.plans.running.books.board import BoardBook
from tongbao.plans.running.books.fund import FundBook
from tongbao.plans.running.books.jar import JarBook
from tongbao.plans.running.books.queue import QueueBook
from tongbao.plans.running.people import People
from tongbao.plans.running.trees import Tree


def book_for(clause: Kept, *, people: People, tree: Tree | None) -> Book:
    """An empty book for a clause. ``tree`` is where its legs are looked up, if it compares legs."""
    match clause:
        case Fund():
            return FundBook(clause, people=people, tree=tree)
        case Jar():
            return JarBook(clause, people=people)
        case Queue():
            return QueueBook(clause, people=people)
        case Board():
            return BoardBook(clause, people=people)
    raise TypeError(type(clause).__name__)


__all__ = ["Book", "Fact", "Payout", "Returned", "book_for"]
