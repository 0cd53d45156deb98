"""Checkpoints as signed notes: text that a person can read and a program can check (C2SP signed-note, tlog-checkpoint).

    tongbao/lotus
    1288
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=

    — tongbao/lotus wNSIlU…

Signed is everything up to and including the line break before the empty line. The signature line's base64 is four
bytes that tell keys apart, then the Ed25519 signature.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
SEED_BYTES = 32
DASH = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log looked like: so many leaves, with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A tenant's signing key, derived from the installation's: who knows one can't sign for another."""

    name: str
    seed: bytes

    @property
    def public_key(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def verifier_key(self) -> str:
        """The public key as text: name, key hash, algorithm and key. This is what is published."""
        return verifier_key(name=self.name, public_key=self.public_key)


class NoteInvalid(ValueError):
    """A note, or a verifier key, that can't be trusted; the text says why."""


def derive(*, master: bytes, purpose: str, tenant: str) -> bytes:
    """A secret of 32 bytes for one purpose of one tenant."""
    return hmac.digest(master, f"tongbao/{purpose}/{tenant}".encode(), "sha256")


def signer_of(*, master: bytes, tenant: str) -> Signer:
    """The key that signs a tenant's checkpoints."""
    return Signer(name=f"tongbao/{tenant}", seed=derive(master=master, purpose="seal", tenant=tenant))


def parse_master(text: str) -> bytes:
    """32 bytes from base64. Raises ValueError.

    >>> len(parse_master("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
    32
    """
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    if len(seed) != SEED_BYTES:
        raise ValueError(text)
    return seed


def key_id(*, name: str, public_key: bytes) -> bytes:
    """Four bytes that tell the keys of a name apart."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(*, name: str, public_key: bytes) -> str:
    identity = key_id(name=name, public_key=public_key).hex()
    return f"{name}+{identity}+{base64.b64encode(ED25519 + public_key).decode()}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """The name and the public key. Raises NoteInvalid."""
    try:
        name, identity, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteInvalid(f"{text!r} is no verifier key") from error
    if len(key) != 33 or key[:1] != ED25519 or key_id(name=name, public_key=key[1:]).hex() != identity:
        raise NoteInvalid(f"{text!r} is no verifier key")
    return name, key[1:]


def sign(checkpoint: Checkpoint, *, signer: Signer) -> str:
    """The checkpoint as a signed note."""
    signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(checkpoint.body.encode())
    marked = key_id(name=signer.name, public_key=signer.public_key) + signature
    return f"{checkpoint.body}\n{DASH}{signer.name} {base64.b64encode(marked).decode()}\n"


def open_note(text: str, *, key: str) -> Checkpoint:
    """The checkpoint of a note that bears a signature by ``key`` (a verifier key). Raises NoteInvalid."""
    name, public_key = parse_verifier_key(key)
    body, found, signatures = text.rpartition("\n\n")
    if not found:
        raise NoteInvalid("it has no signature")
    body += "\n"
    wanted = key_id(name=name, public_key=public_key)
    for line in signatures.splitlines():
        if not line.startswith(f"{DASH}{name} "):
            continue
        try:
            marked = base64.b64decode(line.removeprefix(f"{DASH}{name} "), validate=True)
        except binascii.Error:
            continue
        if marked[:4] == wanted:
            try:
                Ed25519PublicKey.from_public_bytes(public_key).verify(marked[4:], body.encode())
            except InvalidSignature as error:
                raise NoteInvalid("its signature is wrong") from error
            return parse_checkpoint(body)
    raise NoteInvalid(f"it has no signature by {name}")


def parse_checkpoint(body: str) -> Checkpoint:
    """Origin, size and root of a checkpoint's text. Raises NoteInvalid."""
    lines = body.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise NoteInvalid("it is no checkpoint")
    if len(lines[1]) > 1 and lines[1].startswith("0"):
        raise NoteInvalid("its size begins with a nought")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise NoteInvalid("its root is unreadable") from error
    if len(root) != 32:
        raise NoteInvalid("its root is unreadable")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)
