"""The console's operators, as a list. They are made with ``tongbao tenant operator``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.tenancy.contracts import OWNER


class OperatorAdmin(ConsoleAdmin):
    list_display = ("username", "shown_roles", "is_active", "last_login")
    fields = ("username", "shown_roles", "is_active", "last_login", "date_joined")
    readonly_fields = fields
    view_roles = (OWNER,)

    @display(description=_("roles"))
    def shown_roles(self, user: User) -> str:
        return ", ".join(user.groups.values_list("name", flat=True))


site.register(User, OperatorAdmin)
