"""Run other programs quietly: what they print goes to ``build/setup.log`` and is shown only when they fail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.terminal import Trouble
from setup import BUILD, ROOT

LOG = BUILD / "setup.log"

# What a failing program printed -> what is wrong, and what to do. The first that fits is told.
_KNOWN_TROUBLE: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (
        ("No space left on device", "ENOSPC", "database or disk is full"),
        "The disk is full.",
        ("Free about 1.5 GB and start again; it goes on where it stopped.",),
    ),
    (
        ("DO NOT MATCH THE HASHES", "EINTEGRITY", "Hash mismatch"),
        "A package that was downloaded is not the one that was locked, so it was not installed.",
        (
            "A proxy or mirror may have changed it: try another network, or empty its cache.",
            "If you changed requirements yourself: make lock",
        ),
    ),
    (
        (
            "Temporary failure in name resolution",
            "Name or service not known",
            "Failed to establish a new connection",
            "Connection refused",
            "Network is unreachable",
            "ProxyError",
            "ReadTimeoutError",
            "dns error",
            "error sending request",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ETIMEDOUT",
            "ECONNREFUSED",
            "ECONNRESET",
            "(from versions: none)",
        ),
        "Packages could not be downloaded: there seems to be no network, or a proxy is in the way.",
        (
            "Check the connection. Behind a proxy, set HTTPS_PROXY; with a mirror, set PIP_INDEX_URL",
            "and `npm config set registry ...`. Then start again; it goes on where it stopped.",
        ),
    ),
    (
        ("Permission denied", "EACCES", "Read-only file system", "EROFS"),
        "A file or folder here cannot be written.",
        ("Give yourself the folder (chown -R $USER .), or clone into a folder of your own.",),
    ),
    (
        ("No matching distribution found", "No solution found", "is not a supported wheel"),
        "A locked package does not exist for this Python or this kind of machine.",
        ("Use Python 3.11, 3.12 or 3.13 on Linux or macOS (PYTHON=python3.12 make run).",),
    ),
    (
        ("Python.h", "command 'gcc' failed", "Failed building wheel", "command 'cc' failed"),
        "A package had to be compiled, because there is no ready-made one for this machine, and that failed.",
        ("Debian, Ubuntu:  sudo apt-get install build-essential python3-dev libffi-dev",),
    ),
)


def run_quietly(
    command: Sequence[str | Path], *, at: Path = ROOT, extra: Mapping[str, str] | None = None
) -> None:
    """Run a program to its end. Raises ``Trouble`` with the reason in plain words when it fails."""
    BUILD.mkdir(exist_ok=True)
    words = [str(word) for word in command]
    with LOG.open("a", encoding="utf-8", errors="replace") as log:
        log.write(f"\n$ {' '.join(words)}\n")
        log.flush()
        begun = log.tell()
        done = subprocess.run(words, cwd=at, env={**os.environ, **(extra or {})}, stdout=log, stderr=log)
    if done.returncode != 0:
        with LOG.open("rb") as log_again:
            log_again.seek(begun)
            raise explained(words, log_again.read().decode("utf-8", errors="replace"))


def explained(command: Sequence[str], printed: str) -> Trouble:
    """The trouble behind what a failing program printed."""
    for signs, what, to_do in _KNOWN_TROUBLE:
        if any(sign in printed for sign in signs):
            return Trouble(what, *to_do, f"The whole story: {LOG.relative_to(ROOT)}")
    last = [line for line in printed.splitlines() if line.strip()][-12:]
    return Trouble(
        f"`{' '.join(command[:4])}` failed:\n" + "\n".join(f"    | {line}" for line in last),
        f"The whole story: {LOG.relative_to(ROOT)}",
    )
