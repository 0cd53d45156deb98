"""The worker: drains outboxes and ticks schedules, one tenant at a time, with procrastinate's queue."""

from __future__ import annotations

from typing import Any

from django.db import close_old_connections

from tongbao.kit import clock, events, jobs
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.selectors import tenant_schemas

QUEUE = "tenant"


def drain(schema_name: str) -> None:
    """Handle what lies in one tenant's outbox. A tenant that is gone has nothing to handle."""
    close_old_connections()
    if schema_name in tenant_schemas():
        with tenant_context(schema_name):
            events.drain(now=clock.now())


def tick(schema_name: str) -> None:
    """Run one tenant's due schedules, then what they emitted."""
    close_old_connections()
    if schema_name in tenant_schemas():
        with tenant_context(schema_name):
            jobs.tick(now=clock.now())
            events.drain(now=clock.now())


def on_app_ready(app: Any) -> None:
    """Give procrastinate its tasks; called by its Django app when it is ready."""
    drain_task = app.task(name="tongbao.drain", queue=QUEUE)(drain)
    tick_task = app.task(name="tongbao.tick", queue=QUEUE)(tick)

    @app.periodic(cron="* * * * *", periodic_id="tick")
    @app.task(name="tongbao.tick_all", queue=QUEUE, pass_context=False)
    def tick_all(timestamp: int) -> None:
        """Every minute, for each tenant: the safety net under every wake-up that got lost."""
        close_old_connections()
        for schema_name in tenant_schemas():
            lock = f"tongbao.tick:{schema_name}"
            try:
                tick_task.configure(lock=lock, queueing_lock=lock).defer(schema_name=schema_name)
            except app_exceptions.AlreadyEnqueued:
                continue

    from procrastinate import exceptions as app_exceptions

    del drain_task
