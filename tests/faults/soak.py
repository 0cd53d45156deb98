"""The long run: ``make soak SECONDS=600 SEED=1``. The workload and random faults, round after round.

Each round has a database and a seed of its own. Progress goes to standard error; the last line on standard output
is one JSON object, and the exit status is 1 unless nothing was lost, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

ROUND_SECONDS = 60
PAUSE_SECONDS = 1.5
THREADS, PROCESSES = 2, 3


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    os.environ.setdefault("TONGBAO_ENVIRONMENT", "test")
    os.environ["TONGBAO_ROLE_PREFIX"] = "tongbao_test"
    import django

    django.setup()
    from tests.faults.servers import own_server

    totals: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    wrong: list[str] = []
    started = time.monotonic()
    say("Making a database server for the faults …")
    with own_server() as server:
        number = 0
        while time.monotonic() - started < asked.seconds:
            number += 1
            left = asked.seconds - (time.monotonic() - started)
            wrong += one_round(
                server,
                seed=asked.seed * 1_000 + number,
                seconds=min(ROUND_SECONDS, left),
                totals=totals,
                faults=faults,
            )
            say(f"Round {number} is reckoned: {dict(totals)}")
    for line in wrong:
        say(line)
    print(
        json.dumps(
            {
                "seed": asked.seed,
                "seconds": round(time.monotonic() - started),
                "rounds": number,
                "operations": totals["operations"],
                "faults_injected": faults.total(),
                "faults": dict(sorted(faults.items())),
                "refused": totals["refused"],
                "replayed": totals["replayed"],
                "unknown_settled": totals["unknown_settled"],
                "unknown_booked": totals["unknown_booked"],
                "seals": totals["seals"],
                "orders_settled": totals["orders"],
                "lost": totals["lost"],
                "doubled": totals["doubled"],
                "wrong": totals["wrong"],
            }
        )
    )
    sys.exit(1 if wrong else 0)


def one_round(server, *, seed: int, seconds: float, totals: Counter[str], faults: Counter[str]) -> list[str]:
    """Book and do harm for so long, then reckon; what is wrong, in words."""
    from django.test import override_settings

    from tests.faults.injecting import Injector, quietly
    from tests.faults.orders import Orders
    from tests.faults.proxy import Proxy
    from tests.faults.runs import running
    from tests.faults.servers import copy_of
    from tongbao.rewards.tests import street

    folder = Path(tempfile.mkdtemp(prefix=f"tongbao-soak-{seed}-"))
    with (
        override_settings(SEAL_DIR=folder / "seals"),
        copy_of(server, f"soak_{seed}") as access,
        running(access, folder, seed=seed, threads=THREADS) as run,
        Proxy(host=access.host, port=access.port) as proxy,
        street.memory_gateway() as gateway,
        closing(Orders(access=access, gateway=gateway)) as orders,
    ):
        injector = Injector(server=server, run=run, proxy=proxy, random=Random(seed), orders=orders)
        orders.open()
        run.sealer()
        for _ in range(PROCESSES):
            run.process(port=proxy.port)
        run.wait_for(100)
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            time.sleep(PAUSE_SECONDS * injector.random.random())
            quietly(
                lambda: say(
                    f"{time.monotonic() - begun:6.1f} s  {injector.one()}, {run.operations()} operations"
                )
            )
        run.wait_for(20)
        run.stop_clients()
        report_of_orders = orders.reckon()
        report = run.reckon()
    report.wrong += report_of_orders
    found = [f"seed {seed}: {line}" for line in (*report.lost, *report.doubled, *report.wrong)]
    totals.update(
        operations=report.operations,
        refused=report.refused,
        replayed=report.replayed,
        unknown_settled=report.unknown_settled,
        unknown_booked=report.unknown_booked,
        seals=run.seals,
        orders=orders.paid,
        lost=len(report.lost),
        doubled=len(report.doubled),
        wrong=len(report.wrong),
    )
    faults.update(injector.done)
    if found:
        say(f"What the clients wrote down is in {folder}")
    else:
        shutil.rmtree(folder)
    return found


if __name__ == "__main__":
    main()
