"""What the tests of the storefront share: the mall at work, signing in, every page with something on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.scenarios.conftest import World, running_world
from tests.scenarios.customers import Customer, code_for, join
from tongbao.config.demo import goods
from tongbao.config.demo.stage import Mall, Stage
from tongbao.config.provisioning import as_migrator
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.members.models import Member
from tongbao.tenancy.registry.models import Domain, Tenant

ROOT = Path(__file__).resolve().parents[2]
# A worker of a browser wants https or this machine: the mall has a name below localhost too.
LOTUS = Mall(
    schema_name="lotus", title_zh="莲花商城", title_en="Lotus Mall", hosts=("lotus.test", "lotus.localhost")
)
AXE = ROOT / "storefront" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A mall with a storefront that a browser can reach."""

    world: World
    stage: Stage
    address: str

    @contextmanager
    def member(self, *, name: str) -> Iterator[Customer]:
        """Somebody who has an account and an address."""
        with self.world.client(LOTUS.hosts[0]) as client:
            yield join(client, name=name)


@contextmanager
def named_below_localhost(access: DatabaseAccess) -> Iterator[None]:
    """Give the mall its second name: it was made with the first alone."""
    with as_migrator(access):
        mall = Tenant.objects.get(schema_name=LOTUS.schema_name)
        for host in LOTUS.hosts[1:]:
            Domain.objects.create(domain=host, tenant=mall, is_primary=False)
    yield


@contextmanager
def open_shop(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]], *, log_dir: Path
) -> Iterator[Shop]:
    """Start database, provider and web server; sell three packs and four goods."""
    with (
        new_database() as access,
        named_below_localhost(access),
        running_world(access, log_dir=log_dir) as world,
        world.open(LOTUS) as stage,
    ):
        goods.stock_lotus(now=stage.now())
        yield Shop(world=world, stage=stage, address=f"http://{LOTUS.hosts[0]}:{world.port}")


def by(page: Page, name: str) -> Locator:
    """The one that is shown: pages that were left stay in the document, hidden."""
    return page.locator(f"[data-testid='{name}']:visible")


def write(page: Page, field: str, text: str) -> None:
    """Fill a field of the page that is shown.

    uni's fields tell the page what was typed once in a tenth of a second; no thumb is on the button before that.
    """
    by(page, f"field-{field}").locator("input,textarea").fill(text)
    page.wait_for_timeout(150)


def phone_of(customer: Customer) -> str:
    """The number that a customer signs in with."""
    return str(Member.objects.get(number=customer.done("GET", "/me")["number"]).phone)


def sign_in(page: Page, phone: str) -> None:
    """A phone number, the code that was sent to it, the tick, in."""
    write(page, "phone", phone)
    by(page, "send-code").click()
    expect(by(page, "code-sent")).to_be_visible()
    write(page, "code", code_for(phone))
    by(page, "agree").click()
    by(page, "enter").click()
    expect(by(page, "enter")).to_have_count(0)


def every_page() -> tuple[str, ...]:
    """The paths of all pages, those of apps too, as the build has them."""
    declared = json.loads((ROOT / "storefront" / "src" / "pages.json").read_text(encoding="utf-8"))
    paths = [page["path"] for page in declared["pages"]]
    paths += [f"{part['root']}/{page['path']}" for part in declared["subPackages"] for page in part["pages"]]
    return tuple(paths)


def settled(page: Page) -> None:
    """Wait until a page shows what it has to show: no bone of a skeleton is left."""
    page.wait_for_load_state("networkidle")
    expect(by(page, "skeleton")).to_have_count(0)
