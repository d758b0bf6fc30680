"""The witness cosigns a record that only grows, and nothing else; who asks it learns when ours is not the one it saw."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction

from civium.foundation.journal import signing
from civium.foundation.journal.actions.ask_witnesses import ask_witnesses
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.verify import verify_journal
from civium.foundation.journal.append_only import triggers_lifted
from civium.foundation.journal.merkle import Frontier, consistency_proof
from civium.foundation.journal.models import Checkpoint, Cosignature, Entry, Head, Leaf, WitnessState
from civium.foundation.journal.queries import latest_checkpoint
from civium.foundation.journal.signing import SignedHead, public_keys, read_signed, sign_head
from civium.foundation.journal.standalone.witness import Witness, main, serve
from civium.foundation.journal.tests.happenings import NOW, LampLit

LEAVES = [bytes([n]) * 32 for n in range(40)]


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as folder:  # short: the path of a socket has at most 108 bytes
        yield Path(folder)


@pytest.fixture
def witness(folder) -> Witness:
    witness = Witness(folder)
    witness.watch(str(public_keys()[0]))
    return witness


def root(leaves: list[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def request(size: int, *, old: int = 0, leaves: list[bytes] = LEAVES, cut: int | None = None) -> str:
    note = sign_head(SignedHead(size, root(leaves[:size]), NOW))
    proof = consistency_proof(old, size, lambda a, b: root(leaves[a:b]))[:cut]
    return f"old {old}\n" + "".join(base64.b64encode(each).decode() + "\n" for each in proof) + "\n" + note


# --- what it cosigns ---------------------------------------------------------------------------------------------------


def test_it_cosigns_a_record_that_grows(witness, settings):
    sizes = [1, 2, 3, 7, 8, 8, 21, 40]
    for old, size in zip([0, *sizes], sizes, strict=False):
        answer = witness.add_checkpoint(request(size, old=old))
        assert answer.status == 200
    (Path(settings.CIVIUM_KEYS) / signing.WITNESSES_FILE).write_text(f"{witness.key} unix:/nowhere\n")
    note = sign_head(SignedHead(40, root(LEAVES), NOW))
    assert set(read_signed(note + answer.text).witnesses) == {witness.key.name}


@pytest.mark.parametrize("old", [1, 5, 8, 20, 39])
def test_it_refuses_one_that_was_rewritten(witness, folder, old):
    assert witness.add_checkpoint(request(old)).status == 200
    other = [b"x" * 32, *LEAVES[1:]]
    assert witness.add_checkpoint(request(40, old=old, leaves=other)).status == 422
    assert witness.add_checkpoint(request(40, old=old, cut=-1)).status in {422, 200} - (
        {200} if old != 1 else set()
    )
    (refused, *_) = [json.loads(line) for line in (folder / "refused.jsonl").read_text().splitlines()]
    assert refused["seen"] != refused["refused"]
    assert witness.add_checkpoint(request(40, old=old)).status == 200


def test_it_refuses_one_that_was_rolled_back_or_forked(witness, folder):
    assert witness.add_checkpoint(request(20)).status == 200
    for again in (request(10), request(10, old=10), request(20, old=20, leaves=[b"x" * 32, *LEAVES[1:]])):
        answer = witness.add_checkpoint(again)
        assert (answer.status, answer.text) == (409, "20\n")
    assert len((folder / "refused.jsonl").read_text().splitlines()) == 3


def test_it_remembers_across_a_restart(witness, folder):
    witness.add_checkpoint(request(20))
    assert Witness(folder).key == witness.key
    assert Witness(folder).add_checkpoint(request(30)).status == 409


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("", 400),
        ("old 0\n\nhello", 400),
        ("old -1\n\n" + "a\n" * 3, 400),
        (lambda: request(5, old=0).replace("old 0", "old 9"), 400),
        (lambda: request(5).replace("civium/journal/", "somebody/else/"), 404),
        (lambda: request(5).replace("\n5\n", "\n6\n"), 403),
        (lambda: request(5).replace("old 0\n", "old 0\n" + "QUFB\n" * 64), 400),
    ],
)
def test_what_is_no_request_of_a_record_that_it_knows_is_refused(witness, given, status):
    assert witness.add_checkpoint(given() if callable(given) else given).status == status


def test_its_key_is_its_own_alone(witness, folder, capsys):
    assert (folder / "witness-key").stat().st_mode & 0o077 == 0
    assert main(["--folder", str(folder)]) == 0
    assert capsys.readouterr().out.strip() == str(witness.key)
    assert main(["--folder", str(folder), "--log", str(witness.key)]) == 1


# --- who asks it -------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def light(times: int = 1) -> None:
    with transaction.atomic():
        for n in range(times):
            record(LampLit(lamp=uuid4(), brightness=n), by=SimpleNamespace(id=uuid4()), at=NOW)
    sequence_entries(at=NOW)


@pytest.fixture(params=["socket", "tcp"])
def asked(request, witness, folder, settings) -> Iterator[Witness]:
    """The witness, listening, and known to the site."""
    server = serve(witness, f"unix:{folder}/socket" if request.param == "socket" else "127.0.0.1:0")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    port = server.server_address[1] if request.param == "tcp" else 0
    address = f"http://127.0.0.1:{port}" if port else f"unix:{folder}/socket"
    (Path(settings.CIVIUM_KEYS) / signing.WITNESSES_FILE).write_text(f"{witness.key} {address}\n")
    yield witness
    server.shutdown()
    server.server_close()
    thread.join()


def test_each_head_is_cosigned_and_that_is_verified(asked):
    for _ in range(3):
        light(5)
        assert ask_witnesses(at=NOW) == 1
    assert ask_witnesses(at=NOW) == 1  # signed anew, with nothing new in it
    report = verify_journal()
    assert (report.cosigned, report.witnesses) == (3, {asked.key.name})
    assert set(read_signed(latest_checkpoint()).witnesses) == {asked.key.name}


def test_a_long_record_is_shown_to_be_the_same(asked):
    light(1500)
    assert ask_witnesses(at=NOW) == 1
    light(1200)
    assert ask_witnesses(at=NOW) == 1


def test_a_record_that_was_rolled_back_is_found_out_once(asked):
    light(5)
    ask_witnesses(at=NOW)
    with triggers_lifted():
        for model in (Cosignature, Leaf, Checkpoint, Entry, Head, WitnessState):
            model.objects.all().delete()
    light(2)
    for _ in range(2):
        assert ask_witnesses(at=NOW) == 0
    assert WitnessState.objects.get().trouble == "rolled back"
    assert Entry.objects.filter(kind="journal.WitnessRefused").count() == 1
    light(5)
    ask_witnesses(at=NOW)
    state = WitnessState.objects.get()
    assert state.trouble == "forked"
    assert state.refuses


def test_a_changed_cosignature_is_found(asked):
    light(5)
    ask_witnesses(at=NOW)
    note = Cosignature.objects.get().note
    with triggers_lifted():
        Cosignature.objects.update(note=note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:])
    assert verify_journal().finding.kind == "forged checkpoint"


def test_silence_is_noted_and_takes_nothing_back(asked, settings):
    light(1)
    path = Path(settings.CIVIUM_KEYS) / signing.WITNESSES_FILE
    known = path.read_text()
    path.write_text(f"{asked.key} unix:/nobody/there\n")
    assert ask_witnesses(at=NOW) == 0
    assert WitnessState.objects.get().trouble == "silent"
    WitnessState.objects.update(trouble="forked")
    ask_witnesses(at=NOW)
    assert WitnessState.objects.get().trouble == "forked"
    path.write_text(known)
    ask_witnesses(at=NOW)
    assert WitnessState.objects.get().trouble == ""
    assert Entry.objects.filter(kind="journal.WitnessAgreedAgain").count() == 1
