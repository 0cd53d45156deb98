"""``tongbao demo``: a real shop at work, from an empty database."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import click

from tongbao.config.command_line import language

DEFAULT_PORT = 8000


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the printed story.")
@click.option("--port", type=click.IntRange(1024, 65535), help="Port of the malls.  [default: PORT, or 8000]")
@click.option("--members", default=500, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--orders", default=2_000, show_default=True, type=click.IntRange(0, 1_000_000))
def command(once: bool, port: int | None, members: int, orders: int) -> None:
    """Set up two malls, play the story, print who got paid and why, then serve.

    A second start keeps the data and is quick; a start that was cut short is made good by the next one.
    """
    os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
    os.environ.setdefault("TONGBAO_HOSTS", "*")
    from tongbao.config.commands._django import with_django

    with_django()
    # Asked to stop, leave through the ``with`` below: the children must not outlive the demo.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from pathlib import Path

    from django.conf import settings
    from rich.console import Console

    from tongbao.config.demo import crowd, run
    from tongbao.config.processes import Processes, free_port

    console = Console(stderr=True)
    output = Console()

    def say(text: str) -> None:
        console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {text}")

    fresh = run.prepare(say=say)
    wanted = port or int(os.environ.get("PORT") or DEFAULT_PORT)
    chosen = free_port(wanted)
    if chosen != wanted:
        say(f"Port {wanted} is taken; using {chosen}.")
    with Processes(log_dir=Path(settings.VAR_DIR) / "log") as processes:
        say("Starting the payment gateway and the web server …")
        gateway_url = run.start_gateway(processes)
        environment = run.gateway_environment(gateway_url)
        os.environ.update(environment)
        run.start_web(processes, port=chosen, environment=environment)
        size = crowd.Size(members=members, orders=orders)
        _play(fresh, chosen, size, say, console, output)
        known = run.sign_ins(fresh)
        _print_sign_ins(known, chosen, output)
        if once:
            return
        run.start_worker(processes, environment=environment)
        say("Serving. Stop with Ctrl-C.")
        while True:
            time.sleep(1)
            processes.check()


def _play(fresh: list[Any], port: int, size: Any, say: Any, console: Any, output: Any) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from tongbao.config.demo import run
    from tongbao.config.demo.report import print_story

    if run.ORCHID in fresh:
        run.play_orchid(port=port, say=say)
    if run.LOTUS not in fresh:
        say("The story was played before; its data is kept.")
        _print_again(output)
        return
    columns = (TextColumn("orders"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("orders", total=size.orders)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)
            if not sys.stderr.isatty():
                say(f"{done} of {of} orders")

        told = run.play_lotus(port=port, size=size, say=say, progress=progress)
    print_story(told, console=output, language=language())


def _print_again(output: Any) -> None:
    """A later start shows the story's two orders as they stand now."""
    from tongbao.config.demo.stage import LOTUS
    from tongbao.mall.models import Order
    from tongbao.rewards.selectors import explain_order
    from tongbao.tenancy.contexts import tenant_context

    with tenant_context(LOTUS.schema_name):
        for key in ("story-first", "story-second"):
            for number in Order.objects.filter(client_key=key).values_list("number", flat=True):
                output.print(f"[bold]{number}[/bold]")
                for sentence in explain_order(number=number, language=language()):
                    output.print(f"  {sentence}", markup=False)


def _print_sign_ins(known: list[Any], port: int, output: Any) -> None:
    import pyotp

    from tongbao.config.demo.stage import MALLS
    from tongbao.config.demo.story import LINE

    for mall in MALLS:
        signs = next((entry for entry in known if entry.schema_name == mall.schema_name), None)
        base = f"http://{mall.hosts[0]}:{port}"
        output.print(f"\n[bold]{mall.title_zh} {mall.title_en}[/bold]")
        output.print(f"  shop     {base}/")
        output.print(f"  console  {base}/console/")
        output.print(f"  API      {base}/api/v1/docs")
        if signs is None:
            continue
        for username, password in signs.passwords.items():
            extra = ""
            if username == "finance":
                extra = f"  second step: {pyotp.TOTP(signs.second_factor).now()} (secret {signs.second_factor})"
            output.print(f"  {username:<8} {password}{extra}", markup=False, highlight=False)
    phones = ", ".join(f"{name} {phone}" for _, name, phone, _ in LINE)
    output.print(f"\nMembers sign in by telephone ({phones}); the code is in the console's SMS outbox.")
