"""A client in a process of its own: ``python -m tests.faults.client SEED NUMBER JOURNAL [OPERATIONS]``.

It books until its standard input is closed. DATABASE_URL and TONGBAO_… say where; TONGBAO_FAULTS_PORT leads its
connections through a proxy.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path


def main() -> None:
    seed, number, journal = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    operations = int(sys.argv[4]) if len(sys.argv) > 4 else None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    import django

    django.setup()
    from django.db import connection

    from tests.faults.workload import run_client

    port = os.environ.get("TONGBAO_FAULTS_PORT")
    if port:
        connection.settings_dict["PORT"] = port
    stopping = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stopping.set()

    threading.Thread(target=listen, daemon=True).start()
    run_client(seed=seed, number=number, journal=journal, stop=stopping.is_set, operations=operations)


if __name__ == "__main__":
    main()
