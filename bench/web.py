"""The storefront on a slow phone and a slow line, beside a page without any script, in the same run.

    make bench NAME=web ARGS='--runs 5'

A mall of its own (``var/bench``), the web server as a process of its own, a real Chromium: 390×844, processor
slowed four times, the line as Chromium's tools call it "slow 4G" (1.44 Mbit/s down, 0.675 up, 562.5 ms for each way
and back). Every run has a profile of its own. Medians of:

- ``first_paint_ms``: first contentful paint of the home page;
- ``goods_ms``: the first product can be read;
- ``bytes_script_and_style``: what script and style of the first view weigh on the line, and ``bytes`` all of it;
- ``tap_to_product_ms``: from the tap on a product until its page can be read (the line is asked once);
- ``tap_answered_ms``: the longest that a tap waited for the next picture (event timing, as "interaction to next
  paint");
- ``again_first_paint_ms``: the same page opened again with what the browser kept.

The yardstick is ``/disclosure`` of the same mall: one page from the server, one stylesheet, no script. No other mall's
storefront is measured. Two were looked at: ShopXO's pages come from PHP with MySQL; newbee-mall's H5 page (Vue 3, Vant)
asks a foreign host for its goods, its pictures and its icons' style, and its own backend is Java with MySQL. What could
be built of them without those isn't what their visitors see.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TONGBAO_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
os.environ.setdefault("TONGBAO_HOSTS", "*")
os.environ.setdefault("TONGBAO_LOG_LEVEL", "WARNING")
# Playwright runs an event loop in this thread, where Django would refuse to use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.browser.conftest import FLAGS, MOBILE, find_chromium  # noqa: E402
from tongbao.config.demo import goods, run  # noqa: E402
from tongbao.config.demo.stage import Mall, Stage  # noqa: E402
from tongbao.config.processes import Processes, free_port  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

MALL = Mall(schema_name="benchweb", title_zh="测速商城", title_en="Bench Mall", hosts=("bench.localhost",))
SLOWER = 4
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_440_000 / 8,
    "uploadThroughput": 675_000 / 8,
}
PATIENCE_MS = 60_000
# Kept by the browser while the page loads; read at the end.
WATCH = """
window.longest = 0
const keep = one => { window.longest = Math.max(window.longest, one.duration) }
new PerformanceObserver(list => list.getEntries().forEach(keep))
  .observe({ type: 'event', durationThreshold: 16, buffered: true })
"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
WEIGHT = """() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
  .map(one => [one.name, one.transferSize])"""


def main() -> None:
    arguments = _arguments()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=MALL.schema_name)
    create_tenant(schema_name=MALL.schema_name, title=MALL.title_zh, hosts=MALL.hosts, is_demo=True)
    port = free_port()
    with Processes(log_dir=Path(settings.VAR_DIR) / "log") as processes:
        environment = run.gateway_environment(run.start_gateway(processes, port=free_port()))
        os.environ.update(environment)
        run.start_web(processes, port=port, environment=environment)
        with tenant_context(MALL.schema_name):
            stage = Stage(mall=MALL, port=port)
            stage.open()
            goods.stock_lotus(now=stage.now())
        address = f"http://{MALL.hosts[0]}:{port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
            storefront = [_home(browser, address) for _ in range(arguments.runs)]
            plain = [_plain(browser, address) for _ in range(arguments.runs)]
    _report(arguments.runs, storefront, plain)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _slow_page(browser: Browser) -> Page:
    """A page in a profile of its own, on a slow phone and a slow line."""
    context = browser.new_context(**MOBILE, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def _home(browser: Browser, address: str) -> dict[str, float]:
    page = _slow_page(browser)
    page.goto(f"{address}/", wait_until="commit")
    page.get_by_test_id("product-pack-198").wait_for()
    goods_ms = page.evaluate("performance.now()")
    weight: list[tuple[str, int]] = page.evaluate(WEIGHT)
    found = {
        "first_paint_ms": page.evaluate(PAINT),
        "goods_ms": goods_ms,
        "bytes": sum(size for _, size in weight),
        "bytes_script_and_style": sum(size for name, size in weight if name.endswith((".js", ".css"))),
    }
    began = page.evaluate("performance.now()")
    page.get_by_test_id("product-pack-198").tap()
    page.get_by_test_id("gifts").wait_for()
    found["tap_to_product_ms"] = page.evaluate("performance.now()") - began
    found["tap_answered_ms"] = page.evaluate("window.longest")
    page.goto(f"{address}/", wait_until="commit")
    page.get_by_test_id("product-pack-198").wait_for()
    found["again_first_paint_ms"] = page.evaluate(PAINT)
    page.context.close()
    return found


def _plain(browser: Browser, address: str) -> dict[str, float]:
    page = _slow_page(browser)
    page.goto(f"{address}/disclosure", wait_until="load")
    weight: list[tuple[str, int]] = page.evaluate(WEIGHT)
    found = {"first_paint_ms": page.evaluate(PAINT), "bytes": sum(size for _, size in weight)}
    page.context.close()
    return found


def _report(runs: int, storefront: list[dict[str, float]], plain: list[dict[str, float]]) -> None:
    def medians(found: list[dict[str, Any]]) -> dict[str, int]:
        return {key: round(statistics.median(one[key] for one in found)) for key in found[0]}

    mine, yardstick = medians(storefront), medians(plain)
    for key, value in mine.items():
        print(
            f"  {key:<24} {value:>9,}" + (f"   plain page {yardstick[key]:>9,}" if key in yardstick else "")
        )
    ratio = round(mine["first_paint_ms"] / yardstick["first_paint_ms"], 2)
    print(json.dumps({"bench": "web", "runs": runs, **mine, "plain": yardstick, "first_paint_ratio": ratio}))


if __name__ == "__main__":
    main()
