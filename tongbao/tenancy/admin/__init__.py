"""Console pages of tenancy: audit log, settings, four-eyes proposals, operators, second factor."""

from tongbao.tenancy.admin import operators, pages, second_factor

__all__ = ["operators", "pages", "second_factor"]
