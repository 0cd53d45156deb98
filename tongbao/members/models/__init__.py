"""The tables of members, in each tenant's schema."""

from tongbao.members.models.agents import RegionalAgent
from tongbao.members.models.identity import Address, IdentitySubmission
from tongbao.members.models.messages import Message
from tongbao.members.models.people import Member, SponsorChange
from tongbao.members.models.ranks import RankGrant, RankWitness
from tongbao.members.models.sign_in import MemberSession, PhoneCode, SignInKey, SmsMessage

__all__ = [
    "Address",
    "IdentitySubmission",
    "Member",
    "MemberSession",
    "Message",
    "PhoneCode",
    "RankGrant",
    "RankWitness",
    "RegionalAgent",
    "SignInKey",
    "SmsMessage",
    "SponsorChange",
]
