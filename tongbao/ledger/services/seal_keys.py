"""The key that signs seals: ``TONGBAO_SEAL_KEY``, else one that this installation made up and keeps.

Each tenant's key is derived from it, so one tenant's can't sign for another.
"""

from __future__ import annotations

import base64
import secrets

from django.conf import settings

from tongbao.kit import installation
from tongbao.ledger.contracts import SealKeyInvalid
from tongbao.ledger.policy import notes


def master() -> bytes:
    """The installation's 32 secret bytes. Raises SealKeyInvalid."""
    text = settings.SEAL_KEY or installation.secret("seal_key", make=_make)
    try:
        return notes.parse_master(text)
    except ValueError as error:
        raise SealKeyInvalid(why="it is not base64 of 32 bytes") from error


def signer(*, tenant: str) -> notes.Signer:
    """The tenant's signing key."""
    return notes.signer_of(master=master(), tenant=tenant)


def salt_key(*, tenant: str, day: str, asset: str) -> bytes:
    """The secret that the salts of one day's leaves come from."""
    return notes.derive(master=master(), purpose=f"liabilities/{day}/{asset}", tenant=tenant)


def _make() -> str:
    return base64.b64encode(secrets.token_bytes(notes.SEED_BYTES)).decode()
