"""The issuance planner as the owner uses it, in a real browser: type a batch, watch row and chart, download."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, MOBILE, overflows
from tests.browser.storefront import AXE
from tests.browser.test_console import FAVICON, PASSWORD
from tests.browser.test_plan_studio import known, loaded, url
from tests.browser.test_storefront_pages import RULES

pytestmark = pytest.mark.browser

__all__ = ["known", "url"]


@pytest.fixture
def planner(open_page, url, known) -> Callable[..., Page]:
    """``planner("brief")``: the page, begun from a plan of the house."""

    def go(
        preset: str = "brief", language: str = "zh-CN", size: dict[str, object] = DESKTOP, **more: object
    ) -> Page:
        page = open_page(size, **{**known, "locale": language, **more})
        page.route(FAVICON, lambda route: route.fulfill(status=204))
        page.goto(f"{url}/console/issuance/")
        if not known:
            page.fill("#id_username", "owner")
            page.fill("#id_password", PASSWORD)
            page.click("button[type=submit]")
        ready(page)
        known["storage_state"] = page.context.storage_state()
        if preset != "brief":
            page.select_option("#start", preset)
            page.click("#begin")
            ready(page)
        return page

    return go


def ready(page: Page) -> None:
    """Wait until the planner has looked at the newest batches."""
    expect(page.locator("#planner")).to_have_attribute("data-state", "ready")
    loaded(page)


def cells(page: Page, row: int) -> list[str]:
    return page.locator("#table-rows tr").nth(row - 1).locator("th, td").all_inner_texts()


def drawn(page: Page) -> str:
    """The path of the floor in the chart."""
    return page.locator("#charts figure").nth(2).locator(".l1").first.get_attribute("d") or ""


def test_a_batch_that_is_typed_changes_its_row_the_chart_and_the_words(planner, shot):
    page = planner("blank")
    assert cells(page, 1)[-2:] == ["0.000666", "0.100000"]
    expect(page.locator("#charts figure").nth(2).locator("rect:has(title)")).to_have_count(2)
    page.click("#add-batch")
    page.get_by_label("批次 2 销售额(元)").fill("3,000,000")
    page.get_by_label("批次 2.1 每元积分").fill("0.5")
    ready(page)
    # 300 000 yuan more in the reserve, and 1.5 million points
    assert cells(page, 2)[1:7] == [
        "3,000,000.00",
        "4,000,000.00",
        "300,000.00",
        "400,000.00",
        "1,500,000",
        "2,500,000",
    ]
    assert cells(page, 2)[-2:] == ["0.002666", "0.160000"]
    assert drawn(page).count("L") == 1  # the floor's line reaches the second batch
    expect(page.locator("#charts figure")).to_have_count(3)
    expect(page.get_by_test_id("said")).to_contain_text("先来者的天花板价由0.100000元/个升到0.160000元/个")
    page.get_by_label("批次 2.1 规则").select_option("seats")
    page.get_by_label("批次 2.1 名额").fill("20")
    page.get_by_label("批次 2.1 每个名额积分").fill("300000")
    ready(page)
    assert cells(page, 2)[5] == "6,000,000"
    # issuing four times as much dilutes the ceiling; the floor is where it was
    assert cells(page, 2)[-2:] == ["0.002666", "0.057142"]
    page.get_by_label("删除批次: 批次 2").click()
    ready(page)
    expect(page.locator("#table-rows tr")).to_have_count(1)
    assert not overflows(page)
    shot(page, "issuance-planner")


def test_a_mistake_is_shown_at_its_batch_and_nothing_can_be_downloaded(planner):
    page = planner()
    page.get_by_label("批次 3 销售额(元)").fill("-5")
    ready(page)
    expect(page.get_by_test_id("problems")).to_contain_text("批次 3")
    expect(page.get_by_test_id("problems")).to_contain_text("不能为负数")
    expect(page.locator("[data-batch='3']")).to_have_class("wrong")
    expect(page.locator("[data-download]").first).to_be_disabled()
    page.get_by_label("批次 3 销售额(元)").fill("5600000")
    ready(page)
    expect(page.locator("[data-download]").first).to_be_enabled()
    expect(page.locator("tr.wrong")).to_have_count(0)


def test_rights_cards_above_their_pool_are_refused_and_fit_with_fewer_seats(planner, shot):
    page = planner("brief-as-written")
    expect(page.get_by_test_id("problems")).to_contain_text("31,000,000")
    expect(page.locator("[data-batch='5']")).to_have_class("wrong")
    expect(page.get_by_test_id("pools")).to_contain_text("-1,000,000")
    expect(page.get_by_test_id("table")).to_be_hidden()  # no figures of another plan stand there
    shot(page, "issuance-planner-refused")
    page.get_by_label("批次 3.1 名额").fill("280")
    ready(page)
    expect(page.get_by_test_id("state")).to_have_text("各积分池与总量均可容纳。")
    expect(page.locator("#table-rows tr")).to_have_count(5)


def test_the_table_is_downloaded_with_exact_ratios(planner, tmp_path):
    page = planner(expected=("ERR_ABORTED",))  # a download ends the navigation that asked for it
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载CSV").click()
    file = tmp_path / "table.csv"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename == "issuance-brief.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["cumulative_fund_fen"] for row in rows][-1] == "724000000"
    assert (rows[2]["floor_fen_per_point_numerator"], rows[2]["floor_fen_per_point_denominator"]) == (
        "109",
        "25",
    )


def test_a_document_is_read_into_the_form_and_its_mistakes_are_told_by_line(planner):
    page = planner("four-quarters")
    page.locator("details summary").last.click()
    text = page.get_by_test_id("text")
    document = text.input_value()
    text.fill(document.replace('"0.75"', '"0"'))
    page.click("#read")
    expect(page.get_by_test_id("text-problems")).to_have_text(re.compile(r"^第\d+行: per_yuan为0"))
    text.fill(document.replace('"0.75"', '"0.8"'))
    page.click("#read")
    expect(page.get_by_label("批次 2.1 每元积分")).to_have_value("0.8")
    ready(page)
    expect(page.get_by_test_id("text-problems")).to_be_empty()


@pytest.mark.parametrize("size", [DESKTOP, MOBILE], ids=["desktop", "mobile"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_the_planner(planner, colours, size):
    page = planner(size=size, color_scheme=colours, bypass_csp=True)
    page.locator("details summary").last.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run('#planner', rules)", RULES)["violations"]
    assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]] == []
    assert not overflows(page)


def test_it_speaks_english_too(planner, shot):
    page = planner(language="en-US")
    expect(page.get_by_test_id("said")).to_contain_text(
        "For those who came earlier the ceiling is diluted from 0.100000 to 0.088617 yuan a point."
    )
    expect(page.get_by_role("button", name="Download CSV")).to_be_enabled()
    shot(page, "issuance-planner-english")
