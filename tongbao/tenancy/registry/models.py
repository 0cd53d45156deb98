"""The shared tables: which tenants there are and under which host names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin


class Tenant(TenantMixin):
    """One mall (租户): its own schema, roles, books and people."""

    title = models.CharField(_("title"), max_length=80)
    is_demo = models.BooleanField(_("demo"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    # Creation is a use case of its own (roles, grants, opening accounts), never a side effect of save().
    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^[a-z][a-z0-9_]{0,29}$"),
                name="registry_tenant_schema_name_is_plain",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Domain(DomainMixin):
    """A host name that leads to a tenant."""

    class Meta:
        verbose_name = _("host name")
        verbose_name_plural = _("host names")
