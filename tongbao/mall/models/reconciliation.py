"""The gateways' statements, and where they and the ledger disagree."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StatementEntry(models.Model):
    """One finished movement as a gateway stated it. Kept, so that days need not meet to match."""

    gateway = models.CharField(_("gateway"), max_length=32)
    kind = models.CharField(_("kind"), max_length=10)
    number = models.CharField(_("number"), max_length=64)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    gateway_reference = models.CharField(_("gateway's number"), max_length=80, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))
    stated_on = models.DateField(_("statement of"))

    class Meta:
        db_table = "mall_statement_entry"
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "kind", "number"], name="mall_statement_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ReconciliationRun(models.Model):
    """That a gateway's day was compared, and with what result; a rerun replaces the figures."""

    gateway = models.CharField(_("gateway"), max_length=32)
    day = models.DateField(_("day"))
    ran_at = models.DateTimeField(_("ran at"))
    stated = models.IntegerField(_("lines stated"))
    matched = models.IntegerField(_("matched"))
    differing = models.IntegerField(_("differing"))
    # How far the ledger's account was read; the next day goes on from there.
    last_batch = models.BigIntegerField()
    last_position = models.IntegerField()

    class Meta:
        db_table = "mall_reconciliation_run"
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-day", "gateway"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "day"], name="mall_reconciliation_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.day}"


class ReconciliationDifference(models.Model):
    """A movement on which gateway and ledger disagree, until a person or a later statement settles it."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing_here", _("missing here")
        MISSING_THERE = "missing_there", _("missing at the gateway")
        AMOUNT_DIFFERS = "amount_differs", _("amount differs")
        UNKNOWN_PAYMENT = "unknown_payment", _("unknown payment")

    class State(models.TextChoices):
        OPEN = "open", _("to be settled")
        CLEARED = "cleared", _("cleared by itself")
        RESOLVED = "resolved", _("resolved")

    gateway = models.CharField(_("gateway"), max_length=32)
    movement = models.CharField(_("movement"), max_length=10)
    number = models.CharField(_("number"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    there_fen = models.BigIntegerField(_("gateway says (fen)"))
    here_fen = models.BigIntegerField(_("ledger says (fen)"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    resolved_by = models.CharField(_("resolved by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        db_table = "mall_reconciliation_difference"
        verbose_name = _("reconciliation difference")
        verbose_name_plural = _("reconciliation differences")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "movement", "number", "kind"], name="mall_difference_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="mall_difference_ended_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
