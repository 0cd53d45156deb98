"""The fixed words of this package, as they are stored and sent."""

from __future__ import annotations

from typing import Literal

from tongbao.kit.errors import Language

MemberStatus = Literal["active", "inactive", "frozen", "closed"]
IdentityStatus = Literal["none", "submitted", "verified", "rejected"]
GrantBasis = Literal["purchase", "recruits", "opening", "operator"]
RevokeCause = Literal["taken_back", "fell_with", "operator"]
RegionLevel = Literal["county", "city", "province"]
CodePurpose = Literal["enter", "change_phone", "password"]
SignInWay = Literal["code", "password", "wechat"]
MemberLanguage = Literal["zh-hans", "en"]

ACTIVE: MemberStatus = "active"
INACTIVE: MemberStatus = "inactive"
FROZEN: MemberStatus = "frozen"
CLOSED: MemberStatus = "closed"

REGION_LEVELS: tuple[RegionLevel, ...] = ("county", "city", "province")

IN_CHINESE = {
    "active": "正常",
    "inactive": "停用",
    "frozen": "冻结",
    "closed": "已注销",
    "none": "未提交",
    "submitted": "待审核",
    "verified": "已实名",
    "rejected": "未通过",
    "county": "区县",
    "city": "市",
    "province": "省",
    "submit": "提交",
    "decide": "审核",
    "cash": "可提现余额",
    "pending": "待结算奖励",
    "receivable": "待扣回款项",
    "paid_in": "充值余额",
    "points": "积分",
    "points_pending": "待发积分",
}
IN_ENGLISH = {
    "none": "not submitted",
    "submit": "submitted",
    "decide": "decided",
    "cash": "cash",
    "pending": "pending awards",
    "receivable": "money to give back",
    "paid_in": "paid-in money",
    "points_pending": "pending points",
}


def word(value: str, *, language: Language) -> str:
    """A fixed word for a reader; a value that is no fixed word stays as it is.

    >>> word("frozen", language="zh"), word("none", language="en"), word("M0000001", language="zh")
    ('冻结', 'not submitted', 'M0000001')
    """
    return (IN_CHINESE if language == "zh" else IN_ENGLISH).get(value, value)
