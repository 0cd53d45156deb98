"""The books as Django sees them: read only. The tables are made and written by ``sql/``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Asset(models.Model):
    id = models.SmallIntegerField(primary_key=True)
    code = models.TextField(_("code"))
    scale = models.SmallIntegerField(_("scale"))

    class Meta:
        managed = False
        db_table = "ledger_asset"
        verbose_name = _("asset")
        verbose_name_plural = _("assets")

    def __str__(self) -> str:
        return self.code


class LedgerAccount(models.Model):
    """账户"""

    id = models.BigIntegerField(primary_key=True)
    owner_kind = models.TextField(_("owner"))
    owner_id = models.BigIntegerField(_("owner number"))
    kind = models.TextField(_("kind"))
    detail = models.TextField(_("detail"))
    asset = models.ForeignKey(Asset, models.DO_NOTHING, verbose_name=_("asset"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        managed = False
        db_table = "ledger_account"
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        owner = "" if self.owner_kind == "platform" else f"{self.owner_kind} {self.owner_id} "
        return f"{owner}{self.kind}{'/' + self.detail if self.detail else ''}"


class BalanceRow(models.Model):
    """余额"""

    account = models.OneToOneField(
        LedgerAccount, models.DO_NOTHING, primary_key=True, verbose_name=_("account")
    )
    posted = models.BigIntegerField(_("posted"))
    held = models.BigIntegerField(_("held"))
    least = models.BigIntegerField(_("least"), null=True)
    most = models.BigIntegerField(_("most"), null=True)

    class Meta:
        managed = False
        db_table = "ledger_balance"
        verbose_name = _("balance")
        verbose_name_plural = _("balances")


class RequestRow(models.Model):
    batch = models.BigIntegerField(_("batch"), primary_key=True)
    key = models.TextField(_("key"))
    hash = models.BinaryField(_("hash"))
    outcome = models.TextField(_("outcome"))
    refusal = models.JSONField(_("refusal"), null=True)
    hold_id = models.BigIntegerField(_("hold"), null=True)
    booked_at = models.DateTimeField(_("booked at"))

    class Meta:
        managed = False
        db_table = "ledger_request"
        verbose_name = _("request")
        verbose_name_plural = _("requests")

    def __str__(self) -> str:
        return self.key


class TransferRow(models.Model):
    """转账"""

    pk = models.CompositePrimaryKey("batch_id", "position")
    batch = models.ForeignKey(RequestRow, models.DO_NOTHING, db_column="batch", verbose_name=_("batch"))
    position = models.IntegerField(_("position"))
    debit = models.ForeignKey(
        LedgerAccount, models.DO_NOTHING, db_column="debit", related_name="+", verbose_name=_("debit")
    )
    credit = models.ForeignKey(
        LedgerAccount, models.DO_NOTHING, db_column="credit", related_name="+", verbose_name=_("credit")
    )
    asset = models.ForeignKey(Asset, models.DO_NOTHING, verbose_name=_("asset"))
    amount = models.BigIntegerField(_("amount"))
    kind = models.TextField(_("kind"))
    subject = models.TextField(_("subject"))

    class Meta:
        managed = False
        db_table = "ledger_transfer"
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")


class AwardBatchRow(models.Model):
    """结算批次"""

    batch = models.BigIntegerField(_("batch"), primary_key=True)
    epoch = models.BigIntegerField(_("epoch"))
    first_order = models.BigIntegerField(_("first order"))
    last_order = models.BigIntegerField(_("last order"))
    orders = models.IntegerField(_("orders"))
    awards = models.IntegerField(_("awards"))
    amount = models.BigIntegerField(_("amount"))
    state = models.TextField(_("state"))
    booked_at = models.DateTimeField(_("booked at"))

    class Meta:
        managed = False
        db_table = "ledger_award_batch"
        verbose_name = _("batch of awards")
        verbose_name_plural = _("batches of awards")

    def __str__(self) -> str:
        return str(self.batch)


class HoldRow(models.Model):
    """冻结"""

    id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(LedgerAccount, models.DO_NOTHING, verbose_name=_("account"))
    amount = models.BigIntegerField(_("amount"))
    captured = models.BigIntegerField(_("captured"))
    state = models.TextField(_("state"))
    purpose = models.TextField(_("purpose"))
    placed_at = models.DateTimeField(_("placed at"))
    expires_at = models.DateTimeField(_("expires at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        managed = False
        db_table = "ledger_hold"
        verbose_name = _("hold")
        verbose_name_plural = _("holds")


class SealRow(models.Model):
    """封存"""

    size = models.BigIntegerField(_("entries"), primary_key=True)
    checkpoint = models.TextField(_("checkpoint"))
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        managed = False
        db_table = "ledger_seal"
        verbose_name = _("seal")
        verbose_name_plural = _("seals")


class LiabilityBoard(SealRow):
    """负债与储备: a page of the console, not a table of its own."""

    class Meta:
        proxy = True
        verbose_name = _("liabilities and reserve")
        verbose_name_plural = _("liabilities and reserve")
