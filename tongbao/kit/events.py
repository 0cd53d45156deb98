"""Past-tense facts between packages: written with the change that caused them, handled at least once.

An event is a frozen dataclass with a class attribute ``name``. Handlers are declared by packages and wired by
``config`` in an explicit order; each event's handlers and its mark "handled" share one transaction, so a
handler's database effects happen exactly once. A handler that fails is tried again with growing pauses, and
holds up nobody else's event.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from django.db import connection

from tongbao.kit.models import OutboxEvent
from tongbao.kit.transactions import transaction

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 2
LONGEST_PAUSE_SECONDS = 3600
BATCH = 200
ROWS_AT_ONCE = 2_000


class Event(Protocol):
    """What every event class offers; see a package's ``contracts``."""

    name: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


Handler = Callable[[Any, datetime], None]

_handlers: dict[str, list[Handler]] = {}
_classes: dict[str, type] = {}


def wire(*, event_class: type, handler: Handler) -> None:
    """Add a handler for an event class; called by ``config`` alone, in the order in which they shall run."""
    name: str = event_class.name  # type: ignore[attr-defined]
    _classes[name] = event_class
    if handler not in _handlers.setdefault(name, []):
        _handlers[name].append(handler)


def emit(event: Event) -> None:
    """Write an event into the tenant's outbox, in the caller's transaction, and wake the worker with it."""
    emit_many([event])


def emit_many(events: Sequence[Event]) -> None:
    """Write events into the outbox in their order, a few statements for all of them."""
    if not events:
        return
    OutboxEvent.objects.bulk_create(
        (OutboxEvent(name=event.name, payload=_payload(event)) for event in events), batch_size=ROWS_AT_ONCE
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.tongbao_wake('tongbao.drain')")


def _payload(event: Event) -> dict[str, Any]:
    return {
        field: value.isoformat() if isinstance(value, datetime) else value
        for field, value in dataclasses.asdict(event).items()
    }


def drain(*, now: datetime, limit: int | None = None) -> int:
    """Handle the current tenant's unhandled events in order of emission; return how many were handled.

    Several drains may run at once: each event is taken under a row lock that the others skip.
    """
    handled, last_id = 0, 0
    while limit is None or handled < limit:
        waiting = list(
            OutboxEvent.objects.filter(handled_at__isnull=True, id__gt=last_id)
            .exclude(next_try_at__gt=now)
            .order_by("id")
            .values_list("id", flat=True)[:BATCH]
        )
        if not waiting:
            if last_id == 0:
                return handled
            last_id = 0
            if not OutboxEvent.objects.filter(handled_at__isnull=True).exclude(next_try_at__gt=now).exists():
                return handled
            continue
        for event_id in waiting:
            handled += _handle_one(event_id=event_id, now=now)
            last_id = event_id
    return handled


def _handle_one(*, event_id: int, now: datetime) -> int:
    try:
        with transaction():
            row = (
                OutboxEvent.objects.select_for_update(skip_locked=True)
                .filter(id=event_id, handled_at__isnull=True)
                .first()
            )
            if row is None:
                return 0
            event = _rebuild(row)
            if event is not None:
                for handler in _handlers[row.name]:
                    handler(event, now)
            row.handled_at = now
            row.save(update_fields=["handled_at"])
    except Exception as error:  # a poisonous event must not stop the others
        logger.exception("event %s could not be handled", event_id)
        _postpone(event_id=event_id, now=now, error=error)
        return 0
    return 1


def _rebuild(row: OutboxEvent) -> Any:
    event_class = _classes.get(row.name)
    if event_class is None:
        return None
    values = dict(row.payload)
    for field in dataclasses.fields(event_class):
        if "datetime" in str(field.type) and isinstance(values.get(field.name), str):
            values[field.name] = datetime.fromisoformat(values[field.name])
    return event_class(**values)


def _postpone(*, event_id: int, now: datetime, error: Exception) -> None:
    row = OutboxEvent.objects.get(id=event_id)
    pause = min(FIRST_PAUSE_SECONDS * 2**row.tries, LONGEST_PAUSE_SECONDS)
    row.tries += 1
    row.next_try_at = now + timedelta(seconds=pause)
    row.last_error = f"{type(error).__name__}: {error}"[:2000]
    row.save(update_fields=["tries", "next_try_at", "last_error"])
