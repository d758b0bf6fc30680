#!/usr/bin/env python3
"""A witness: it cosigns a record's heads, and refuses one that does not contain all that it saw before (C2SP, tlog-witness).

    python3 -m standalone.witness --folder /var/lib/witness --log 'civium/journal/...+...+...' --listen 127.0.0.1:8710

It runs under another account than the record, better on another machine and in other hands, with a key and a folder of its
own. It needs the files of this folder and the package ``cryptography``; it reads neither the database nor the keys of the record.
``--log``: the public key of a record to watch (``civium journal keys`` prints it); it is remembered. ``--listen``: a host and port, or
``unix:/path`` for a socket. What it refused, and why, is kept in ``refused.jsonl``: two signed heads that contradict each other prove
that a record was rewritten.
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import hashlib
import json
import os
import secrets
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .verify_record import (
    BY_A_WITNESS,
    BY_THE_RECORD,
    Key,
    NotSigned,
    cosigned_message,
    is_consistent,
    read_checkpoint,
    read_key,
    read_keys,
    signature_line,
    split_note,
)

# No request is longer: 63 hashes, a note, and room for signatures of others.
LONGEST_REQUEST = 32_768
LONGEST_LIST = 16 * 1024 * 1024
SECONDS_TO_SEND = 10


class Answer(NamedTuple):
    """What a request is told: the status of HTTP, and text."""

    status: int
    text: str = ""


class Witness:
    """The witness in one folder: its key, the records that it watches, the last head of each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        (folder / "seen").mkdir(mode=0o700, parents=True, exist_ok=True)
        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._seed()))
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = Key(f"civium/witness/{hashlib.sha256(public).hexdigest()[:16]}", BY_A_WITNESS, public)

    def _seed(self) -> str:
        path = self._folder / "witness-key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        return path.read_text(encoding="ascii").strip()

    def watch(self, line: str) -> None:
        """Watch the record with this public key from now on. Refuses with ValueError what is no such key."""
        key = read_key(line)
        if key.kind != BY_THE_RECORD:
            raise ValueError("this is the key of a witness, not of a record")
        if key not in self._logs():
            with (self._folder / "logs").open("a", encoding="utf-8") as file:
                file.write(f"{key}\n")

    def _logs(self) -> list[Key]:
        path = self._folder / "logs"
        return read_keys(path.read_text(encoding="utf-8").splitlines()) if path.exists() else []

    def add_checkpoint(self, request: str) -> Answer:
        """The cosignature of a head that contains what was cosigned before; anything else is refused."""
        try:
            proof, _, note = request.partition("\n\n")
            old_line, *hashes = proof.split("\n")
            old = int(old_line.removeprefix("old "))
            if old_line != f"old {old}" or old < 0 or len(hashes) > 63:
                raise ValueError
            path = [base64.b64decode(each, validate=True) for each in hashes]
            body, _ = split_note(note)
        except ValueError:
            return Answer(400)
        origin = body.split("\n", 1)[0]
        logs = [key for key in self._logs() if key.name == origin]
        if not logs:
            return Answer(404)
        try:
            signed = read_checkpoint(note, logs)
        except NotSigned:
            return Answer(403)
        if old > signed.size:
            return Answer(400)
        with self._lock, self._alone():
            return self._judge(old, path, note, body, logs)

    def _judge(self, old: int, path: list[bytes], note: str, body: str, logs: list[Key]) -> Answer:
        signed = read_checkpoint(note, logs)
        last_note = self._last_note(signed.origin)
        last = read_checkpoint(last_note, logs) if last_note else None
        size = last.size if last else 0
        if signed.size < size:
            self._keep(note, last_note, f"it has {signed.size} entries, and had {size}")
        if old != size:
            return Answer(409, f"{size}\n")
        if last and signed.size == size and signed.root != last.root:
            self._keep(note, last_note, f"it is another record of {size} entries")
            return Answer(409, f"{size}\n")
        if size and not is_consistent(size, last.root if last else b"", signed.size, signed.root, path):
            self._keep(note, last_note, f"it does not contain the record of {size} entries")
            return Answer(422)
        if not size and path:
            return Answer(422)
        self._see(signed.origin, note)
        return Answer(200, self._cosign(body))

    def _cosign(self, body: str) -> str:
        timestamp = int(time.time())
        signature = self._private.sign(cosigned_message(body, timestamp))
        return signature_line(self.key, timestamp.to_bytes(8, "big") + signature)

    # what it remembers

    def _alone(self) -> _Alone:
        return _Alone(self._folder / ".lock")

    def _seen(self, origin: str) -> Path:
        return self._folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()[:32]

    def _last_note(self, origin: str) -> str:
        path = self._seen(origin)
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _see(self, origin: str, note: str) -> None:
        """Remember the head before it is cosigned, and have the disk keep it."""
        path = self._seen(origin)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _keep(self, note: str, before: str, why: str) -> None:
        """Keep what proves that the record was rewritten."""
        path = self._folder / "refused.jsonl"
        if path.exists() and path.stat().st_size > LONGEST_LIST:
            return
        with path.open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"at": int(time.time()), "why": why, "seen": before, "refused": note}) + "\n"
            )


class _Alone:
    """One judgement at a time, also when two processes share the folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _Handler(BaseHTTPRequestHandler):
    witness: Witness
    timeout = SECONDS_TO_SEND
    server_version, sys_version = "witness", ""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            return self._say(Answer(404))
        if not length.isdigit() or int(length) > LONGEST_REQUEST:
            return self._say(Answer(413))
        try:
            request = self.rfile.read(int(length)).decode()
        except UnicodeDecodeError:
            return self._say(Answer(400))
        return self._say(self.witness.add_checkpoint(request))

    def _say(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        kind = "text/x.tlog.size" if answer.status == 409 else "text/plain; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what matters is in ``refused.jsonl``."""

    def address_string(self) -> str:
        return "somebody"


class _Tcp(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def serve(witness: Witness, listen: str) -> socketserver.BaseServer:
    """A server at ``host:port`` or ``unix:/path``, not yet running. Other accounts may reach the socket: signatures alone are believed."""
    handler = type("Handler", (_Handler,), {"witness": witness})
    if listen.startswith("unix:"):
        path = Path(listen[5:])
        path.unlink(missing_ok=True)
        server = _Unix(str(path), handler)
        path.chmod(0o666)
        return server
    host, _, port = listen.rpartition(":")
    return _Tcp((host, int(port)), handler)


def main(words: list[str] | None = None) -> int:
    """Watch until told to stop."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="where its key and what it saw are kept")
    parser.add_argument(
        "--log", action="append", default=[], metavar="KEY", help="public key of a record to watch"
    )
    parser.add_argument(
        "--listen", metavar="ADDRESS", help="host:port or unix:/path; without it: only say the own key"
    )
    asked = parser.parse_args(words)
    os.umask(0o022)  # whatever it was started with: nobody else writes here
    try:
        witness = Witness(asked.folder)
        for line in asked.log:
            witness.watch(line)
    except (OSError, ValueError) as error:
        print(f"Cannot watch: {error}", file=sys.stderr)
        return 1
    print(witness.key, flush=True)
    if asked.listen:
        try:
            serve(witness, asked.listen).serve_forever()
        except OSError as error:
            print(f"Cannot listen at {asked.listen}: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
