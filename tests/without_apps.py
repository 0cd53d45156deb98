"""Show that business apps can be deleted: a copy of the tree without them is checked, migrated, built and tested.

``python -m tests.without_apps member_tasks mining`` copies what belongs to the tree into a temporary folder, deletes
the folders of these apps and their pages, writes the API's document and its table of codes anew, and then runs: the
linters, the storefront's assembly, types and tests, and with a database of its own (so every migration runs from
nothing) the tests of the folders that ``PROVEN`` names. Ends with 1 and what was said if anything fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROVEN = (
    "tests/architecture",
    "tests/scenarios/test_a_pool_runs_dry.py",
    "tests/scenarios/test_codes_in_the_document.py",
    "tests/scenarios/test_paying_with_points.py",
    "tests/scenarios/test_points_cases.py",
    "tongbao/config/tests/test_business_apps.py",
    "tongbao/points",
    "tongbao/apps",
)


def main() -> None:
    gone = sys.argv[1:]
    known = sorted(path.parent.name for path in (ROOT / "tongbao/apps").glob("*/apps.py"))
    if not gone or set(gone) - set(known):
        sys.exit(
            f"Say which apps, such as: python -m tests.without_apps mining. There are: {', '.join(known)}."
        )
    with tempfile.TemporaryDirectory(prefix="tongbao-without-") as folder:
        copy = Path(folder) / "tree"
        _copy(copy)
        for key in gone:
            shutil.rmtree(copy / "tongbao/apps" / key)
            shutil.rmtree(copy / "storefront/src/apps" / key, ignore_errors=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(copy),
            "TONGBAO_VAR": str(Path(folder) / "var"),
            "TONGBAO_ENVIRONMENT": "test",
            "CI": "1",
        }
        try:
            for title, command, where in _steps(copy):
                _run(title, command, where, environment)
        finally:
            stop = [str(copy / ".venv/bin/tongbao"), "database", "stop"]
            subprocess.run(stop, cwd=copy, env=environment, capture_output=True, check=False)
    print(f"Without {' and '.join(gone)} everything stands.")


def _copy(copy: Path) -> None:
    """What git keeps or would keep; installed packages are shared."""
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for shared in (".venv", "storefront/node_modules"):
        if (ROOT / shared).exists():
            (copy / shared).symlink_to((ROOT / shared).resolve())
    compiled = (path for path in (ROOT / "tongbao").rglob("*.mo"))
    for path in compiled:
        target = copy / path.relative_to(ROOT)
        if target.parent.is_dir():
            shutil.copy2(path, target)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    subprocess.run(["git", "add", "--all"], cwd=copy, check=True, capture_output=True)


def _steps(copy: Path) -> list[tuple[str, list[str], Path]]:
    installed = copy / ".venv/bin"
    storefront = copy / "storefront"
    return [
        ("Lint", [str(installed / "ruff"), "check", "--quiet", "."], copy),
        ("Imports", [str(installed / "lint-imports"), "--no-logo", "--no-cache"], copy),
        ("The API's document", [str(installed / "tongbao"), "openapi", "storefront/openapi.json"], copy),
        ("Its codes", [str(installed / "python"), "-m", "tests.scenarios.test_codes_in_the_document"], copy),
        ("Storefront's pages", ["npm", "run", "--silent", "assemble"], storefront),
        ("Storefront's types", ["npm", "run", "--silent", "types"], storefront),
        ("Storefront's tests", ["npm", "run", "--silent", "test"], storefront),
        (
            "Migrations and tests",
            [str(installed / "python"), "-m", "pytest", "-q", "-n", "2", "-m", "not soak", *PROVEN],
            copy,
        ),
    ]


def _run(title: str, command: list[str], where: Path, environment: dict[str, str]) -> None:
    print(f"{title} …", end=" ", flush=True)
    begun = time.monotonic()
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    print(f"{time.monotonic() - begun:.0f} s", flush=True)
    if done.returncode:
        sys.exit(f"{done.stdout[-6_000:]}{done.stderr[-3_000:]}\n{title}: failed without these apps.")


if __name__ == "__main__":
    main()
