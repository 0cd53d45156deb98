"""The books in the console, read only: from any balance down to the transfers it is made of."""

from tongbao.ledger.admin import accounts, batches, liabilities
from tongbao.ledger.admin.shared import request_link

__all__ = ["accounts", "batches", "liabilities", "request_link"]
