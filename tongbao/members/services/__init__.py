"""Writes of members. Each function is one use case and one transaction; operators' actions are audited."""

from tongbao.members.services.addresses import add_address, change_address, delete_address, make_default
from tongbao.members.services.agents import appoint_agent, appoint_from_a_day_to_come, revoke_agent
from tongbao.members.services.codes import request_code
from tongbao.members.services.identity import reject_identity, submit_identity, verify_identity
from tongbao.members.services.imports import import_agents, import_members
from tongbao.members.services.life import close, freeze, set_active, unfreeze
from tongbao.members.services.messages import mark_read, tell
from tongbao.members.services.people import (
    change_phone,
    describe_member,
    log_in,
    register,
    reveal_phone,
    set_phone,
    sign_up,
)
from tongbao.members.services.rank_steps import grant_ranks
from tongbao.members.services.ranks import (
    grant_opening_rank,
    promote_by_purchase,
    promote_by_recruits,
    set_rank,
    take_back_rank,
)
from tongbao.members.services.sessions import authenticate, open_session, revoke_session, revoke_sessions
from tongbao.members.services.sms import use_sms_sender
from tongbao.members.services.sponsors import (
    MOVE_SPONSOR,
    move_sponsor,
    propose_sponsor_move,
    set_sponsor_at_first_order,
)
from tongbao.members.services.tidying import tidy
from tongbao.members.services.ways import (
    link_wechat,
    log_in_with_password,
    log_in_with_wechat,
    set_password,
    use_wechat,
    ways_to_sign_in,
)

__all__ = [
    "MOVE_SPONSOR",
    "add_address",
    "appoint_agent",
    "appoint_from_a_day_to_come",
    "authenticate",
    "change_address",
    "change_phone",
    "close",
    "delete_address",
    "describe_member",
    "freeze",
    "grant_opening_rank",
    "grant_ranks",
    "import_agents",
    "import_members",
    "link_wechat",
    "log_in",
    "log_in_with_password",
    "log_in_with_wechat",
    "make_default",
    "mark_read",
    "move_sponsor",
    "open_session",
    "promote_by_purchase",
    "promote_by_recruits",
    "propose_sponsor_move",
    "register",
    "reject_identity",
    "request_code",
    "reveal_phone",
    "revoke_agent",
    "revoke_session",
    "revoke_sessions",
    "set_active",
    "set_password",
    "set_phone",
    "set_rank",
    "set_sponsor_at_first_order",
    "sign_up",
    "submit_identity",
    "take_back_rank",
    "tell",
    "tidy",
    "unfreeze",
    "use_sms_sender",
    "use_wechat",
    "verify_identity",
    "ways_to_sign_in",
]
