"""The worker: drains outboxes and ticks schedules, one tenant at a time, with procrastinate's queue."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from typing import Any

from django.db import close_old_connections
from procrastinate import exceptions

from tongbao.kit import clock, events, jobs
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.selectors import tenant_schemas

logger = logging.getLogger(__name__)

QUEUE = "tenant"
SWEEP_CRON = "* * * * *"
SHUTDOWN_SECONDS = 30
PAUSE_SECONDS = 1


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
    app.task(name="tongbao.drain", queue=QUEUE)(drain)
    tick_task = app.task(name="tongbao.tick", queue=QUEUE)(tick)

    def tick_all(timestamp: int) -> None:
        """Every minute, for each tenant: the safety net under every wake-up that got lost."""
        close_old_connections()
        for schema_name in tenant_schemas():
            try:
                tick_task.configure(queueing_lock=f"tongbao.tick:{schema_name}").defer(schema_name=schema_name)
            except exceptions.AlreadyEnqueued:
                continue

    app.periodic(cron=SWEEP_CRON, periodic_id="tick")(app.task(name="tongbao.tick_all", queue=QUEUE)(tick_all))


def run(*, concurrency: int) -> None:
    """Work until a signal asks to stop; jobs under way are finished, nothing is lost.

    What the last worker left half-done is taken up first: outboxes are drained before the queue is read. When the
    database goes away the queue's worker ends by itself; it is started again until the database is back.
    """
    tenant_schemas()  # a database that can't be reached at the start is the operator's to hear of
    while True:
        try:
            if _work(concurrency=concurrency):
                return
            logger.error("the queue's worker ended by itself and is started again")
        except Exception:
            logger.exception("the worker lost the database and tries again")
        time.sleep(PAUSE_SECONDS)


def _work(*, concurrency: int) -> bool:
    """Drain the outboxes, then work on the queue; True when a signal asked to stop, False when it ended by itself."""
    from procrastinate.contrib.django import app

    close_old_connections()
    for schema_name in tenant_schemas():
        drain(schema_name)
    worker_app = app.with_connector(app.connector.get_worker_connector())
    logger.info("worker started", extra={"concurrency": concurrency})
    with worker_app.replace_connector(worker_app.connector):
        return asyncio.run(_work_until_asked_to_stop(worker_app, concurrency=concurrency))


async def _work_until_asked_to_stop(worker_app: Any, *, concurrency: int) -> bool:
    """The queue's worker as a task that a signal cancels; it finishes its jobs before it ends.

    The signals are ours and not the queue's: its own handlers come only once its pool is open, and an exception
    raised by a handler in between is swallowed by the pool, which leaves a worker that can't be asked twice.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    async with worker_app.open_async():
        if asked.is_set():
            return True
        work = asyncio.create_task(
            worker_app.run_worker_async(
                queues=[QUEUE],
                concurrency=concurrency,
                fetch_job_polling_interval=1.0,
                delete_jobs="successful",
                shutdown_graceful_timeout=SHUTDOWN_SECONDS,
                install_signal_handlers=False,
            )
        )
        stop = asyncio.create_task(asked.wait())
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    return asked.is_set()


def drain_until_quiet(*, schema_name: str, patience_seconds: int = 60) -> None:
    """Drain one tenant here and now until its outbox is empty; for commands and demos without a worker."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        with tenant_context(schema_name):
            if events.drain(now=clock.now()) == 0:
                return
