"""What a file is and what it may be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.files.rules import (
    KINDS,
    LONGEST_NAME,
    accepted_kinds,
    disposition,
    kind_by_content,
    safe_name,
)

from . import samples

PDF = KINDS["pdf"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("proof.pdf", "proof.pdf"),
        ("Prüfung 2026.PDF", "Prüfung 2026.PDF"),
        ("شهادة.pdf", "شهادة.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Amina\\proof.pdf", "proof.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("a\u2066b\u2069\u200b\x00\x1b[31m.pdf", "ab[31m.pdf"),
        ("two\r\nlines\t.pdf", "two lines.pdf"),
        ("...pdf", "pdf.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "file.pdf"),
        ("\u202e", "file.pdf"),
        ("proof", "proof.pdf"),
        ("proof.pdf.", "proof.pdf"),
    ],
)
def test_names_are_made_safe(raw: str, shown: str) -> None:
    assert safe_name(raw, kind=PDF) == shown


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ä" * 5000 + ".pdf", kind=PDF)
    assert len(name) == LONGEST_NAME
    assert name.endswith("ä.pdf")


@given(st.text(max_size=300))
def test_no_name_whatever_misleads(raw: str) -> None:
    name = safe_name(raw, kind=PDF)
    assert 5 <= len(name) <= LONGEST_NAME
    assert name.lower().endswith(".pdf")
    assert name.isprintable()
    assert not set(name) & set("/\\\u202e\u2066\n\r\0")
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_download_is_named_in_both_forms() -> None:
    assert (
        disposition('Zürich "1".pdf')
        == "attachment; filename=\"Zurich _1_.pdf\"; filename*=UTF-8''Z%C3%BCrich%20%221%22.pdf"
    )
    assert disposition("شهادة.pdf").startswith('attachment; filename="file.pdf"; filename*=UTF-8')
    assert disposition("README").startswith('attachment; filename="README";')


def test_kinds_are_known_by_their_first_bytes() -> None:
    assert kind_by_content(samples.plain_pdf()) is PDF
    for name in ("JPEG", "PNG", "WEBP"):
        found = kind_by_content(samples.picture(name))
        assert found is not None
        assert found.media_type == f"image/{name.lower()}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PD",
        b"GIF89a<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><title>%PDF-1.7</title>",
        b"PK\x03\x04[Content_Types].xml",
        b"MZ\x90\x00",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"#!/bin/sh\n",
        b"\xff\xd8",
    ],
)
def test_everything_else_is_of_no_kind(data: bytes) -> None:
    assert kind_by_content(data) is None


def test_a_question_can_only_accept_what_we_make_safe() -> None:
    assert accepted_kinds(["pdf", "JPG", ".jpeg"]) == [KINDS["pdf"], KINDS["jpg"]]
    for unsafe in ("svg", "docx", "html", "exe", ""):
        with pytest.raises(ValueError, match="are not taken"):
            accepted_kinds([unsafe])
