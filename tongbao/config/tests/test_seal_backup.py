"""A backup that was taken while a seal was being made: what is restored goes on with the same log."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tongbao.config.backup import back_up, restore
from tongbao.config.tests.commands import tongbao
from tongbao.config.tests.test_backup import as_admin, award_wang, quiet
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors.seal_checks import verify_seals
from tongbao.ledger.selectors.seals import latest_seal, seal_of
from tongbao.ledger.services import post
from tongbao.ledger.services.seals import seal
from tongbao.tenancy.contexts import tenant_context

pytestmark = pytest.mark.slow
SEED = base64.b64encode(b"a key for tests, of 32 bytes ...").decode()


@contextmanager
def inside(access: DatabaseAccess) -> Iterator[None]:
    """Work in another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = access.name
    try:
        with tenant_context("lotus"):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before


def test_a_restore_from_a_backup_taken_mid_seal_continues_the_same_log(committed_tenant, tmp_path):
    here = committed_tenant.access
    there = dataclasses.replace(here, name=f"{here.name}_restored")
    file = tmp_path / "shop.dump"
    with override_settings(SEAL_KEY=SEED, SEAL_DIR=tmp_path / "seals"):
        award_wang(100)
        first = seal(now=clock.now())
        for amount in (200, 300, 400):
            award_wang(amount)
        in_the_middle, may_end = Event(), Event()

        def seal_slowly() -> None:
            with override_settings(SEAL_DIR=None), tenant_context("lotus"), transaction():
                seal(now=clock.now())
                in_the_middle.set()
                assert may_end.wait(timeout=60)
            connection.close()

        thread = Thread(target=seal_slowly)
        thread.start()
        try:
            assert in_the_middle.wait(timeout=30)
            back_up(access=here, path=file, say=quiet)
        finally:
            may_end.set()
            thread.join(timeout=30)
        original = seal(now=clock.now())
        assert original.size == first.size + 3
        try:
            restore(access=there, path=file, replace_existing=False, say=quiet)
            with inside(there):
                assert latest_seal() == first
                continued = seal(now=clock.now())
                # the same rows have the same places: what was published before the loss still holds
                assert (continued.size, continued.root) == (original.size, original.root)
                assert continued.checkpoint == original.checkpoint
                award_wang(500)
                later = seal(now=clock.now())
                assert later.size == original.size + 1
                assert seal_of(size=first.size).checkpoint == first.checkpoint
                assert list(verify_seals()) == []
        finally:
            with as_admin(there, "postgres") as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{there.name}" WITH (FORCE)')


def test_the_command_seals_proves_and_publishes(committed_tenant, tmp_path):
    gift = Transfer(
        debit=platform_account("opening"), credit=member_account(1, "cash"), amount=700, kind="opening", subject="wang"
    )
    post(request=Request(key="opening:1", transfers=(gift,)), now=clock.now()).require()
    more = {"TONGBAO_SEAL_KEY": SEED, "TONGBAO_SEAL_DIR": str(tmp_path / "seals")}
    done = tongbao("seal", "--tenant", "lotus", "--liabilities", access=committed_tenant.access, **more)
    assert done.returncode == 0, done.stderr
    assert "700 CNY (smallest units) owed to 1 owners" in done.stdout
    checkpoints = list((tmp_path / "seals/lotus/checkpoints").glob("*/*"))
    assert len(checkpoints) == 2
    checkpoints[0].unlink()
    again = tongbao("seal", "--tenant", "lotus", "--republish", access=committed_tenant.access, **more)
    assert again.returncode == 0, again.stderr
    assert checkpoints[0].exists()
    verified = tongbao("verify", "--tenant", "lotus", access=committed_tenant.access, **more)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_seal_key_that_is_none_is_refused_without_showing_it(committed_tenant):
    done = tongbao("seal", access=committed_tenant.access, TONGBAO_SEAL_KEY="my little secret")
    assert done.returncode != 0
    assert "TONGBAO_SEAL_KEY is not 32 bytes in base64" in done.stderr
    assert "my little secret" not in done.stderr
