"""Blind indexes, signatures and tokens."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.vault.actions.indexing import blind_index
from civium.foundation.vault.actions.signing import is_signed, sign_message
from civium.foundation.vault.actions.tokens import new_token, token_digest

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SECRET = "whsec-of-the-test"


@pytest.mark.django_db
@pytest.mark.parametrize("same", ["AMINA@example.org", " amina@example.org ", "ａｍｉｎａ@example.org"])
def test_the_same_value_however_typed_has_the_same_index(same: str) -> None:
    assert blind_index(same, purpose="people:email") == blind_index(
        "amina@example.org", purpose="people:email"
    )


@pytest.mark.django_db
def test_other_values_and_other_purposes_have_another_index() -> None:
    indexes = {
        blind_index(value, purpose=purpose) for value in ("a", "b", "") for purpose in ("x", "y", "xa")
    }
    assert len(indexes) == 9
    assert {len(index) for index in indexes} == {32}


def test_a_signed_message_is_believed_for_five_minutes() -> None:
    signature = sign_message(b"paid", secret=SECRET, at=NOW)
    for late in (-300, 0, 300):
        assert is_signed(b"paid", signature, secret=SECRET, at=NOW + dt.timedelta(seconds=late))
    for late in (-301, 301):
        assert not is_signed(b"paid", signature, secret=SECRET, at=NOW + dt.timedelta(seconds=late))


def test_a_signature_is_the_one_other_systems_compute() -> None:
    """Computed with `printf '1772442000.paid' | openssl dgst -sha256 -hmac whsec-of-the-test`."""
    expected = "t=1772442000,v1=d9186768f4a6ea832a1ac0970373d1e854be7578066211cfe587674d8c29b36d"
    assert sign_message(b"paid", secret=SECRET, at=NOW) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"message": b"paid "},
        {"message": b""},
        {"secret": "another"},
        {"secret": ""},
    ],
)
def test_another_message_or_secret_is_not_believed(change: dict[str, object]) -> None:
    asked = {"message": b"paid", "secret": SECRET, **change}
    assert not is_signed(
        asked["message"], sign_message(b"paid", secret=SECRET, at=NOW), secret=asked["secret"], at=NOW
    )  # type: ignore[arg-type]


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_signed(b"paid", sign_message(b"paid", secret="", at=NOW), secret="", at=NOW)


def test_one_of_two_signatures_is_enough_while_a_secret_is_replaced() -> None:
    old, new = (sign_message(b"paid", secret=secret, at=NOW) for secret in ("old", "new"))
    both = f"{old},{new.partition(',')[2]}"
    assert is_signed(b"paid", both, secret="new", at=NOW)
    assert is_signed(b"paid", both, secret="old", at=NOW)


@given(st.text(max_size=200))
def test_no_text_at_all_passes_for_a_signature(signature: str) -> None:
    assert not is_signed(b"paid", signature, secret=SECRET, at=NOW)


@pytest.mark.parametrize("t", ["", "-1", "1e9", "٣", "9" * 400, "1772442000,t=1772442001"])
def test_a_strange_moment_is_not_believed(t: str) -> None:
    good = sign_message(b"paid", secret=SECRET, at=NOW).partition(",")[2]
    assert not is_signed(b"paid", f"t={t},{good}", secret=SECRET, at=NOW)


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {32}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_the_digest_of_a_token_tells_nothing_of_it() -> None:
    token = new_token()
    assert token_digest(token) == token_digest(token)
    assert token not in token_digest(token)
    assert len(token_digest(token)) == 64
