"""The members' API: signing in, oneself, the team, addresses, divisions."""

from tongbao.kit.api import router as new_router
from tongbao.members.api.addresses import router as addresses_router
from tongbao.members.api.auth import SESSION_COOKIE, MemberAuth
from tongbao.members.api.divisions import router as divisions_router
from tongbao.members.api.me import router as me_router
from tongbao.members.api.messages import router as messages_router
from tongbao.members.api.proofs import router as proofs_router
from tongbao.members.api.sign_in import router as sign_in_router
from tongbao.members.api.team import router as team_router

router = new_router(tag="members")
for part in (
    sign_in_router,
    me_router,
    messages_router,
    proofs_router,
    team_router,
    addresses_router,
    divisions_router,
):
    router.add_router("", part)

__all__ = ["SESSION_COOKIE", "MemberAuth", "router"]
