"""A taken port is noticed before anything slow, and named."""

from __future__ import annotations

import os
import socket

import pytest

from config.ports import chosen_port, require_free
from config.terminal import Trouble


def listening(*, shared: bool = False) -> socket.socket:
    taken = socket.socket()
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_a_taken_port_is_refused_and_the_next_one_proposed() -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as told:
            require_free(port)
    assert f"Port {port} is taken" in told.value.what
    assert f"another port in PORT, such as {port + 1}" in told.value.to_do[0]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux says who has a port")
def test_the_program_that_has_the_port_is_named() -> None:
    with listening() as taken, pytest.raises(Trouble, match=f"process {os.getpid()}"):
        require_free(taken.getsockname()[1])


def test_a_port_that_its_owner_would_share_counts_as_taken() -> None:
    """granian shares its port silently: two towns would take turns in answering."""
    with listening(shared=True) as taken, pytest.raises(Trouble, match="is taken"):
        require_free(taken.getsockname()[1])


def test_a_free_port_is_free() -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
    require_free(port)


@pytest.mark.parametrize("word", ["eighty", "0", "70000", "-1", "80.0"])
def test_a_port_that_is_none_is_refused(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", word)
    with pytest.raises(Trouble, match="not a port"):
        chosen_port()
