"""What a member's invitation poster says."""

from __future__ import annotations

from django.core.files.storage import default_storage

from tongbao.mall.policy.poster import Poster, PosterLanguage
from tongbao.mall.selectors.storefront import current_look
from tongbao.members import selectors as members
from tongbao.members.contracts import MembersSettings
from tongbao.members.policy.invitations import invitation_link
from tongbao.members.policy.people import mask_name
from tongbao.tenancy.selectors import current_tenant, tenant_settings


def poster_of(*, member_id: int, origin: str, language: PosterLanguage) -> Poster:
    """The mall as it looks now and the member as strangers see them. Raises MemberUnknown."""
    facts, look = members.member(member_id=member_id), current_look().look
    name = look.name or current_tenant().title
    return Poster(
        mall_name=(look.name_en or name) if language == "en" else name,
        colour=look.colour,
        member_name=mask_name(facts.name) or facts.phone_masked,
        invite_code=facts.invite_code,
        link=invitation_link(
            origin=origin,
            path=tenant_settings(MembersSettings).invitation_path,
            invite_code=facts.invite_code,
        ),
        language=language,
        logo=_read(look.logo),
    )


def _read(file: str) -> bytes:
    """The bytes of the logo. A file that is lost leaves the poster without one."""
    if not file:
        return b""
    try:
        with default_storage.open(file) as stored:
            return bytes(stored.read())
    except OSError:
        return b""
