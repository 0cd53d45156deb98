"""The tenant's outbox, schedules and rate windows."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """A past-tense fact, written in the transaction that made it true, handled at least once after it."""

    name = models.CharField(_("name"), max_length=80)
    payload = models.JSONField(_("payload"))
    emitted_at = models.DateTimeField(_("emitted at"), db_default=Now())
    handled_at = models.DateTimeField(_("handled at"), null=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        db_table = "kit_outbox_event"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(
                fields=["id"], name="kit_outbox_unhandled", condition=models.Q(handled_at__isnull=True)
            ),
        ]


class ScheduleRun(models.Model):
    """When a schedule last ran in this tenant; the conditional update on it decides who runs."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    last_run_at = models.DateTimeField(_("last run at"))

    class Meta:
        db_table = "kit_schedule_run"
        verbose_name = _("schedule run")
        verbose_name_plural = _("schedule runs")


class RateWindow(models.Model):
    """How often something was tried in a window of time."""

    key = models.CharField(max_length=160, primary_key=True)
    window_starts_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "kit_rate_window"
        verbose_name = _("rate window")
        verbose_name_plural = _("rate windows")
