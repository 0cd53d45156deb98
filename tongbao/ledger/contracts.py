"""The vocabulary of the books: accounts, transfers, requests, holds, refusals.

The balance of an account is its credits less its debits. Members' accounts are what the platform owes them;
the account ``gateway`` goes below zero by the money that lies at the payment company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tongbao.kit.errors import DomainError

OwnerKind = Literal["platform", "member", "merchant"]
CASH = "CNY"
POINT = "POINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKind:
    """A kind of account, and the bounds of its balance where one is kept (``None``: unbounded).

    ``guarded``: it decides about the floor of the point's price, and a posting that would lower that is refused.
    """

    owner_kind: OwnerKind
    kind: str
    asset: str
    has_balance: bool = False
    least: int | None = None
    most: int | None = None
    guarded: bool = False


# The platform's and the members' accounts (科目表). An app adds its own in its manifest.
ACCOUNT_KINDS: tuple[AccountKind, ...] = (
    # cash of the platform: derived, since every order touches them
    AccountKind(owner_kind="platform", kind="gateway", asset=CASH),
    AccountKind(owner_kind="platform", kind="operating", asset=CASH),
    AccountKind(owner_kind="platform", kind="unallocated", asset=CASH),
    AccountKind(owner_kind="platform", kind="reserve_pending", asset=CASH),
    AccountKind(owner_kind="platform", kind="reserve", asset=CASH, has_balance=True, least=0, guarded=True),
    AccountKind(owner_kind="platform", kind="withdrawal_fees", asset=CASH),
    AccountKind(owner_kind="platform", kind="tax_payable", asset=CASH),
    AccountKind(owner_kind="platform", kind="write_offs", asset=CASH),
    AccountKind(owner_kind="platform", kind="adjustments", asset=CASH),
    AccountKind(owner_kind="platform", kind="opening", asset=CASH),
    # cash of a member
    AccountKind(owner_kind="member", kind="cash", asset=CASH, has_balance=True, least=0),
    AccountKind(owner_kind="member", kind="paid_in", asset=CASH, has_balance=True, least=0),
    AccountKind(owner_kind="member", kind="pending", asset=CASH),
    AccountKind(owner_kind="member", kind="receivable", asset=CASH, has_balance=True, most=0),
    # points
    AccountKind(owner_kind="platform", kind="issuance", asset=POINT, has_balance=True, most=0, guarded=True),
    AccountKind(owner_kind="platform", kind="pool", asset=POINT, has_balance=True, least=0),
    AccountKind(owner_kind="platform", kind="burned", asset=POINT, has_balance=True, least=0, guarded=True),
    AccountKind(owner_kind="platform", kind="retired", asset=POINT, has_balance=True, least=0, guarded=True),
    AccountKind(owner_kind="platform", kind="market_fees", asset=POINT),
    AccountKind(owner_kind="platform", kind="opening", asset=POINT),
    AccountKind(owner_kind="platform", kind="adjustments", asset=POINT),
    AccountKind(owner_kind="member", kind="points", asset=POINT, has_balance=True, least=0),
    AccountKind(owner_kind="member", kind="points_pending", asset=POINT),
    AccountKind(owner_kind="member", kind="points_vesting", asset=POINT),
    # Paid for an order whose return window is open: still the member's if the goods go back.
    AccountKind(owner_kind="member", kind="points_spent", asset=POINT, has_balance=True, least=0),
    # Offered on the market (挂卖): points of an ask, money of a bid.
    AccountKind(owner_kind="member", kind="points_offered", asset=POINT, has_balance=True, least=0),
    AccountKind(owner_kind="member", kind="paid_in_offered", asset=CASH, has_balance=True, least=0),
)


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account by what it is, not by its number. It is opened when it is first booked on.

    >>> member_account(7, "cash")
    Account(owner_kind='member', owner_id=7, kind='cash', detail='')
    """

    owner_kind: OwnerKind
    owner_id: int
    kind: str
    detail: str = ""


def platform_account(kind: str, detail: str = "") -> Account:
    """One of the platform's accounts; ``detail`` tells gateways, clauses and pools apart."""
    return Account("platform", 0, kind, detail)


def member_account(member_id: int, kind: str) -> Account:
    """One of a member's accounts: cash, pending, receivable, paid_in, points, points_pending."""
    return Account("member", member_id, kind)


# The other side of a batch of awards, as the account ``operating`` sees it: many members' pending accounts at once.
MANY_PENDING = Account("member", 0, "pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """``amount`` minor units of ``asset`` from ``debit`` to ``credit``, for ``subject`` (``order:…``)."""

    debit: Account
    credit: Account
    amount: int
    kind: str
    subject: str
    asset: str = CASH

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool) or self.amount <= 0:
            raise TransferAmountInvalid(amount=self.amount)
        if self.debit == self.credit:
            raise TransferAccountsEqual(account=str(self.debit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Transfers that are booked together or not at all, under a key that books them once."""

    key: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the books said no; stored with the request, so the same question gets the same answer."""

    code: str
    owner_kind: str
    owner_id: int
    account_kind: str
    available: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The stored answer to a request. ``replayed`` says that it had been answered before."""

    key: str
    batch: int
    refusal: Refusal | None
    hold_id: int | None
    replayed: bool

    def require(self) -> Receipt:
        """This receipt, if it was booked. Raises InsufficientFunds, BalanceTooHigh or HoldNotAvailable."""
        if self.refusal is None:
            return self
        error = {"insufficient_funds": InsufficientFunds, "above_most": BalanceTooHigh}.get(
            self.refusal.code, HoldNotAvailable
        )
        raise error(
            key=self.key,
            account_kind=self.refusal.account_kind,
            owner_id=self.refusal.owner_id,
            available=self.refusal.available,
            asked=self.refusal.asked,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Minor units: what is booked, what of it is held, what can be spent."""

    posted: int
    held: int = 0

    @property
    def available(self) -> int:
        return self.posted - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One transfer as one account sees it: ``amount`` signed, ``balance_after`` running."""

    batch: int
    position: int
    booked_at: datetime
    counterparty: Account
    amount: int
    balance_after: int
    kind: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedTransfer:
    """A transfer as it stands in the books."""

    batch: int
    position: int
    booked_at: datetime
    debit: Account
    credit: Account
    asset: str
    amount: int
    kind: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedAward:
    """An award of the settlement lane as it stands in the books: ``amount`` fen from operating to ``beneficiary``.

    ``clause`` and ``rank`` are places in the plan; ``seat`` is the distance from the buyer, below zero the level of a
    regional agent; rates in basis points.
    """

    batch: int
    position: int
    order_id: int
    beneficiary: Account
    amount: int
    clause: int
    seat: int
    rank: int
    rate_bp: int
    rate_before_bp: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFacts:
    """The log at one size: root, the signed checkpoint, and the public key (as text) that it is signed by."""

    size: int
    root: bytes
    checkpoint: str
    signer: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityFacts:
    """What was owed to members and merchants in one asset on one day; minor units."""

    on: date
    asset: str
    covers: int
    leaves: int
    total: int
    root: bytes
    by_kind: dict[str, int]
    backing: dict[str, int]
    built_at: datetime


class NotSealed(DomainError):
    code = "not_sealed"
    status = 404
    message_en = "{what} is not in a seal yet. Seals are made every minute; try again in a few."
    message_zh = "{what}尚未封存。系统每分钟封存一次,请几分钟后再试。"


class SealUnknown(DomainError):
    code = "seal_unknown"
    status = 404
    message_en = "There is no seal of {size} entries. The list at /api/v1/seals names those there are."
    message_zh = "没有包含{size}条记录的封存。可在 /api/v1/seals 查看已有的封存。"


class NoLiabilityProof(DomainError):
    code = "no_liability_proof"
    status = 404
    message_en = (
        "There is no proof of liabilities for {asset} on {on} with this account in it. Choose another day."
    )
    message_zh = "{on}没有包含此账户的{asset}负债证明。请选择其他日期。"


class LiabilityNegative(DomainError):
    code = "liability_negative"
    status = 500
    message_en = (
        "{owner} stands at {amount} {asset}, and nobody can be owed less than nothing. Run `tongbao verify`."
    )
    message_zh = "{owner}的{asset}余额为{amount},负债不可能小于零。请运行 tongbao verify。"


class LiabilitiesDisagree(DomainError):
    code = "liabilities_disagree"
    status = 500
    message_en = "The members' {kind} add up to {summed}, the books say {booked}. Run `tongbao verify`."
    message_zh = "会员{kind}合计为{summed},账簿为{booked},不一致。请运行 tongbao verify。"


class SealKeyInvalid(DomainError):
    code = "seal_key_invalid"
    status = 503
    message_en = "TONGBAO_SEAL_KEY can't be used: {why}. Set it to 32 random bytes in base64."
    message_zh = "TONGBAO_SEAL_KEY 无法使用:{why}。请设为 32 个随机字节的 base64。"


class TransferAmountInvalid(DomainError):
    code = "transfer_amount_invalid"
    status = 422
    message_en = "An amount of {amount} can't be booked. Give a positive whole number of the smallest unit."
    message_zh = "金额{amount}无法入账。请使用最小单位的正整数。"


class TransferAccountsEqual(DomainError):
    code = "transfer_accounts_equal"
    status = 422
    message_en = "Account {account} can't be debited and credited by one transfer. Name two accounts."
    message_zh = "同一笔转账的借方和贷方不能都是{account}。请使用两个账户。"


class InsufficientFunds(DomainError):
    code = "insufficient_funds"
    status = 409
    message_en = "The balance is not enough: {available} available, {asked} asked for. Ask for less."
    message_zh = "余额不足:可用{available},申请{asked}。请减少金额。"


class BalanceTooHigh(DomainError):
    code = "balance_too_high"
    status = 409
    message_en = "Account {account_kind} may not rise by {asked}. Check the amount."
    message_zh = "账户{account_kind}不能再增加{asked}。请核对金额。"


class HoldNotAvailable(DomainError):
    code = "hold_not_available"
    status = 409
    message_en = "The hold has {available} left and {asked} were to be taken. It may have ended; look it up."
    message_zh = "冻结金额剩余{available},要使用{asked}。该冻结可能已结束,请查询。"


class RequestChanged(DomainError):
    code = "request_changed"
    status = 409
    message_en = "Request {key} was made before with other contents. Use a new key for a new request."
    message_zh = "请求{key}此前已用不同内容提交。新请求请使用新的编号。"


class UnknownAccountKind(DomainError):
    code = "unknown_account_kind"
    status = 500
    message_en = (
        "The books have no account of kind {kind}. Declare it in the package's contracts and migrate."
    )
    message_zh = "账簿没有{kind}类账户。请在模块中声明并迁移。"


class SettlerOutdated(DomainError):
    code = "settler_outdated"
    status = 409
    message_en = (
        "Epoch {epoch} no longer settles this mall: another settler has taken over, and nothing of this batch was "
        "booked. Take the settlement again, read where it stands, and go on from there."
    )
    message_zh = "第{epoch}期结算已被其他结算进程接管,本批未入账。请重新接管并从当前位置继续。"


class AwardsMismatch(DomainError):
    code = "awards_mismatch"
    status = 409
    message_en = "The batch was not booked: {why}. Build it again from the orders."
    message_zh = "本批未入账:{why}。请根据订单重新生成。"


class ArchiveUnreadable(DomainError):
    code = "archive_unreadable"
    status = 503
    message_en = (
        "The file {path} of partition {partition} can't be read: {why}. Put its copy back, or set "
        "TONGBAO_ARCHIVE_DIR to where it is."
    )
    message_zh = (
        "无法读取分区{partition}的归档文件 {path}:{why}。请恢复该文件,或正确设置 TONGBAO_ARCHIVE_DIR。"
    )


class ArchiveRefused(DomainError):
    code = "archive_refused"
    status = 409
    message_en = (
        "Partition {partition} stays as it is: {why}. Nothing was changed; put that right and try again."
    )
    message_zh = "分区{partition}保持不变:{why}。未做任何更改,请处理后重试。"


class FloorWouldFall(DomainError):
    code = "floor_would_fall"
    status = 500
    message_en = (
        "Nothing was booked: {why}. The reserve pays only against points that are burned; check the amounts."
    )
    message_zh = "未入账:{why}。储备金只能对应被销毁的积分支付,请核对金额。"


class BookingInFuture(DomainError):
    code = "booking_in_future"
    status = 500
    message_en = "A booking at {at} is later than the database's time. Take the time from the clock."
    message_zh = "入账时间{at}晚于数据库时间。请使用系统时钟。"
