"""The attestation of the reserve: the bank's statement uploaded, and laid beside the books."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.errors import DomainError, Language
from tongbao.members.admin.base import actor_of
from tongbao.points import services
from tongbao.points.admin.base import shown_yuan
from tongbao.points.contracts import ReserveDay
from tongbao.points.models import BankStatement
from tongbao.points.policy.bank_statement import read_statement
from tongbao.points.selectors.attesting import attestation, check_new
from tongbao.tenancy.contracts import FINANCE, OWNER


def shown_difference(day: ReserveDay) -> SafeString:
    """What the bank has more; what it has less stands out by its sign and its colour."""
    less = day.difference_fen < 0
    text = f"{'−' if less else ''}{shown_yuan(abs(day.difference_fen))}"
    colour = "text-red-700 dark:text-red-400" if less else "text-green-700 dark:text-green-400"
    return format_html('<span class="font-semibold {}">{}</span>', colour, text)


def _language() -> Language:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


class StatementForm(forms.ModelForm):
    """A CSV file with date, amount and balance."""

    file = forms.FileField(
        label=_("Bank statement (CSV)"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
        help_text=_("Columns date, amount, balance and, if there is one, reference; UTF-8 or GB 18030."),
    )

    class Meta:
        model = BankStatement
        fields = ("file",)

    def clean_file(self) -> Any:
        """Readable to the last row, and new."""
        upload = self.cleaned_data["file"]
        content = upload.read()
        try:
            read_statement(content)
            check_new(content=content)
        except DomainError as error:
            raise forms.ValidationError(error.message(_language())) from error
        upload.seek(0)
        return upload


class BankStatementAdmin(ConsoleAdmin):
    """Statements, newest first; each beside the books, day by day."""

    list_display = (
        "file_name",
        "first_on",
        "last_on",
        "shown_closing",
        "shown_last_difference",
        "uploaded_by",
        "uploaded_at",
    )
    fields = (*list_display, "sha256", "shown_days")
    readonly_fields = fields
    act_roles = (OWNER, FINANCE)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **more: Any) -> Any:
        return super().get_form(request, obj, change, **more) if change else StatementForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("file",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    def save_model(self, request: HttpRequest, obj: BankStatement, form: Any, change: bool) -> None:
        """Written by the service; the page goes on with what it wrote."""
        upload = form.cleaned_data["file"]
        number = services.upload_statement(
            content=upload.read(), file_name=upload.name, actor=actor_of(request), now=clock.now()
        )
        obj.__dict__.update(BankStatement.objects.get(pk=number).__dict__)

    @display(description=_("closing balance"))
    def shown_closing(self, row: BankStatement) -> str:
        return shown_yuan(row.closing_fen)

    @display(description=_("difference"))
    def shown_last_difference(self, row: BankStatement) -> SafeString | str:
        found = attestation(statement_id=row.pk, days=1)
        return shown_difference(found.days[0]) if found else "—"

    @display(description=_("day by day"))
    def shown_days(self, row: BankStatement) -> SafeString | str:
        found = attestation(statement_id=row.pk)
        if found is None:
            return "—"
        rows = format_html_join(
            "",
            '<tr><td class="py-1 pr-6">{}</td><td class="pr-6">{}</td><td class="pr-6">{}</td><td>{}</td></tr>',
            (
                (day.on, shown_yuan(day.ledger_fen), shown_yuan(day.bank_fen), shown_difference(day))
                for day in found.days
            ),
        )
        return format_html(
            '<table class="tabular-nums"><thead><tr class="text-left"><th class="pr-6">{}</th><th class="pr-6">{}</th>'
            '<th class="pr-6">{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>'
            '<p class="mt-3">{}: {}. {}: {}</p>',
            _("day"),
            _("reserve in the books"),
            _("at the bank"),
            _("difference"),
            rows,
            _("Deposits, ever"),
            shown_yuan(found.deposits_fen),
            _("Equity pledge, never counted as cash"),
            shown_yuan(found.pledge_fen),
        )


site.register(BankStatement, BankStatementAdmin)
