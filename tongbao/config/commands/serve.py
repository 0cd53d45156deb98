"""``tongbao serve``: the API, the console and the storefront over HTTP."""

from __future__ import annotations

import errno
import logging.config
import os
import shutil
import socket
import sys
from pathlib import Path

import click

# A stop waits this long for requests under way before it gives up on them.
STOP_SECONDS = 30
# A thread that idles keeps its connection to the database for as long.
IDLE_SECONDS = 600


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), help="Port.  [default: PORT, or 8000]")
@click.option("--bind", help="Address.  [default: TONGBAO_BIND, or 127.0.0.1]")
@click.option(
    "--threads", type=click.IntRange(1, 64), help="Threads in each process.  [default: TONGBAO_THREADS, or 8]"
)
@click.option(
    "--processes", type=click.IntRange(1, 64), help="Processes.  [default: TONGBAO_PROCESSES, or 1]"
)
def command(port: int | None, bind: str | None, threads: int | None, processes: int | None) -> None:
    """Serve until told to stop; requests under way are finished first."""
    from tongbao.config.environment import environment
    from tongbao.kit.postgres import access

    known = environment()
    # Found here, or made, once; the web processes find it ready.
    access.resolve()
    address, port, processes = bind or known.bind, port or known.port, processes or known.processes
    _check_port(address, port)
    logging.config.dictConfig(known.logging)
    measurements = _share_measurements(known.var_dir) if processes > 1 else None
    logger = logging.getLogger("tongbao.serve")
    shown = "localhost" if address in ("0.0.0.0", "127.0.0.1", "::") else address  # noqa: S104  only shown
    logger.info("serving on http://%s:%s/", shown, port)
    try:
        failed = _serve(
            address=address,
            port=port,
            threads=threads or known.threads,
            processes=processes,
            logging_settings=known.logging,
        )
    finally:
        if measurements is not None:
            shutil.rmtree(measurements, ignore_errors=True)
    logger.info("stopped")
    if failed:
        sys.exit(1)


def _serve(
    *, address: str, port: int, threads: int, processes: int, logging_settings: dict[str, object]
) -> bool:
    """Run granian until a signal; whether it ended because of an error."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    server = Granian(
        "tongbao.config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=processes,
        blocking_threads=threads,
        blocking_threads_idle_timeout=IDLE_SECONDS,
        # With several, one that dies is replaced; a single one ends the command, for whoever supervises it.
        respawn_failed_workers=processes > 1,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.error,
        log_dictconfig=logging_settings,
    )
    try:
        server.serve()
    except SystemExit as ended:
        return bool(ended.code)
    return False


def _check_port(address: str, port: int) -> None:
    """Say plainly that the port is taken, instead of ending with a traceback."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise click.UsageError(
                    f"Port {port} on {address} is taken. Stop what uses it, or choose another with PORT=…"
                ) from error
            raise click.UsageError(f"Can't listen on {address}:{port}: {error.strerror}.") from error


def _share_measurements(var_dir: Path) -> Path:
    """A folder through which several web processes add up their measurements."""
    folder = var_dir / "measurements" / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder and not Path(f"/proc/{other.name}").exists() and Path("/proc/self").exists():
            shutil.rmtree(other, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return folder
