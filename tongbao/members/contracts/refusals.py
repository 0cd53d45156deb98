"""The refusals of this package, by name."""

from __future__ import annotations

from tongbao.kit.errors import DomainError, Language, NotFound
from tongbao.members.contracts.words import word


class _WithWords(DomainError):
    """A refusal some of whose values are fixed words, said in the reader's language."""

    WORDS = ("before", "after", "state", "step", "what", "level")

    def message(self, language: Language) -> str:
        said = {
            name: word(value, language=language) if name in self.WORDS else value
            for name, value in self.values.items()
        }
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**said)


class PhoneNotValid(DomainError):
    code = "phone_not_valid"
    status = 422
    message_en = "This is not a mainland mobile number. Give its 11 digits."
    message_zh = "手机号格式不正确。请输入11位大陆手机号。"


class PhoneTaken(DomainError):
    code = "phone_taken"
    status = 409
    message_en = "There is an account with this phone already. Log in instead."
    message_zh = "该手机号已注册。请直接登录。"


class NotRegistered(DomainError):
    code = "not_registered"
    status = 404
    message_en = "There is no account with this phone yet. Sign up with the same code."
    message_zh = "该手机号尚未注册。请用同一验证码注册。"


class CodeAskedTooOften(DomainError):
    code = "code_asked_too_often"
    status = 429
    message_en = "Codes were asked for too often. Wait {wait_seconds} seconds and ask again."
    message_zh = "获取验证码过于频繁。请等待{wait_seconds}秒后再试。"


class TriedTooOften(DomainError):
    code = "tried_too_often"
    status = 429
    message_en = "Too many tries from here. Wait {wait_seconds} seconds and try again."
    message_zh = "尝试次数过多。请等待{wait_seconds}秒后再试。"


class PasswordNotValid(DomainError):
    code = "password_not_valid"
    status = 422
    message_en = "This password can't be used: {why_en}."
    message_zh = "该密码不可用:{why_zh}。"


class PhoneOrPasswordWrong(DomainError):
    """Also where nobody has the phone, or has no password: the answer teaches nothing."""

    code = "phone_or_password_wrong"
    status = 422
    message_en = "The phone or the password is wrong. Check both, or sign in with a code."
    message_zh = "手机号或密码错误。请核对,或使用验证码登录。"


class SignInWayOff(DomainError):
    code = "sign_in_way_off"
    status = 403
    message_en = "This mall doesn't offer that way to sign in. Sign in with a code."
    message_zh = "本店未开通该登录方式。请使用验证码登录。"


class WeChatRefused(DomainError):
    code = "wechat_refused"
    status = 422
    message_en = "WeChat doesn't know this sign-in ({why}). Try again, or sign in with a code."
    message_zh = "微信登录未通过({why})。请重试,或使用验证码登录。"


class WeChatNotThere(DomainError):
    code = "wechat_not_there"
    status = 503
    message_en = "WeChat doesn't answer. Try again in a moment, or sign in with a code."
    message_zh = "微信暂无响应。请稍后再试,或使用验证码登录。"


class WeChatNotLinked(DomainError):
    code = "wechat_not_linked"
    status = 409
    message_en = "Nobody here has this WeChat account yet. Sign in with your phone once."
    message_zh = "该微信尚未绑定会员。请先用手机号登录一次。"


class WeChatTaken(DomainError):
    code = "wechat_taken"
    status = 409
    message_en = "This WeChat account belongs to another member. Sign in as that member."
    message_zh = "该微信已绑定其他会员。请以该会员身份登录。"


class CodeNotValid(DomainError):
    """Wrong, ended, used up or never sent: the answer is the same, so that it teaches nothing."""

    code = "code_not_valid"
    status = 422
    message_en = "The code is wrong or no longer works. Check it, or ask for a new one."
    message_zh = "验证码错误或已失效。请核对,或重新获取。"


class SmsNotSent(DomainError):
    code = "sms_not_sent"
    status = 503
    message_en = "The text message could not be sent. Try again in a minute."
    message_zh = "短信发送失败。请一分钟后重试。"


class CsrfRefused(DomainError):
    """A cookie alone does not prove that our own page is asking."""

    code = "csrf_refused"
    status = 403
    message_en = "The request does not come from this shop's page. Load the page anew and try again."
    message_zh = "请求并非来自本站页面。请刷新页面后重试。"


class AccountFrozen(DomainError):
    code = "account_frozen"
    status = 403
    message_en = "The account is frozen. Ask the shop's service why, and what to do."
    message_zh = "账户已被冻结。请联系客服了解原因。"


class AccountClosed(DomainError):
    code = "account_closed"
    status = 403
    message_en = "The account is closed. Ask the shop's service if this is a mistake."
    message_zh = "账户已注销。如有疑问请联系客服。"


class MemberUnknown(NotFound):
    code = "member_unknown"
    message_en = "There is no member {key}. Check the number."
    message_zh = "找不到会员{key}。请核对编号。"


class InvitationUnknown(NotFound):
    """An invitation code that nobody has, or whose owner may not invite any more."""

    code = "invitation_unknown"
    status = 422
    message_en = "Nobody has the invitation code {invite_code}. Check it, or leave it out."
    message_zh = "邀请码{invite_code}无效。请与邀请人核对,或留空。"


class OwnInvitation(DomainError):
    code = "own_invitation"
    status = 422
    message_en = "This is your own invitation code. Use the code of whoever invited you, or leave it out."
    message_zh = "不能使用自己的邀请码。请填写邀请人的邀请码,或留空。"


class SponsorUnknown(NotFound):
    code = "sponsor_unknown"
    status = 422
    message_en = "There is no member {key} who could be the sponsor. Check the number."
    message_zh = "找不到推荐人{key}。请核对编号。"


class SponsorCycle(DomainError):
    code = "sponsor_cycle"
    status = 409
    message_en = "{sponsor} stands below {member} and can't be their sponsor. Choose somebody else."
    message_zh = "{sponsor}是{member}的下级,不能成为其推荐人。请选择该团队以外的会员。"


class SponsorAlreadySet(DomainError):
    code = "sponsor_already_set"
    status = 409
    message_en = "The sponsor of {member} is set already. An operator can move a member."
    message_zh = "{member}的推荐人已确定。如需调整,请由运营人员提交双人复核。"


class SponsorUnchanged(DomainError):
    code = "sponsor_unchanged"
    status = 409
    message_en = "{member} already has this sponsor. Nothing needs to be moved."
    message_zh = "{member}的推荐人已是该会员,无需调整。"


class RankMoved(DomainError):
    code = "rank_moved"
    status = 409
    message_en = (
        "Member {member}'s rank has just been changed by somebody else. Nothing was granted; try again."
    )
    message_zh = "会员{member}的等级刚被他人更改,未授予任何等级,请重试。"


class RankUnknown(DomainError):
    code = "rank_unknown"
    status = 422
    message_en = "There is no rank {rank}. Known, lowest first: {known}."
    message_zh = "没有等级{rank}。可用等级(由低到高):{known}。"


class StatusChangeRefused(_WithWords):
    code = "status_change_refused"
    status = 409
    message_en = "A member who is {before} can't become {after}. Look at the member again."
    message_zh = "会员当前状态为{before},不能变为{after}。请刷新后重试。"


class BalancesRemain(_WithWords):
    code = "balances_remain"
    status = 409
    message_en = (
        "{member} still has {what}. An account closes when all is paid out, given up in writing, or expired."
    )
    message_zh = "{member}仍有{what}。余额结清、书面放弃或过期后方可注销账户。"


class IdentityNotValid(DomainError):
    code = "identity_not_valid"
    status = 422
    message_en = "{why_en} Check it and send it again."
    message_zh = "{why_zh}请核对后重新提交。"


class IdentityNotOpen(_WithWords):
    code = "identity_not_open"
    status = 409
    message_en = "The identity is {state} and can't be {step} now. Look at the member again."
    message_zh = "实名状态为{state},当前不能{step}。请刷新后重试。"


class DivisionUnknown(NotFound):
    code = "division_unknown"
    status = 422
    message_en = "GB/T 2260 has no division {key}. Give the six digits of a county, city or province."
    message_zh = "行政区划代码{key}不存在。请填写六位县、市或省代码。"


class DivisionTooBroad(DomainError):
    code = "division_too_broad"
    status = 422
    message_en = "{name} has divisions below it. Choose the county, or the city where there are no counties."
    message_zh = "{name}下还有更细的区划。请选择到区县(无区县的市选择到市)。"


class DivisionIsHeading(DomainError):
    code = "division_is_heading"
    status = 422
    message_en = "{region_code} is a heading for scattered counties and has no agent. Choose a county."
    message_zh = "{region_code}只是分类标题,不能设代理。请选择具体的县市。"


class AgencyTaken(DomainError):
    code = "agency_taken"
    status = 409
    message_en = "{region} has an agent in that time. Revoke the appointment or choose another time."
    message_zh = "{region}在该期间已有代理。请先撤销,或选择其他期间。"


class AgencySeatsFull(_WithWords):
    code = "agency_seats_full"
    status = 409
    message_en = "All {seats} seats of the level {level} are taken. Raise the number in the settings first."
    message_zh = "{level}级代理名额{seats}个已满。请先在设置中增加名额。"


class AgencyTermNotValid(DomainError):
    code = "agency_term_not_valid"
    status = 422
    message_en = "The term ends on {ends_on}, before it starts on {starts_on}. Correct the days."
    message_zh = "任期结束日{ends_on}早于开始日{starts_on}。请修改日期。"


class AgencyStartsTooEarly(DomainError):
    code = "agency_starts_too_early"
    status = 422
    message_en = (
        "An agency starts on {earliest} at the earliest: what was ordered before stays as it is. "
        "Choose that day or a later one."
    )
    message_zh = "代理最早自{earliest}起生效,此前的订单不受影响。请选择当日或之后的日期。"


class AgencyEnded(DomainError):
    code = "agency_ended"
    status = 409
    message_en = "The appointment {agent_id} has been revoked already."
    message_zh = "代理任命{agent_id}已被撤销。"


class FeeNotValid(DomainError):
    code = "fee_not_valid"
    status = 422
    message_en = "A fee is a whole number of fen, not negative and not above {most}. Correct it."
    message_zh = "费用必须是不超过{most}的非负整数(单位:分)。请修改。"


class AddressUnknown(NotFound):
    """Also said of somebody else's address."""

    code = "address_unknown"
    message_en = "You have no address {key}. Look it up in your addresses."
    message_zh = "没有找到收货地址{key}。请在地址列表中查看。"


class AddressNotValid(DomainError):
    code = "address_not_valid"
    status = 422
    message_en = "{field} can't be accepted: {why_en}. Correct it."
    message_zh = "{field}无法接受:{why_zh}。请修改。"


class TooManyAddresses(DomainError):
    code = "too_many_addresses"
    status = 409
    message_en = "An account keeps at most {limit} addresses. Delete one that is no longer needed."
    message_zh = "最多保存{limit}个收货地址。请先删除不用的地址。"


class SessionUnknown(NotFound):
    code = "session_unknown"
    message_en = "You have no session {key}. Look at the list of your devices."
    message_zh = "没有找到登录会话{key}。请在设备列表中查看。"


class NameNotValid(DomainError):
    code = "name_not_valid"
    status = 422
    message_en = "A name has 1 to {most} characters, none of them invisible. Choose another."
    message_zh = "昵称须为1到{most}个可见字符。请修改。"


class RowNotValid(DomainError):
    code = "row_not_valid"
    status = 422
    message_en = "{field} can't be accepted: {why_en}."
    message_zh = "{field}无法接受:{why_zh}。"


class RowRepeated(DomainError):
    code = "row_repeated"
    status = 422
    message_en = "{what} {key} stands in line {first_line} already. Keep one of the two lines."
    message_zh = "{what} {key}已在第{first_line}行出现。请保留其中一行。"


class RowKnown(DomainError):
    code = "row_known"
    status = 409
    message_en = "Member {key} has been imported before. Leave the line out."
    message_zh = "会员{key}此前已导入。请删除该行。"


class RowSponsorUnknown(DomainError):
    code = "row_sponsor_unknown"
    status = 422
    message_en = "Sponsor {sponsor} of member {key} is neither in the file nor in the shop. Add their line."
    message_zh = "会员{key}的推荐人{sponsor}既不在文件中,也不在系统中。请补充该推荐人。"


class RowSponsorLeftOut(DomainError):
    code = "row_sponsor_left_out"
    status = 422
    message_en = "Sponsor {sponsor} of member {key} is left out: correct line {sponsor_line}."
    message_zh = "会员{key}的推荐人{sponsor}因第{sponsor_line}行有误未导入。请先修正该行。"


class RowInCycle(DomainError):
    code = "row_in_cycle"
    status = 422
    message_en = "The sponsors run in a circle: {circle}. One of them must have another sponsor, or none."
    message_zh = "推荐关系成环:{circle}。其中一人须更换推荐人或无推荐人。"
