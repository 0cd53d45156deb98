"""A worker's release, or its handling of events, in a process of its own: ``python -m tests.faults.releaser release``.

Orders are released by tens until none is due; with ``drain`` instead events are handled until none is left.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

ORDERS_AT_ONCE = 10
RELEASED_AT = datetime(2026, 4, 1, 4, tzinfo=UTC)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    import django

    django.setup()
    from tests.faults.workload import TENANT
    from tongbao.kit import events
    from tongbao.rewards.services import releasing
    from tongbao.tenancy.contexts import tenant_context

    releasing.ORDERS_AT_ONCE = ORDERS_AT_ONCE
    with tenant_context(TENANT):
        print("begun", flush=True)
        if sys.argv[1] == "drain":
            events.drain(now=RELEASED_AT)
            return
        while releasing.release_due(now=RELEASED_AT):
            pass


if __name__ == "__main__":
    main()
