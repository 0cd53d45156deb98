"""The outbox of text messages: what the built-in sender has "sent"."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.models import SmsMessage
from tongbao.members.policy.people import mask_phone
from tongbao.tenancy.contracts import OWNER, SERVICE


class SmsMessageAdmin(ConsoleAdmin):
    """Text messages, newest first."""

    view_roles = (OWNER, SERVICE)
    list_display = ("written_at", "shown_phone", "text", "purpose")
    list_display_links = None
    list_filter = ("purpose", "written_at")
    search_fields = ("=phone",)
    search_help_text = _("The whole phone")
    show_facets = False
    fields = ("written_at", "shown_phone", "text", "purpose")
    readonly_fields = ("shown_phone",)

    @display(description=_("mobile phone"))
    def shown_phone(self, message: SmsMessage) -> str:
        return mask_phone(message.phone)


site.register(SmsMessage, SmsMessageAdmin)
