"""Members seen by what they are owed and owe."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class MemberAccount(Member):
    """A member as finance looks at one (会员账户): the same row, another page."""

    class Meta:
        proxy = True
        verbose_name = _("member's account")
        verbose_name_plural = _("members' accounts")
