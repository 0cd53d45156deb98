"""Props, members' machines, and what they gave."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class Prop(models.Model):
    """A kind of machine (矿机商品): so much a day, so many days; sold as a product of the mall, or given."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title_zh = models.CharField(_("name in Chinese"), max_length=60)
    title_en = models.CharField(_("name in English"), max_length=60)
    daily = models.BigIntegerField(_("daily output (1/10 000)"))
    days = models.PositiveIntegerField(_("days"))
    product_code = models.CharField(_("product code"), max_length=64, unique=True, null=True)
    is_on_offer = models.BooleanField(_("on offer"), default=True)
    created_at = models.DateTimeField(_("set at"))

    class Meta:
        db_table = "mining_prop"
        verbose_name = _("prop")
        verbose_name_plural = _("props")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(daily__gt=0, days__gt=0), name="mining_prop_gives")]

    def __str__(self) -> str:
        return self.title_zh


class Machine(models.Model):
    """A member's machine (矿机), with the output and the days that its prop had when it was bought.

    A bought one waits until its order's return window is over: what its days brought forth until then is given then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the return window")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        TAKEN_BACK = "taken_back", _("taken back")

    subject = models.CharField(max_length=80, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    # An index for each thing that a machine is found by, and no other: all of them are written with every output.
    prop = models.ForeignKey(Prop, models.PROTECT, related_name="+", db_index=False, verbose_name=_("prop"))
    order_id = models.BigIntegerField(_("order"), null=True)
    daily = models.BigIntegerField(_("daily output (1/10 000)"))
    days = models.PositiveIntegerField(_("days"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    started_at = models.DateTimeField(_("started at"))
    next_due_at = models.DateTimeField(_("next output at"))
    given_days = models.PositiveIntegerField(_("days given"), default=0)
    given = models.BigIntegerField(_("given (1/10 000)"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "mining_machine"
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], condition=Q(state="running"), name="mining_machine_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_days__lte=F("days")) & Q(given__gte=0), name="mining_machine_bounds"
            )
        ]


class Round(models.Model):
    """One turn of the job: the outputs that it gave, all in one transaction (产出批次)."""

    given_at = models.DateTimeField(_("given at"))
    outputs = models.IntegerField(_("outputs"))
    asked = models.BigIntegerField(_("asked for (1/10 000)"))
    granted = models.BigIntegerField(_("granted (1/10 000)"))

    class Meta:
        db_table = "mining_round"
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-id"]


class Output(models.Model):
    """What one whole day of a machine gave, once."""

    # Written by one statement out of the machines themselves, which nobody may delete: a look at each of a million
    # machines again would find nothing.
    machine = models.ForeignKey(
        Machine, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    day = models.PositiveIntegerField(_("day"))
    amount = models.BigIntegerField(_("amount (1/10 000)"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        db_table = "mining_output"
        constraints = [
            models.UniqueConstraint(fields=["machine", "day"], name="mining_output_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, day__gt=0), name="mining_output_bounds"),
        ]


class FreeClaim(models.Model):
    """A phone that has had the free machine, as a keyed hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()

    class Meta:
        db_table = "mining_free_claim"
