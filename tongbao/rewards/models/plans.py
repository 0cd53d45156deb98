"""Plans as they were published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanVersion(models.Model):
    """One version of a plan (方案版本): added, never changed. An order keeps the version it was paid under."""

    key = models.CharField(_("plan"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    document = models.TextField(_("document"))
    sha256 = models.CharField(_("digest"), max_length=64)
    worst_case_bp = models.PositiveIntegerField(_("worst case (bp)"))
    budget_bp = models.PositiveIntegerField(_("budget (bp)"))
    effective_from = models.DateTimeField(_("in force from"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.CharField(_("published by"), max_length=150)

    class Meta:
        db_table = "rewards_plan_version"
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="rewards_plan_version_once"),
            models.UniqueConstraint(fields=["key", "effective_from"], name="rewards_plan_version_one_begin"),
            models.CheckConstraint(
                condition=models.Q(worst_case_bp__lte=models.F("budget_bp")),
                name="rewards_plan_version_within_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
