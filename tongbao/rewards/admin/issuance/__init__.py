"""The issuance planner (发行推演): type batches, watch what each does to the worth of a point, take the table away."""

from tongbao.rewards.admin.issuance import pages

__all__ = ["pages"]
