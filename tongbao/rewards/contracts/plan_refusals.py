"""What is refused of plans and their drafts, and what to do then."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.kit.errors import DomainError
from tongbao.plans.lint import Finding


class PlanNeedsSignOff(DomainError):
    """``ids`` are the findings that nobody has signed for; ``findings`` are they themselves."""

    code = "plan_needs_sign_off"
    status = 409
    message_en = (
        "Plan {plan} is blocked by what the lint finds for {jurisdiction}: {said_en}. Change the plan or the "
        "practice, or let an owner sign for these findings by name, in writing."
    )
    message_zh = (
        "方案{plan}在法域{jurisdiction}存在阻断问题:{said_zh}。"
        "请修改方案或经营设置,或由负责人实名书面签署后发布。"
    )

    def __init__(self, *, plan: str, jurisdiction: str, findings: Sequence[Finding]) -> None:
        super().__init__(
            plan=plan,
            jurisdiction=jurisdiction,
            findings=tuple(findings),
            ids=tuple(finding.id for finding in findings),
            said_en="; ".join(f"{finding.id} {finding.rule.title_en}" for finding in findings),
            said_zh=";".join(f"{finding.id} {finding.rule.title_zh}" for finding in findings),
        )


class SignOffNotAllowed(DomainError):
    code = "sign_off_not_allowed"
    status = 403
    message_en = "{name} is not an owner of this mall and can't sign for a plan. Ask an owner to sign."
    message_zh = "{name}不是本商城的负责人,不能签署方案。请由负责人签署。"


class PlanNotRunnable(DomainError):
    """``clauses`` are the ids of the clauses that live orders can't be settled by yet."""

    code = "plan_not_runnable"
    status = 409
    message_en = (
        "Plan {plan} can be proven and simulated, and orders can't be settled by it yet: {said_en}. "
        "Take these clauses out to publish it."
    )
    message_zh = "方案{plan}可以证明和模拟,但暂不能用于实际订单结算:{said_zh}。请删除这些条款后再发布。"


class DraftUnknown(DomainError):
    code = "draft_unknown"
    status = 404
    message_en = "There is no draft {draft_id}. Go back to the list of drafts."
    message_zh = "没有草稿{draft_id}。请返回草稿列表。"


class DraftChanged(DomainError):
    code = "draft_changed"
    status = 409
    message_en = (
        "{by} has saved revision {latest} of this draft since you opened revision {revision}. Nothing was "
        "overwritten: keep a copy of your text, load the page again, and bring your change in."
    )
    message_zh = (
        "您打开的是第{revision}稿,{by}已保存第{latest}稿。未覆盖任何内容:请先复制您的文本,刷新页面后再改。"
    )


class DraftDiscarded(DomainError):
    code = "draft_discarded"
    status = 409
    message_en = "Draft {draft_id} was discarded. Restore one of its texts first."
    message_zh = "草稿{draft_id}已丢弃。请先恢复其中一稿。"


class DraftPublished(DomainError):
    code = "draft_published"
    status = 409
    message_en = (
        "Revision {revision} of this draft is published already. Change the text to publish another version."
    )
    message_zh = "该草稿第{revision}稿已经发布。修改内容后才能再次发布。"


class DocumentTooLarge(DomainError):
    code = "document_too_large"
    status = 413
    message_en = "A plan's document has at most {most_kib} KiB. Shorten it."
    message_zh = "方案文档不得超过{most_kib} KiB。请缩短。"
