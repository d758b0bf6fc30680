"""Documents go out tagged, in the reader's script, sealed by the town."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from civium.foundation.files.actions import make_pdf as making
from civium.foundation.files.actions.draw_qr import qr_svg
from civium.foundation.files.actions.make_pdf import OutsideAddress, PdfLibrariesMissing, asset_path, make_pdf
from civium.foundation.files.actions.seal_pdf import SealMissing, SealReport, check_seal, seal_pdf
from civium.foundation.vault.actions.make_seal_key import make_seal_key

from .conftest import NOW
from .samples import plain_pdf

ENGLISH = '<h1>Dog licence</h1><table class="facts"><tr><th scope="row">Dog</th><td>Rex</td></tr></table>'
ARABIC = "<h1>رخصة كلب</h1><p>مُنحت هذه الرخصة إلى أمينة.</p>"


def _tags(pdf: pikepdf.Pdf) -> set[str]:
    return {str(each.S) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each}


@pytest.fixture
def sealed(settings: object, tmp_path: Path) -> Iterator[bytes]:
    settings.CIVIUM_KEYS = tmp_path  # type: ignore[attr-defined]
    make_seal_key(at=NOW)
    return seal_pdf(
        make_pdf(ENGLISH, language="en", title="Dog licence"), reason="Issued by the town", at=NOW
    )


def test_a_document_is_tagged_and_says_its_title_and_language() -> None:
    with pikepdf.open(BytesIO(make_pdf(ENGLISH, language="en", title="Dog licence"))) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title) == "Dog licence"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert {"/H1", "/Table", "/TH", "/TD"} <= _tags(pdf)


def test_an_arabic_document_reads_from_right_to_left() -> None:
    with pikepdf.open(BytesIO(make_pdf(ARABIC, language="ar", title="رخصة كلب"))) as pdf:
        assert str(pdf.Root.Lang) == "ar"
        assert str(pdf.Root.ViewerPreferences.get("/Direction", "")) in {"", "/R2L"}
        fonts = {
            str(each.FontName)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/FontName" in each
        }
        assert any("Arabic" in name or "Vazirmatn" in name for name in fonts), fonts


def test_every_letter_is_in_the_document_itself() -> None:
    with pikepdf.open(BytesIO(make_pdf(ENGLISH, language="en", title="x"))) as pdf:
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_a_title_cannot_break_out() -> None:
    with pikepdf.open(BytesIO(make_pdf("<h1>x</h1>", language="en", title="</title><h1>evil"))) as pdf:
        assert str(pdf.docinfo.Title) == "</title><h1>evil"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://evil.example/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="asset:../../../etc/passwd" alt="x">',
        '<img src="ftp://evil.example/x.png" alt="x">',
        '<link rel="stylesheet" href="http://evil.example/x.css">',
        "<style>@import url(http://evil.example/x.css);</style>",
        '<object data="http://evil.example/x"></object>',
    ],
)
def test_a_document_fetches_nothing_from_outside(html: str) -> None:
    with pytest.raises(OutsideAddress):
        make_pdf(f"<h1>x</h1>{html}", language="en", title="x")


def test_a_link_in_a_document_is_not_fetched() -> None:
    assert make_pdf('<h1>x</h1><a href="https://port-lumen.example/">us</a>', language="en", title="x")


def test_assets_are_our_own_only() -> None:
    assert asset_path("mark.svg") is not None
    for outside in ("../secret", "/etc/passwd", "a/../../b"):
        assert asset_path(outside) is None


def test_missing_system_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    whole_import = builtins.__import__

    def without_pango(name: str, *asked: object, **more: object) -> object:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return whole_import(name, *asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(PdfLibrariesMissing, match=r"apt install libpango-1\.0-0"):
        making._weasyprint()


def test_a_sealed_document_is_ours_and_unchanged(sealed: bytes) -> None:
    assert check_seal(sealed) == SealReport(
        is_sealed=True,
        is_intact=True,
        is_ours=True,
        covers_everything=True,
        sealed_at=NOW,
        reason="Issued by the town",
    )
    assert check_seal(sealed).is_good


def test_a_sealed_document_is_still_tagged(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert "/H1" in _tags(pdf)
        assert pdf.Root.MarkInfo.Marked
        (seal,) = [field.V for field in pdf.Root.AcroForm.Fields]
        assert str(seal.SubFilter) == "/ETSI.CAdES.detached"


def test_one_changed_byte_breaks_the_seal(sealed: bytes) -> None:
    for place in (len(sealed) // 10, len(sealed) // 3, len(sealed) // 2):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert not check_seal(bytes(changed)).is_good


def test_what_was_added_after_the_seal_is_noticed(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as pdf:
        pdf.pages[0].Rotate = 90
        out = BytesIO()
        pdf.save(out)
    assert not check_seal(out.getvalue()).is_good
    added = sealed + b"\n5 0 obj\n<<>>\nendobj\n"
    assert not check_seal(added).is_good


def test_another_towns_seal_is_not_ours(sealed: bytes, settings: object, tmp_path: Path) -> None:
    settings.CIVIUM_KEYS = tmp_path / "other"  # type: ignore[attr-defined]
    make_seal_key(at=NOW)
    report = check_seal(sealed)
    assert report.is_intact
    assert not report.is_ours
    assert not report.is_good


@pytest.mark.parametrize("data", [b"", b"not a PDF", plain_pdf(), plain_pdf()[:100]])
def test_what_bears_no_seal_is_not_sealed(sealed: bytes, data: bytes) -> None:
    assert check_seal(data) == SealReport(is_sealed=False)


def test_without_a_seal_the_town_is_told_what_to_do(settings: object, tmp_path: Path) -> None:
    settings.CIVIUM_KEYS = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(SealMissing, match="civium keys make"):
        seal_pdf(plain_pdf(), reason="x", at=NOW)


def test_a_seal_outlives_its_certificate(sealed: bytes) -> None:
    """Whether it was good is asked for the moment of the seal, not for today."""
    assert check_seal(sealed).sealed_at == NOW
    assert dt.datetime.now(tz=dt.UTC) > NOW


def test_a_qr_code_is_a_picture_with_a_name() -> None:
    svg = qr_svg("https://port-lumen.example/certificates/7K4M92QX", title='Check <it> & "see"')
    assert svg.startswith('<svg role="img" ')
    assert "Check &lt;it&gt; &amp;" in svg
    assert not re.search(r"\sstyle=|\son\w+=", svg)


def test_a_qr_code_in_a_document_says_what_it_is() -> None:
    code = qr_svg("https://port-lumen.example/", title="Check this certificate")
    with pikepdf.open(BytesIO(make_pdf(f"<h1>x</h1>{code}", language="en", title="x"))) as pdf:
        said = [
            str(each.Alt) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
        assert said == ["Check this certificate"]
