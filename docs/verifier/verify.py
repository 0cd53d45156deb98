#!/usr/bin/env python3
"""Checks what a mall on Tongbao says about its books. Needs Python 3.11 or newer and nothing else. Read it first.

    python3 verify.py proof.json [more.json …] [--key 'tongbao/lotus+…'] [--checkpoint FILE]

A file is what the mall's API gave: a proof of a transfer, a proof of liabilities, a proof of consistency, or a
checkpoint (text). --key is the mall's public key as you got it from elsewhere; without it the key in the file is
used, and said so. --checkpoint names a checkpoint that you kept from before: a proof must stand under that very one.
Ends with 0 when everything is right and with 1 when anything is wrong. The formats are described in docs/seals.md.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

# --- Ed25519 (RFC 8032), verification only ---------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def recover_x(y, is_odd):
    """The x that belongs to a y of the curve, or None."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if is_odd else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != is_odd else x


def add(a, b):
    """The sum of two points in extended coordinates."""
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def same(a, b):
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    """A point from its 32 bytes, or None."""
    number = int.from_bytes(data, "little")
    y, is_odd = number & (1 << 255) - 1, number >> 255
    x = recover_x(y, is_odd)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_is_right(public_key, message, signature):
    """Whether an Ed25519 signature is right."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, r = decompress(public_key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, key)))


# --- Checkpoints -------------------------------------------------------------------------------------------------


class Wrong(Exception):
    """What is wrong, in a sentence."""


def demand(is_right, sentence):
    if not is_right:
        raise Wrong(sentence)


def key_parts(text):
    """Name, the four bytes that tell keys apart, and the public key."""
    parts = text.strip().split("+", 2)
    demand(len(parts) == 3, "The public key is unreadable.")
    name, identity, encoded = parts
    key = base64.b64decode(encoded, validate=True)
    demand(len(key) == 33 and key[:1] == b"\x01", "The public key is no Ed25519 key.")
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    demand(expected.hex() == identity, "The public key was changed: its check bytes don't fit.")
    return name, expected, key[1:]


def opened(note, keys):
    """(origin, size, root) of a checkpoint that one of the keys has signed."""
    body, found, signatures = note.rpartition("\n\n")
    demand(found, "The checkpoint has no signature.")
    body += "\n"
    lines = body.split("\n")
    demand(len(lines) >= 4 and lines[1].isascii() and lines[1].isdigit(), "The checkpoint is unreadable.")
    root = base64.b64decode(lines[2], validate=True)
    demand(len(root) == 32, "The checkpoint's root is unreadable.")
    for key in keys:
        name, identity, public_key = key_parts(key)
        for line in signatures.splitlines():
            start = "\u2014 " + name + " "
            if line.startswith(start):
                marked = base64.b64decode(line[len(start) :], validate=True)
                if marked[:4] == identity and signature_is_right(public_key, body.encode(), marked[4:]):
                    demand(lines[0] == name, "The checkpoint is of another mall than its key.")
                    return lines[0], int(lines[1]), root
    raise Wrong("The checkpoint's signature is wrong, or it is signed by another key.")


# --- Trees ---------------------------------------------------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(leaf, index, size, path):
    """The root that a leaf and its path lead to (RFC 9162, 2.1.3.2)."""
    demand(0 <= index < size, "The proof names a place that the tree doesn't have.")
    place, last, root = index, size - 1, leaf
    for other in path:
        demand(last > 0, "The proof is too long.")
        if place & 1 or place == last:
            root = node_hash(other, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, other)
        place, last = place >> 1, last >> 1
    demand(last == 0, "The proof is too short.")
    return root


def is_beginning(old_size, old_root, size, root, path):
    """Whether one tree is the beginning of another (RFC 9162, 2.1.4.2)."""
    if old_size == size:
        return not path and old_root == root
    if not 0 < old_size < size:
        return False
    hashes = list(path)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, other)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == root


# --- What the leaves are made of -------------------------------------------------------------------------------------


def text(value):
    encoded = value.encode()
    return struct.pack(">I", len(encoded)) + encoded


def account(side):
    return text(side["owner_kind"]) + struct.pack(">q", side["owner_id"]) + text(side["kind"]) + text(side["detail"])


def transfer_bytes(row):
    numbers = struct.pack(
        ">qiqqhq",
        row["batch"],
        row["position"],
        row["debit"]["id"],
        row["credit"]["id"],
        row["asset_id"],
        row["amount"],
    )
    head = b"tongbao/transfer/1\x00" + numbers + text(row["kind"]) + text(row["subject"])
    return head + account(row["debit"]) + account(row["credit"])


def batch_bytes(number, batch, root):
    hold = -1 if batch["hold_id"] is None else batch["hold_id"]
    return (
        b"tongbao/batch/1\x00"
        + struct.pack(">qi", number, batch["transfers"])
        + root
        + bytes.fromhex(batch["hash"])
        + hashlib.sha256(batch["key"].encode()).digest()
        + text(batch["outcome"])
        + hashlib.sha256(batch["refusal"].encode()).digest()
        + struct.pack(">qq", hold, batch["booked_at_microseconds"])
    )


def award_bytes(row):
    numbers = (row["batch"], row["position"], row["order_id"], row["beneficiary"]["id"], row["amount"])
    small = (row[name] for name in ("clause", "seat", "rank", "rate_bp", "rate_before_bp", "line"))
    return b"tongbao/award/1\x00" + struct.pack(">qiqqqhhhhhh", *numbers, *small) + account(row["beneficiary"])


def award_batch_bytes(number, batch, root):
    return (
        b"tongbao/award-batch/1\x00"
        + struct.pack(">qqqqqqq", number, *batch["declared"])
        + text(batch["state"])
        + struct.pack(">qi", batch["booked_at_microseconds"], batch["transfers"])
        + root
    )


def liabilities_bytes(day):
    return (
        b"tongbao/liabilities/1\x00"
        + text(day["on"])
        + text(day["asset"])
        + struct.pack(">qq", day["covers"], day["leaves"])
        + sum_bytes(day["total"])
        + bytes.fromhex(day["root"])
    )


def sum_bytes(total):
    demand(type(total) is int, "A sum is not a whole number.")
    demand(total >= 0, f"A sum of {total} is below nothing: somebody's debt is hidden behind it.")
    demand(total < 1 << 120, f"A sum of {total} is more than can be.")
    return total.to_bytes(16, "big")


def sum_leaf(leaf, day):
    owner = text(leaf["owner_kind"]) + struct.pack(">q", leaf["owner_id"]) + text(day["asset"]) + text(day["on"])
    salt = bytes.fromhex(leaf["salt"])
    demand(len(salt) == 32, "The salt is not 32 bytes.")
    data = b"tongbao/liability-leaf/1\x00" + salt + sum_bytes(leaf["amount"]) + owner
    return hashlib.sha256(data).digest(), leaf["amount"]


def sum_node(left, right):
    bound = sum_bytes(left[1]) + left[0] + sum_bytes(right[1]) + right[0]
    return hashlib.sha256(b"tongbao/liability-node/1\x00" + bound).digest(), left[1] + right[1]


# --- The proofs ------------------------------------------------------------------------------------------------------


def hashes(texts):
    found = [bytes.fromhex(value) for value in texts]
    demand(all(len(value) == 32 for value in found), "A hash of the proof is not 32 bytes.")
    return found


def check_log(entry, log, keys, kept):
    """That an entry is under the signed checkpoint; (origin, size) of it."""
    origin, size, root = opened(log["checkpoint"], keys or log["keys"])
    if kept is not None:
        mine = opened(kept, keys or log["keys"])[1:]
        demand(mine == (size, root), "The proof is under another checkpoint than yours.")
    found = root_from(leaf_hash(entry), log["index"], size, hashes(log["path"]))
    demand(found == root, "The proof does not lead to the signed root: what it shows is not what was sealed.")
    return origin, size


def check_transfer(proof, keys, kept):
    row, batch = proof["transfer"], proof["batch"]
    demand(type(row["amount"]) is int and row["amount"] > 0, "The amount is not a whole number above nothing.")
    root = root_from(leaf_hash(transfer_bytes(row)), batch["index"], batch["transfers"], hashes(batch["path"]))
    origin, size = check_log(batch_bytes(row["batch"], batch, root), proof["log"], keys, kept)
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=batch["booked_at_microseconds"])
    yield f"{origin} has signed that transfer {row['batch']}/{row['position']} is among its first {size} entries."
    yield (
        f"It moved {row['amount']} of asset {row['asset_id']} from {named(row['debit'])} to {named(row['credit'])}"
        f" for {row['subject']} ({row['kind']}), booked at {at:%Y-%m-%d %H:%M:%S} UTC."
    )


def check_award(proof, keys, kept):
    row, batch = proof["award"], proof["batch"]
    demand(type(row["amount"]) is int and row["amount"] > 0, "The amount is not a whole number above nothing.")
    root = root_from(leaf_hash(award_bytes(row)), batch["index"], batch["transfers"], hashes(batch["path"]))
    origin, size = check_log(award_batch_bytes(row["batch"], batch, root), proof["log"], keys, kept)
    yield f"{origin} has signed that award {row['batch']}/{row['position']} is among its first {size} entries."
    yield f"It gives {row['amount']} fen of order {row['order_id']} to {named(row['beneficiary'])}."


def check_liability(proof, keys, kept):
    day, leaf = proof["liabilities"], proof["leaf"]
    subtree = sum_leaf(leaf, day)
    for step in proof["path"]:
        other = (bytes.fromhex(step["hash"]), step["total"])
        demand(len(other[0]) == 32, "A hash of the proof is not 32 bytes.")
        demand(step["side"] in ("left", "right"), "A step of the proof is on no side.")
        subtree = sum_node(other, subtree) if step["side"] == "left" else sum_node(subtree, other)
    demand(subtree[1] == day["total"], f"The sums add up to {subtree[1]}, and {day['total']} was published.")
    demand(subtree[0].hex() == day["root"], "The proof does not lead to the published root: a sum or a hash is wrong.")
    origin, _size = check_log(liabilities_bytes(day), proof["log"], keys, kept)
    yield (
        f"{origin} has signed that on {day['on']} it owed {day['total']} {day['asset']} in all (smallest units),"
        f" to {day['leaves']} owners."
    )
    yield f"{leaf['amount']} of it is owed to {leaf['owner_kind']} {leaf['owner_id']}."


def check_consistency(proof, keys, kept):
    keys = keys or proof["keys"]
    origin, old_size, old_root = opened(proof["old_checkpoint"], keys)
    later, size, root = opened(proof["checkpoint"], keys)
    demand(origin == later, "The two checkpoints are of different malls.")
    if kept is not None:
        mine = opened(kept, keys)[1:]
        demand(mine in ((old_size, old_root), (size, root)), "Neither checkpoint is yours.")
    demand(is_beginning(old_size, old_root, size, root, hashes(proof["path"])),
           "The earlier log is not the beginning of the later one: entries were changed or removed.")  # fmt: skip
    yield f"{origin}: the first {old_size} entries are unchanged at the beginning of the {size} that there are now."


def named(side):
    owner = "the platform" if side["owner_kind"] == "platform" else f"{side['owner_kind']} {side['owner_id']}"
    return f"{side['kind']}{'/' + side['detail'] if side['detail'] else ''} of {owner}"


CHECKS = {
    "tongbao/transfer-proof/1": check_transfer,
    "tongbao/award-proof/1": check_award,
    "tongbao/liability-proof/1": check_liability,
    "tongbao/consistency/1": check_consistency,
}


def check(content, keys, kept):
    """The sentences that a file's content proves. Raises Wrong."""
    if content.lstrip().startswith("{"):
        proof = json.loads(content)
        if "checkpoint" in proof and "format" not in proof:
            content, keys = proof["checkpoint"], keys or proof.get("keys") or [proof["key"]]
        else:
            demand(proof.get("format") in CHECKS, "This is no proof that this program knows.")
            return list(CHECKS[proof["format"]](proof, keys, kept))
    demand(keys, "A checkpoint alone needs --key.")
    origin, size, root = opened(content, keys)
    return [f"{origin} has signed that its log has {size} entries, with root {base64.b64encode(root).decode()}."]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--key", action="append", default=[], help="the mall's public key")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that you kept")
    given = parser.parse_args()
    is_wrong = False
    for name in given.files:
        try:
            kept = Path(given.checkpoint).read_text(encoding="utf-8") if given.checkpoint else None
            sentences = check(Path(name).read_text(encoding="utf-8"), given.key, kept)
        except Wrong as wrong:
            is_wrong = True
            print(f"{name}: WRONG. {wrong}")
        except (ValueError, KeyError, TypeError, AttributeError, struct.error, OSError) as error:
            is_wrong = True
            print(f"{name}: WRONG. It can't be read ({type(error).__name__}: {error}).")
        else:
            print(f"{name}: right. {' '.join(sentences)}")
    if not given.key and not is_wrong:
        print("The key was taken from the files. Compare it with the one that the mall publishes, and use --key.")
    return 1 if is_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
