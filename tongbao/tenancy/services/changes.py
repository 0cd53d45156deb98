"""Settings and app switches, always audited."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact, TenantSettings, UnknownSetting
from tongbao.tenancy.models import AppSwitch, Setting
from tongbao.tenancy.services.audit import audit


def change_settings(
    *, settings_class: type[TenantSettings], values: dict[str, Any], actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Change some of a package's settings in the current tenant; the others keep their values.

    Raises UnknownSetting for a name the class does not have, and whatever the class itself refuses.
    """
    known = {field.name for field in dataclasses.fields(settings_class)}
    for name in values:
        if name not in known:
            raise UnknownSetting(key=settings_class.key, name=name, known=", ".join(sorted(known)))
    with transaction():
        row, _ = Setting.objects.select_for_update().get_or_create(
            key=settings_class.key, defaults={"values": {}, "changed_at": now}
        )
        before = {name: row.values.get(name) for name in values}
        merged = {**row.values, **values}
        settings_class(**{k: tuple(v) if isinstance(v, list) else v for k, v in merged.items() if k in known})
        row.values, row.changed_at = merged, now
        row.save()
        audit(
            AuditFact(
                actor=actor,
                action="settings.change",
                subject=f"settings:{settings_class.key}",
                reason=reason,
                detail={"before": before, "after": values},
            ),
            now=now,
        )


def switch_app(*, app_key: str, is_on: bool, actor: Actor, now: datetime) -> None:
    """Switch a business app on or off in the current tenant."""
    with transaction():
        AppSwitch.objects.update_or_create(app_key=app_key, defaults={"is_on": is_on, "changed_at": now})
        audit(
            AuditFact(actor=actor, action="app.switch", subject=f"app:{app_key}", detail={"is_on": is_on}), now=now
        )
