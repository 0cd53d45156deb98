"""The plan studio as the owner uses it, in a real browser: write, look, try out, sign, publish, disclose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, MOBILE, overflows
from tests.browser.test_console import FAVICON, PASSWORD
from tongbao.config.demo.run import MAIN
from tongbao.config.messages import compile_messages
from tongbao.config.processes import Processes, answers, free_port
from tongbao.config.tests.commands import environment_for
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

pytestmark = pytest.mark.browser

STATEMENT = "我已逐条阅读上述问题,并对发布承担责任。"


@pytest.fixture(scope="module")
def url(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A mall with an owner, served by the real web server."""
    compile_messages()
    with new_database() as access, Processes(tmp_path_factory.mktemp("log")) as children:
        with tenant_context("lotus"):
            create_operator(
                username="owner", password=PASSWORD, role="owner", now=clock.now(), actor=Actor.system()
            )
        port = free_port()
        children.start(
            "web",
            *MAIN,
            "serve",
            "--port",
            str(port),
            environment=environment_for(access, TONGBAO_HOSTS="*"),
            ready=answers(f"http://127.0.0.1:{port}/healthz"),
        )
        yield f"http://lotus.test:{port}"


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """The owner's session, once somebody has signed in: sign-ins are limited in number."""
    return {}


@pytest.fixture
def studio(open_page, url, known) -> Callable[..., Page]:
    """``studio("gift-pack")``: the editor on a new draft that was begun from a preset."""

    def go(preset: str, **more: object) -> Page:
        page = open_page(DESKTOP, **known, **more)
        page.route(FAVICON, lambda route: route.fulfill(status=204))
        page.goto(f"{url}/console/rewards/plandraft/")
        if not known:
            page.fill("#id_username", "owner")
            page.fill("#id_password", PASSWORD)
            page.click("button[type=submit]")
        loaded(page)
        page.locator(f"[data-preset='preset:{preset}'] button").click()
        ready(page)
        known["storage_state"] = page.context.storage_state()
        return page

    return go


def loaded(page: Page) -> None:
    """Wait for the last font too: a request that a next page cuts off would count as failed."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => true)")


def ready(page: Page) -> None:
    """Wait until the studio has looked at the newest text."""
    expect(page.locator("#studio")).to_have_attribute("data-state", "ready")
    loaded(page)


def text(page: Page) -> str:
    return page.locator("#document").input_value()


def write(page: Page, document: str) -> None:
    """Put a text into the editor as if it were typed."""
    page.locator("#document").fill(document)
    expect(page.get_by_test_id("saved")).to_have_text("尚未保存")
    ready(page)


def replace(page: Page, old: str, new: str) -> None:
    before = text(page)
    assert before.count(old) == 1
    write(page, before.replace(old, new))


def money(page: Page, person: str) -> Locator:
    return page.locator(f"#chain [data-person='{person}'] [data-amount]")


def test_the_owner_begins_from_the_gift_pack_and_reads_what_it_says_proves_and_breaks(studio, shot):
    page = studio("gift-pack")
    expect(page.get_by_test_id("sentences")).to_contain_text("12%")
    expect(page.get_by_test_id("worst")).to_have_text("55%")
    expect(page.get_by_test_id("lint")).to_contain_text("不构成法律意见")
    expect(page.locator("[data-finding=CN4]")).to_be_visible()
    expect(page.get_by_test_id("difference")).to_contain_text("v1")
    expect(page.get_by_test_id("state")).to_contain_text("书面签署")
    assert not overflows(page)
    shot(page, "plan-studio")
    page.locator("#jurisdiction").select_option("US")
    ready(page)
    expect(page.locator("[data-finding=CN4]")).to_have_count(0)


def test_a_wrong_key_is_shown_at_its_line_with_what_to_write_and_a_click_goes_there(studio, shot):
    page = studio("gift-pack")
    lines = text(page).split("\n")
    at = next(number for number, line in enumerate(lines, start=1) if line.strip() == "rate: 12%")
    replace(page, "    rate: 12%", "    rat: 12%")
    problem = page.get_by_test_id("problems").get_by_role("button").filter(has_text=f"{at}:")
    expect(problem.first).to_contain_text("rate")
    expect(page.locator(f"#gutter [data-line='{at}']")).to_have_class("wrong")
    shot(page, "plan-studio-wrong-key")
    problem.first.click()
    selected = page.evaluate(
        "() => { const t = document.getElementById('document');"
        " return t.value.slice(0, t.selectionStart).split('\\n').length }"
    )
    assert selected == at
    assert page.evaluate("document.activeElement.id") == "document"


def test_a_click_on_a_sponsor_changes_the_rank_and_the_money(studio, shot):
    page = studio("gift-pack")
    expect(money(page, "sponsor-1")).to_have_text("23.76")
    page.locator("#chain [data-focus=sponsor-0]").click()
    expect(money(page, "sponsor-1")).to_have_text("43.56 = 23.76 + 19.80")
    expect(page.locator("#chain [data-person=sponsor-1]")).to_contain_text("您是买家的直接推荐人")
    # county, city and province earn 4 %, 2 % and 2 % by gaps
    expect(page.get_by_test_id("total")).to_have_text("59.40 (30%)")
    expect(page.get_by_test_id("bound")).to_have_text("108.90 (55%)")
    expect(page.get_by_test_id("platform")).to_have_text("138.60")
    lines = page.locator("#chain .said").all_text_contents()
    assert not [line for line in lines if line[0] in ",。;:%"]
    shot(page, "plan-studio-what-if")

    page.locator("#chain [data-focus=agent-province]").click()
    expect(page.get_by_test_id("total")).to_have_text("55.44 (28%)")
    page.fill("#amount-net", "398")
    expect(money(page, "sponsor-1")).to_have_text("87.56 = 47.76 + 39.80")
    page.fill("#amount-net", "198.005")
    expect(page.get_by_test_id("outcome").get_by_role("alert")).to_be_visible()


def test_the_chain_is_drawn_with_the_keyboard_alone(studio):
    page = studio("gift-pack")
    first = page.locator("#chain [data-focus=sponsor-0]")
    first.focus()
    page.keyboard.press("ArrowUp")
    expect(money(page, "sponsor-1")).to_have_text("43.56 = 23.76 + 19.80")
    expect(first).to_be_focused()
    page.keyboard.press("a")
    expect(money(page, "sponsor-1")).to_have_text("0.00")
    page.keyboard.press("a")
    expect(money(page, "sponsor-1")).to_have_text("43.56 = 23.76 + 19.80")
    page.keyboard.press("ArrowDown")
    expect(money(page, "sponsor-1")).to_have_text("23.76")
    page.keyboard.press("Delete")
    expect(page.locator("#chain .sponsor")).to_have_count(2)
    page.get_by_role("button", name="推荐人", exact=False).filter(has_text="+").click()
    expect(page.locator("#chain .sponsor")).to_have_count(3)


def test_what_a_clause_asks_of_a_sponsor_is_typed_beside_the_chain(studio):
    page = studio("unilevel")
    expect(money(page, "sponsor-1")).to_have_text("0.00")
    # one recruit opens the first level of 8 %, two open the second of 6 %
    page.get_by_label("直推人数 1").fill("1")
    expect(money(page, "sponsor-1")).to_have_text("15.84")
    page.get_by_label("直推人数 2").fill("1")
    expect(money(page, "sponsor-2")).to_have_text("0.00")
    page.get_by_label("直推人数 2").fill("2")
    expect(money(page, "sponsor-2")).to_have_text("11.88")


def test_the_worst_case_is_drawn_with_one_click(studio):
    page = studio("gift-pack")
    page.locator("#draw-worst").click()
    bound = page.get_by_test_id("bound")
    expect(page.get_by_test_id("total")).to_contain_text("(55%)")
    assert page.get_by_test_id("total").inner_text() == bound.inner_text()


def test_a_text_is_saved_by_the_keyboard_and_an_earlier_one_comes_back(studio):
    page = studio("compliant")
    before = text(page)
    write(page, before + "# a note of mine\n")
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("saved")).to_contain_text("2")
    page.reload()
    ready(page)
    assert text(page).endswith("# a note of mine\n")
    page.get_by_text("历史文本").click()
    page.locator("[data-restore='1']").click()
    expect(page.locator("#studio")).to_have_attribute("data-revision", "3")
    assert text(page) == before


def test_a_plan_above_its_budget_can_not_be_published(studio, shot):
    page = studio("gift-pack")
    replace(page, "pairs: highest", "pairs: every")
    expect(page.get_by_test_id("worst")).to_have_text("65%")
    expect(page.get_by_test_id("state")).to_contain_text("不能发布")
    page.keyboard.press("Control+s")
    expect(page.locator("#studio")).to_have_attribute("data-revision", "2")
    page.locator("#publish").click()
    loaded(page)
    expect(page.get_by_test_id("not-publishable")).to_be_visible()
    expect(page.get_by_test_id("publish-form")).to_have_count(0)
    shot(page, "plan-studio-over-budget")


def test_a_plan_is_signed_for_published_and_read_by_everyone(studio, open_page, url, shot):
    page = studio("gift-pack")
    replace(page, "    rate: 12%", "    rate: 6%")
    page.locator("#draft-title").fill("直推降为6%")
    page.keyboard.press("Control+s")
    expect(page.locator("#studio")).to_have_attribute("data-revision", "2")
    page.locator("#publish").click()
    loaded(page)
    dry_run = page.get_by_test_id("dry-run")
    expect(dry_run).to_contain_text("v2")
    expect(dry_run).to_contain_text("49%")
    expect(page.get_by_test_id("changes")).to_contain_text("6%")

    # without a name and a statement nothing is published
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_test_id("refusal")).to_contain_text("CN4")
    loaded(page)
    shot(page, "plan-studio-needs-sign-off")

    page.fill("[name=name]", "王强")
    page.fill("[name=statement]", STATEMENT)
    shot(page, "plan-studio-sign-off")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(f"{url}/console/rewards/planversion/4/change/")
    expect(page.get_by_text("王强").first).to_be_visible()
    loaded(page)
    shot(page, "plan-version-signed")

    reader = open_page(MOBILE)
    reader.route(FAVICON, lambda route: route.fulfill(status=204))
    reader.goto(f"{url}/disclosure/")
    plan = reader.get_by_test_id("plan-gift-pack")
    expect(plan).to_contain_text("55%")
    expect(plan).to_contain_text("王强")
    expect(plan).to_contain_text(STATEMENT)
    assert not overflows(reader)
    shot(reader, "disclosure")
    reader.get_by_role("link", name="English").click()
    expect(reader.get_by_test_id("plan-gift-pack")).to_contain_text("Gift pack membership")
    shot(reader, "disclosure-en")


def test_an_english_reader_works_in_english(studio, shot):
    page = studio("gift-pack", locale="en-GB")
    expect(page.get_by_test_id("sentences")).to_contain_text("nearest sponsor")
    expect(page.get_by_test_id("lint")).to_contain_text("not legal advice")
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    shot(page, "plan-studio-en")


def test_the_version_page_leads_into_the_studio(studio, url, shot):
    page = studio("compliant")
    page.get_by_role("link", name="全部草稿").click()
    loaded(page)
    expect(page.get_by_test_id("drafts")).to_contain_text("合规推荐")
    assert not overflows(page)
    shot(page, "plan-studio-home")
    page.goto(f"{url}/console/rewards/planversion/1/change/")
    loaded(page)
    page.locator("a, button").filter(has_text="修改此方案").filter(visible=True).first.click()
    page.locator("#dialog button[type=submit]").click()
    page.wait_for_url("**/plandraft/**")
    ready(page)
    assert "plan: " in text(page)
