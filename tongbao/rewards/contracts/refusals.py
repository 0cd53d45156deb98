"""What rewards refuse, and what to do then."""

from __future__ import annotations

from typing import Any

from tongbao.kit.errors import DomainError, Language
from tongbao.members.contracts import word
from tongbao.money import format_yuan
from tongbao.rewards.contracts.words import state_title, step_title


class _InWords(DomainError):
    """A refusal that is said in yuan and in words: ``asked_fen`` is read as ``asked``, states by their titles."""

    def message(self, language: Language) -> str:
        said: dict[str, Any] = {}
        for name, value in self.values.items():
            if name.endswith("_fen"):
                said[name.removesuffix("_fen")] = format_yuan(value)
            elif name == "state":
                said[name] = state_title(value, language=language)
            elif name == "step":
                said[name] = step_title(value, language=language)
            else:
                said[name] = word(value, language=language) if name == "status" else value
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**said)


class PlanNotInForce(DomainError):
    code = "plan_not_in_force"
    status = 409
    message_en = "No version of plan {key} was in force at {at}. Publish one that begins before."
    message_zh = "{at}时方案{key}没有生效版本。请发布更早生效的版本。"


class PlanVersionTooEarly(DomainError):
    code = "plan_version_too_early"
    status = 409
    message_en = (
        "Plan {key} has version {version} from {latest}. Choose a time after it that is not in the past."
    )
    message_zh = "方案{key}的第{version}版自{latest}起生效。请选择在其之后、且不早于现在的时间。"


class SettlementMissing(DomainError):
    code = "settlement_missing"
    status = 409
    message_en = "Order {order_id} is not settled yet. It will be tried again."
    message_zh = "订单{order_id}尚未结算,系统将自动重试。"


class WithdrawalUnknown(DomainError):
    code = "withdrawal_unknown"
    status = 404
    message_en = "There is no withdrawal {number}. Check the number."
    message_zh = "没有提现{number}。请核对编号。"


class WithdrawalNotInState(_InWords):
    code = "withdrawal_not_in_state"
    status = 409
    message_en = "Withdrawal {number} is {state}, so it can't be {step} any more. Load the page again."
    message_zh = "提现{number}当前为{state},不能再{step}。请刷新页面。"


class WithdrawalKeyReused(DomainError):
    code = "withdrawal_key_reused"
    status = 409
    message_en = "This request key was used for another withdrawal. Use a new key for a new withdrawal."
    message_zh = "该请求编号已用于另一笔提现。新的提现请使用新编号。"


class AmountTooSmall(_InWords):
    code = "amount_too_small"
    status = 422
    message_en = "{asked} yuan is less than the least withdrawal of {least} yuan. Ask for more."
    message_zh = "{asked}元低于最低提现金额{least}元。请增加金额。"


class NothingLeftAfterCosts(_InWords):
    code = "nothing_left_after_costs"
    status = 422
    message_en = "Fee and tax would take all of {asked} yuan. Ask for more."
    message_zh = "手续费和税款将扣完{asked}元。请增加金额。"


class DailyLimitReached(_InWords):
    code = "daily_limit_reached"
    status = 409
    message_en = "{left} yuan may still be withdrawn today. Ask for less, or tomorrow."
    message_zh = "今日还可提现{left}元。请减少金额或明日再试。"


class IdentityNotVerified(DomainError):
    code = "identity_not_verified"
    status = 403
    message_en = "A withdrawal needs a verified identity. Submit yours first."
    message_zh = "提现前须完成实名认证。请先提交认证。"


class MemberMayNotWithdraw(_InWords):
    code = "member_may_not_withdraw"
    status = 403
    message_en = "This account is {status} and nothing can be withdrawn from it. Ask the service desk."
    message_zh = "账户当前为{status},不能提现。请联系客服。"


class OpeningBalanceKnown(DomainError):
    code = "opening_balance_known"
    status = 409
    message_en = "Member {key} has brought a balance before. Leave the line out."
    message_zh = "会员{key}的期初余额此前已导入。请删除该行。"


class PoolTooSmall(DomainError):
    code = "pool_too_small"
    status = 409
    message_en = "Pool {pool} has {left} points left, {asked} were to come out of it. Name another pool."
    message_zh = "积分池{pool}只剩{left}积分,需要{asked}。请改用其他积分池。"


class AdjustmentNotValid(DomainError):
    code = "adjustment_not_valid"
    status = 422
    message_en = "An adjustment needs an amount: {why_en}. Correct it."
    message_zh = "调整金额无效:{why_zh}。请修改。"
