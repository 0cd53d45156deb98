"""``python -m sandbox_gateway --state-dir DIR``: run a gateway until told to stop."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from pathlib import Path

from sandbox_gateway.server import DEFAULT_PORT, Gateway, Options
from sandbox_gateway.store import DirectoryInUse

TOKEN_VARIABLE = "SANDBOX_GATEWAY_ADMIN_TOKEN"  # noqa: S105 - the name of a variable


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, run, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="sandbox_gateway", description="A payment provider that moves no money."
    )
    parser.add_argument("--state-dir", type=Path, required=True, help="where the state is kept")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine alone)"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument(
        "--public-url", default="", help="how browsers reach the cashier, if not by host and port"
    )
    parser.add_argument(
        "--retry-base-ms", type=int, default=1_000, help="first pause of notifications; it doubles"
    )
    parser.add_argument("--max-attempts", type=int, default=15, help="then a notification is given up")
    chosen = parser.parse_args(arguments)
    return serve(
        Options(
            state_dir=chosen.state_dir,
            host=chosen.host,
            port=chosen.port,
            public_url=chosen.public_url,
            admin_token=os.environ.get(TOKEN_VARIABLE),
            retry_base_ms=chosen.retry_base_ms,
            max_attempts=chosen.max_attempts,
        )
    )


def serve(options: Options) -> int:
    """Run until SIGTERM or SIGINT. One line on standard output, as JSON, says that it is ready, and where."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Blocked here, before any thread is begun, and waited for below: a handler would run only when the main thread
    # is next woken, which with all others busy came seconds late.
    told_to_stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, told_to_stop)
    try:
        gateway = Gateway(options)
    except (DirectoryInUse, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"Can't listen on {options.host}:{options.port}: {error}. Choose another --port.", file=sys.stderr
        )
        return 2
    gateway.start()
    print(json.dumps({"ready": True, "url": gateway.url, "pid": os.getpid()}), flush=True)
    signal.sigwait(told_to_stop)
    gateway.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
