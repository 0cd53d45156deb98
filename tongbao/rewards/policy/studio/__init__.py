"""What the plan studio shows, computed from texts alone. Pure."""

from tongbao.rewards.policy.studio.looking import Running, look_at
from tongbao.rewards.policy.studio.showing import finding_to_show, proof_to_show, witness_to_show
from tongbao.rewards.policy.studio.what_if import what_if

__all__ = ["Running", "finding_to_show", "look_at", "proof_to_show", "what_if", "witness_to_show"]
