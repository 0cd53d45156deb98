"""The plan studio (方案工作室): write a plan, watch what it says and pays, publish it from a date."""

from tongbao.rewards.admin.studio import pages

__all__ = ["pages"]
