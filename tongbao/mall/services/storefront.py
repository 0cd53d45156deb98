"""Saving a look of the storefront, and bringing an earlier one back. Every version is kept; the newest counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import AppEntry, Look, ProductTarget, StorefrontApps, StorefrontChanged
from tongbao.mall.models import StorefrontVersion
from tongbao.mall.policy.storefront import look_document, look_from, refused, targets
from tongbao.mall.selectors.storefront import current_look, reachable, saved_look, unknown_files
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

UNIQUE_VIOLATION = "23505"

_apps: list[StorefrontApps] = []


def use_storefront_apps(apps: StorefrontApps) -> None:
    """Say who knows the business apps; called once at start by the floor that finds them."""
    _apps[:] = [apps]


def storefront_apps() -> tuple[AppEntry, ...]:
    """The business apps that are on; none where nobody knows of any."""
    return tuple(entry for apps in _apps for entry in apps.entries())


def checked_look(*, document: object) -> Look:
    """The look that an operator wrote, if it can be shown as it stands.

    Raises LayoutInvalid (also for a picture that wasn't uploaded here, and for a target that isn't there),
    ColourTooLight.
    """
    look = look_from(document)
    files = list(look.files())
    missing = unknown_files(files=[file for _place, file in files])
    for place, file in files:
        if file in missing:
            raise refused(place, "upload the picture here first", "请先在此上传图片")
    there = reachable(look=look)
    for place, target in targets(look):
        if not there.has(target):
            if isinstance(target, ProductTarget):
                raise refused(place, f"there is no product {target.code}", f"没有商品{target.code}")
            raise refused(place, "there is no such category on show", "没有这个展示中的分类")
    return look


def save_storefront(*, document: object, based_on: int, actor: Actor, now: datetime) -> int:
    """Save a look as the next version and return its number; one that is the same makes no new version.

    ``based_on`` is the version that the writer opened: of two who save at once one is refused. Raises
    StorefrontChanged, and what ``checked_look`` raises.
    """
    return _keep(checked_look(document=document), based_on, actor, now, action="storefront.change")


def restore_storefront(*, number: int, based_on: int, actor: Actor, now: datetime) -> int:
    """Bring back the look of an earlier version as the newest one; 0 is the look that every mall begins with.

    Raises StorefrontVersionUnknown, StorefrontChanged.
    """
    look = saved_look(number=number).look
    return _keep(look, based_on, actor, now, action="storefront.restore", restored_from=number)


def _keep(
    look: Look, based_on: int, actor: Actor, now: datetime, *, action: str, restored_from: int | None = None
) -> int:
    with transaction():
        before = current_look()
        if before.number != based_on:
            raise StorefrontChanged(name=before.saved_by, number=before.number)
        if look == before.look:
            return before.number
        old, new = look_document(before.look), look_document(look)
        number = before.number + 1
        try:
            with transaction():
                StorefrontVersion.objects.create(
                    number=number, look=new, saved_at=now, saved_by=actor.name, restored_from=restored_from
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", "") != UNIQUE_VIOLATION:
                raise
            other = current_look()
            raise StorefrontChanged(name=other.saved_by, number=other.number) from error
        changed = [name for name in new if old[name] != new[name]]
        detail: dict[str, Any] = {
            "version": number,
            "before": {name: old[name] for name in changed},
            "after": {name: new[name] for name in changed},
        }
        if restored_from is not None:
            detail["restored_from"] = restored_from
        audit(AuditFact(actor=actor, action=action, subject="storefront", detail=detail), now=now)
    return number
