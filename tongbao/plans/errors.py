"""What is wrong with a plan: where, why, and what to write instead."""

from __future__ import annotations

from typing import ClassVar, Literal

Language = Literal["zh", "en"]


class PlanError(Exception):
    """Root of the plan language's refusals; ``code`` and both messages are part of the API."""

    code: ClassVar[str] = "plan_error"
    status: ClassVar[int] = 422

    def __init__(self, *, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(en)

    def message(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class PlanInvalid(PlanError):
    """A document that is no plan, with the place in it (lines and columns count from 1)."""

    code = "plan_invalid"

    def __init__(self, *, source: str, line: int, column: int, en: str, zh: str) -> None:
        self.source, self.line, self.column = source, line, column
        place = f"{source}:{line}:{column}"
        super().__init__(en=f"{place}: {en}", zh=f"{place}:{zh}")


class PlanOverBudget(PlanError):
    """A plan whose worst case is above its budget: it can't be published."""

    code = "plan_over_budget"

    def __init__(self, *, plan: str, worst_case_bp: int, budget_bp: int) -> None:
        self.plan, self.worst_case_bp, self.budget_bp = plan, worst_case_bp, budget_bp
        super().__init__(
            en=f"Plan {plan} can pay {worst_case_bp} bp of a sale and its budget is {budget_bp} bp. "
            "Lower a rate, or raise the budget if the business can bear it.",
            zh=f"方案{plan}最多可分配{worst_case_bp}基点,超出预算{budget_bp}基点。请降低比例,或在业务可承受时提高预算。",
        )


class PresetUnknown(PlanError):
    code = "preset_unknown"
    status = 404

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        listed = ", ".join(known)
        super().__init__(
            en=f"There is no preset {name!r}. Known: {listed}; or name a file.",
            zh=f"没有预设方案{name!r}。可用:{listed};也可指定文件。",
        )
