"""A member takes proofs home through the real API and checks them with the small program, in a process of its own."""

from __future__ import annotations

import copy
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from tongbao.kit import clock
from tongbao.ledger import selectors
from tongbao.ledger import services as books
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services.lane import AwardRows, copy_awards, take_settlement
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.members import services as members

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "verifier" / "verify.py"
SEED = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def load_program():
    spec = importlib.util.spec_from_file_location("verify_of_the_docs", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load_program()


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program alone, without this project on its path."""
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def award(amount: int, member_id: int, subject: str) -> Transfer:
    return Transfer(
        debit=platform_account("operating"),
        credit=member_account(member_id, "pending"),
        amount=amount,
        kind="award",
        subject=subject,
    )


class Mall:
    """A sealed mall with three members, and what they can download."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        now = clock.now()
        self.people = [
            members.register(phone=f"1380000000{n}", sponsor_id=None, name="王小明", now=now)
            for n in range(3)
        ]
        wang, li, zhao = self.people
        lines = (award(2_376, wang, "order:1"), award(1_100, li, "order:1"), award(90, zhao, "order:1"))
        self.batch = books.post(request=Request(key="award:1", transfers=lines), now=now).require().batch
        self.first = seal(now=now)
        books.post(request=Request(key="award:2", transfers=(award(7, li, "order:2"),)), now=now).require()
        prove_liabilities(on=timezone.localdate(now), now=now)
        self.last = seal(now=now)
        self.wang = self.caller(wang)
        self.anybody = Client(HTTP_HOST="lotus.test")

    def caller(self, member_id: int) -> Client:
        token = members.open_session(member_id=member_id, now=clock.now()).token
        return Client(
            headers={"host": "lotus.test", "authorization": f"Bearer {token}", "accept-language": "en"}
        )

    def get(self, address: str, who: Client | None = None, **query: object):
        answer = (who or self.wang).get(f"/api/v1{address}", query)
        connection.set_schema("lotus")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def proof(self, kind: str):
        if kind == "transfer":
            return self.get("/me/transfer-proof", batch=self.batch, position=0)
        if kind == "liability":
            return self.get("/me/liability-proof", asset="CNY")
        return self.get("/seals/consistency", self.anybody, old_size=self.first.size, size=self.last.size)

    def kept(self, content: object, name: str = "proof.json") -> Path:
        path = self.folder / name
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def mall(committed_tenant, tmp_path):
    with override_settings(SEAL_KEY=SEED, SEAL_DIR=tmp_path / "seals"):
        yield Mall(tmp_path)


class Downloaded:
    """What was downloaded from a mall once, for tests that cheat with copies of it."""

    def __init__(self, mall: Mall) -> None:
        self.proofs = {kind: mall.proof(kind) for kind in ("transfer", "liability", "consistency")}
        self.first, self.last = mall.first, mall.last
        self.folder, self.kept = mall.folder, mall.kept

    def proof(self, kind: str):
        return self.proofs[kind]


@pytest.fixture(scope="module")
def downloaded(new_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloaded")
    with new_database(), override_settings(SEAL_KEY=SEED, SEAL_DIR=None):
        connection.set_schema("lotus")
        return Downloaded(Mall(folder))


def test_what_the_api_gives_is_right_under_the_published_key_and_the_kept_checkpoint(mall):
    key = mall.anybody.get("/seals/key").content.decode().strip()
    checkpoint = mall.kept(mall.anybody.get("/seals/checkpoint").content.decode(), "checkpoint")
    assert (mall.folder / "seals/lotus/key").read_text().strip() == key
    files = [mall.kept(mall.proof(kind), f"{kind}.json") for kind in ("transfer", "liability", "consistency")]
    done = run(*files, checkpoint, "--key", key, "--checkpoint", checkpoint)
    assert done.returncode == 0, done.stdout + done.stderr
    wang = mall.people[0]
    assert (
        f"2376 of asset 1 from operating of the platform to pending of member {wang} for order:1"
        in done.stdout
    )
    assert "owed 3573 CNY in all (smallest units), to 3 owners" in done.stdout
    assert f"2376 of it is owed to member {wang}" in done.stdout
    assert f"the first {mall.first.size} entries are unchanged" in done.stdout
    assert run(mall.kept(mall.get("/seals/latest", mall.anybody))).returncode == 0


def changed(proof, *path_and_value):
    *path, last, value = path_and_value
    copied = copy.deepcopy(proof)
    place = copied
    for step in path:
        place = place[step]
    place[last] = value(place[last]) if callable(value) else value
    return copied


def called(cheat: tuple[object, ...]) -> str:
    """A test's name: where the cheat is; functions have no name that lasts."""
    return ".".join("changed" if callable(part) else str(part) for part in cheat)


def flipped(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


@pytest.mark.parametrize(
    "cheat",
    [
        ("transfer", "amount", 2_377),
        ("transfer", "subject", "order:2"),
        ("transfer", "position", 1),
        ("transfer", "credit", "owner_id", 99),
        ("transfer", "credit", "kind", "cash"),
        ("batch", "booked_at_microseconds", lambda at: at + 1),
        ("batch", "transfers", 2),
        ("batch", "outcome", "refused"),
        ("batch", "path", 0, flipped),
        ("batch", "path", lambda path: path[::-1]),
        ("log", "path", 0, flipped),
        ("log", "path", lambda path: path[:-1]),
        ("log", "index", lambda index: index + 1),
        ("log", "checkpoint", lambda note: note.replace("tongbao/lotus\n", "tongbao/lotus\n9", 1)),
        ("format", "tongbao/other/1"),
        ("transfer", "amount", "2376"),
        ("log", None),
    ],
    ids=called,
)
def test_a_touched_proof_of_a_transfer_is_wrong(downloaded, cheat):
    done = run(downloaded.kept(changed(downloaded.proof("transfer"), *cheat)))
    assert done.returncode == 1, done.stdout
    assert "WRONG" in done.stdout


@pytest.mark.parametrize(
    "cheat",
    [
        ("leaf", "amount", 2_375),
        ("leaf", "amount", -2_376),
        ("leaf", "owner_id", 99),
        ("leaf", "salt", flipped),
        ("path", 0, "total", lambda total: total - 1),
        ("path", 0, "total", lambda total: -total),
        ("path", 0, "hash", flipped),
        ("path", 0, "side", lambda side: "left" if side == "right" else "right"),
        ("path", lambda path: path[:-1]),
        ("liabilities", "total", lambda total: total - 1),
        ("liabilities", "on", "2026-01-01"),
        ("liabilities", "root", flipped),
        ("liabilities", "leaves", 4),
    ],
    ids=called,
)
def test_a_touched_proof_of_liabilities_is_wrong(downloaded, cheat):
    done = run(downloaded.kept(changed(downloaded.proof("liability"), *cheat)))
    assert done.returncode == 1, done.stdout


def test_a_sum_moved_between_siblings_is_wrong_although_the_total_stays(downloaded):
    proof = changed(downloaded.proof("liability"), "leaf", "amount", lambda amount: amount - 10)
    done = run(downloaded.kept(changed(proof, "path", 0, "total", lambda total: total + 10)))
    assert done.returncode == 1
    assert "does not lead to the published root" in done.stdout


def test_a_negative_sum_is_wrong_even_if_the_total_is_right(downloaded):
    proof = changed(downloaded.proof("liability"), "path", 0, "total", lambda total: -total)
    assert "below nothing" in run(downloaded.kept(proof)).stdout


def test_a_log_that_was_cut_off_or_written_anew_is_no_continuation(downloaded):
    proof = downloaded.proof("consistency")
    swapped = proof | {"checkpoint": proof["old_checkpoint"], "old_checkpoint": proof["checkpoint"]}
    assert run(downloaded.kept(swapped)).returncode == 1
    assert run(downloaded.kept(changed(proof, "path", 0, flipped))).returncode == 1
    assert run(downloaded.kept(changed(proof, "path", lambda path: path[:-1]))).returncode == 1
    # a checkpoint that was kept and that the mall doesn't own up to
    kept = downloaded.kept(downloaded.first.checkpoint, "kept")
    done = run(downloaded.kept(downloaded.proof("transfer")), "--checkpoint", kept)
    assert done.returncode == 1
    assert "another checkpoint than yours" in done.stdout


def test_another_key_opens_nothing(downloaded):
    stranger = "tongbao/lotus+00000000+" + downloaded.last.signer.split("+")[2]
    assert run(downloaded.kept(downloaded.proof("transfer")), "--key", stranger).returncode == 1
    assert run(downloaded.folder / "nothing.json").returncode == 1
    assert run(downloaded.kept("no proof at all"), "--key", downloaded.last.signer).returncode == 1


def test_a_member_finds_the_transfer_in_their_statement(mall):
    assert mall.get("/me/statement") == []
    (line,) = mall.get("/me/statement", account="pending")
    assert (line["batch"], line["position"], line["amount"]) == (mall.batch, 0, 2_376)
    found = mall.get("/me/transfer-proof", batch=line["batch"], position=line["position"])
    assert found["transfer"]["subject"] == line["subject"] == "order:1"
    after = mall.get(
        "/me/statement", account="pending", after_batch=line["batch"], after_position=line["position"]
    )
    assert after == []


def test_a_member_gets_the_proofs_of_their_own_transfers_alone(mall):
    li = mall.caller(mall.people[1])
    for position, status in ((0, 404), (1, 200), (2, 404), (3, 404)):
        answer = li.get("/api/v1/me/transfer-proof", {"batch": mall.batch, "position": position})
        assert answer.status_code == status
    assert mall.anybody.get("/api/v1/me/liability-proof").status_code == 401
    assert mall.anybody.get("/api/v1/me/transfer-proof", {"batch": 1}).status_code == 401
    theirs = mall.get("/me/liability-proof", li)
    assert (theirs["leaf"]["owner_id"], theirs["leaf"]["amount"]) == (mall.people[1], 1_107)
    refused = li.get("/api/v1/me/liability-proof", {"on": "2020-01-01"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_liability_proof")


def test_an_award_of_the_settlement_lane_is_proven_alike(mall):
    wang = mall.people[0]
    account = selectors.account_id(account=member_account(wang, "pending"))
    ones = np.ones(2, dtype=np.int16)
    rows = AwardRows(
        order_id=np.array([1, 1]),
        beneficiary=np.array([account, account]),
        amount=np.array([2_376, 594]),
        clause=ones,
        seat=ones,
        rank=ones,
        rate_bp=ones * 1_200,
        rate_before_bp=ones * 0,
        line=ones,
    )
    batch = copy_awards(
        epoch=take_settlement(now=clock.now()),
        rows=rows,
        orders=1,
        first_order=1,
        last_order=1,
        after_order=0,
        now=clock.now(),
    )
    seal(now=clock.now())
    proof = mall.get("/me/award-proof", batch=batch, position=0)
    done = run(mall.kept(proof))
    assert done.returncode == 0, done.stdout
    assert f"of order 1 to pending of member {wang}" in done.stdout
    for cheat in (
        ("award", "amount", 1),
        ("award", "rate_bp", 1),
        ("batch", "declared", 0, 9),
        ("award", "line", 2),
    ):
        assert run(mall.kept(changed(proof, *cheat))).returncode == 1
    li = mall.caller(mall.people[1])
    assert li.get("/api/v1/me/award-proof", {"batch": batch, "position": 0}).status_code == 404


def test_what_is_not_sealed_yet_says_when_to_come_again(mall):
    batch = books.post(
        request=Request(key="award:3", transfers=(award(1, mall.people[0], "order:3"),)), now=clock.now()
    ).batch
    answer = mall.wang.get("/api/v1/me/transfer-proof", {"batch": batch})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_sealed")


def test_everybody_sees_the_seals_and_what_is_owed(mall):
    listed = mall.get("/seals", mall.anybody)
    assert [entry["size"] for entry in listed["seals"]] == sorted(
        (entry["size"] for entry in listed["seals"]), reverse=True
    )
    assert mall.get(f"/seals/{mall.first.size}", mall.anybody)["checkpoint"] == mall.first.checkpoint
    assert mall.anybody.get("/api/v1/seals/123456").json()["error"]["code"] == "seal_unknown"
    assert [
        day["total"] for day in mall.get("/seals/liabilities", mall.anybody) if day["asset"] == "CNY"
    ] == [3_573]
    page = mall.anybody.get("/seals/")
    assert mall.last.signer in page.content.decode()
    assert "3573" in page.content.decode()


# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_programs_signatures_are_those_of_the_rfc(public, message, signature):
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert verifier.signature_is_right(key, text, signed)
    assert not verifier.signature_is_right(key, text + b"x", signed)
    for at in (0, 31, 32, 63):
        touched = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        assert not verifier.signature_is_right(key, text, touched)


@pytest.mark.parametrize("number", range(4))
def test_the_programs_signatures_are_those_of_a_well_kept_library(number):
    secret = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    message = b"checkpoint %d" % number
    public = secret.public_key().public_bytes_raw()
    signed = secret.sign(message)
    assert verifier.signature_is_right(public, message, signed)
    assert not verifier.signature_is_right(public, message + b".", signed)
    # the same signature with another number that means the same is refused (RFC 8032, 5.1.7)
    larger = int.from_bytes(signed[32:], "little") + verifier.L
    assert not verifier.signature_is_right(public, message, signed[:32] + larger.to_bytes(32, "little"))
