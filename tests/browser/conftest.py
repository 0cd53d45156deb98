"""A real Chromium for the tests of pages.

``open_page(…)`` opens a page in a profile of its own; a script error or a failed request of any page fails the
test. ``shot(page, "name")`` keeps a picture under ``artefacts/screenshots/``. Without Chromium or a Chinese font
these tests fail and say what to install; they are never skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, Request, expect, sync_playwright

# Playwright runs an event loop in the test's thread, where Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
INSTALL = "Run `make browser` as root on Debian (or: apt install chromium fonts-wqy-microhei)"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Tenants of tests have names that no DNS knows.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
)
MOBILE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Page]
Shot = Callable[[Page, str], Path]


def find_chromium() -> str:
    """The browser's path. Fails the test with what to install if there is none."""
    chosen = os.environ.get("CHROMIUM")
    found = chosen or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and MAC.exists():
        found = str(MAC)
    if found is None:
        pytest.fail(
            f"There is no Chromium on this machine, and pages are tested in a real one. {INSTALL}, "
            "or set CHROMIUM to the path of a Chrome or Chromium.",
            pytrace=False,
        )
    return found


def check_fonts() -> None:
    """Fail the test if Chinese would show as empty boxes."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return
    fonts = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, text=True, check=False)
    if not fonts.stdout.strip():
        pytest.fail(f"There is no Chinese font on this machine. {INSTALL}.", pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once; every page gets a new profile."""
    path = find_chromium()
    check_fonts()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def note_requests(
    page: Page, problems: list[str], aborted: list[Callable[[], str]], expected: tuple[str, ...]
) -> None:
    """Take down what fails. What a document asked for and was cut off by its being left is no problem of the page's:

    that is known when the test ends, since events of the old and the new document come in any order.
    """
    asked: dict[Request, int] = {}
    documents, is_leaving = [0], [False]

    def ask(request: Request) -> None:
        is_leaving[0] |= request.is_navigation_request()
        asked[request] = documents[0]

    def arrive(frame: Frame) -> None:
        if frame == page.main_frame and is_leaving[0]:
            documents[0] += 1
            is_leaving[0] = False

    def fail(request: Request) -> None:
        said = f"request: {request.url} {request.failure}"
        if any(one in said for one in expected):
            return
        if "ERR_ABORTED" in said:
            document = asked.get(request, documents[0])
            aborted.append(lambda: said if document == documents[0] else "")
        else:
            problems.append(said)

    page.on("request", ask)
    page.on("framenavigated", arrive)
    page.on("requestfailed", fail)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """``open_page(MOBILE, locale="en-GB")``: a page whose errors fail the test when it ends.

    ``expected``: parts of what the console may say, as ``("422",)`` in a test of a refusal.
    """
    contexts, problems = [], []
    aborted: list[Callable[[], str]] = []

    def open_one(
        device: dict[str, Any] = MOBILE, *, locale: str = "zh-CN", expected: tuple[str, ...] = (), **more: Any
    ) -> Page:
        context = chromium.new_context(
            **{**device, "locale": locale, "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce", **more}
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on(
            "console",
            # A browser writes every refusal of a server into its console; a test that provokes one names it.
            lambda said: (
                problems.append(f"console: {said.text} {said.location.get('url', '')}")
                if said.type == "error" and not any(one in said.text for one in expected)
                else None
            ),
        )
        note_requests(page, problems, aborted, expected)
        # A dialog would wait for somebody to click.
        page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        return page

    yield open_one
    # What is still on its way when the test ends is cut off by closing: no problem of the page's.
    seen = problems + [said for one in aborted if (said := one())]
    for context in contexts:
        context.close()
    assert seen == []


@pytest.fixture(scope="session")
def shot() -> Shot:
    """Keep a picture of the whole page; returns where it lies."""

    def take(page: Page, name: str) -> Path:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTEFACTS / f"{name}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take


def overflows(page: Page) -> bool:
    """Whether a reader would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
