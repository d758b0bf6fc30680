"""Files are made harmless: pictures drawn again, PDFs without anything that acts."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import zlib
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from civium.foundation.files import cleaner
from civium.foundation.files.cleaner import (
    BrokenFile,
    ChangingForm,
    CleanerBusy,
    LockedFile,
    Portfolio,
    TooManyParts,
    TooManyPixels,
    clean,
)
from civium.foundation.files.cleaning import CannotClean, clean_image, clean_pdf
from civium.foundation.files.rules import KINDS

from . import samples

_ACTS = re.compile(
    rb"JavaScript|/JS|/Launch|SubmitForm|ImportData|GoToR|/AA\b|/XFA|EmbeddedFile|/EF\b|RichMedia|/Rendition|FileAttachment"
    rb"|evil|/Requirements|app\.alert|script:"
)


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_a_photo_loses_its_place_and_its_remarks() -> None:
    photo = samples.photo_with_place()
    assert _opened(photo).getexif().get_ifd(0x8825), "the sample has a place"
    cleaned = clean_image(photo, "jpg")
    assert not _opened(cleaned).getexif()
    assert samples.CANARY.encode() not in cleaned
    assert b"Exif" not in cleaned
    assert _opened(cleaned).size == (60, 40)


def test_a_photo_stands_upright_without_its_orientation_mark() -> None:
    cleaned = _opened(clean_image(samples.photo_with_place(orientation=6), "jpg"))
    assert cleaned.size == (40, 60)
    red, green, _ = cleaned.convert("RGB").getpixel(
        (38, 2)
    )  # the corner that was at the left is now at the right
    assert red > 150 > green


@pytest.mark.parametrize(
    ("kind", "format_name", "mode"),
    [
        ("jpg", "JPEG", "RGB"),
        ("jpg", "JPEG", "L"),
        ("jpg", "JPEG", "CMYK"),
        ("png", "PNG", "RGB"),
        ("png", "PNG", "RGBA"),
        ("png", "PNG", "LA"),
        ("png", "PNG", "P"),
        ("png", "PNG", "1"),
        ("png", "PNG", "I;16"),
        ("webp", "WEBP", "RGB"),
        ("webp", "WEBP", "RGBA"),
    ],
)
def test_pictures_of_every_mode_are_drawn_again(kind: str, format_name: str, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, format_name)
    cleaned = _opened(clean_image(out.getvalue(), kind))
    assert (cleaned.format, cleaned.size) == (format_name, (30, 20))
    cleaned.load()


def test_a_picture_keeps_what_is_transparent() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert _opened(clean_image(out.getvalue(), "png")).getpixel((1, 1)) == (0, 0, 0, 0)


def test_what_follows_the_end_of_a_picture_is_gone() -> None:
    for kind, name in (("jpg", "JPEG"), ("png", "PNG")):
        polyglot = samples.picture(name) + b"<script>alert(1)</script>PK\x03\x04"
        cleaned = clean_image(polyglot, kind)
        assert b"script" not in cleaned
        assert b"PK\x03\x04" not in cleaned


def test_texts_inside_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Comment", samples.CANARY, zip=False)
    cleaned = clean_image(samples.picture("PNG", pnginfo=texts, dpi=(72, 72)), "png")
    assert samples.CANARY.encode() not in cleaned
    assert b"tEXt" not in cleaned


def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = (50_000).to_bytes(4, "big") * 2
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00")
        + chunk(b"IDAT", zlib.compress(b"\0" * 9999))
    )
    with pytest.raises(TooManyPixels):
        clean(bomb + chunk(b"IEND", b""), KINDS["png"])


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    name = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[kind]
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    out = BytesIO()
    noise.save(out, name)
    data = out.getvalue()
    for length in (20, len(data) // 2, len(data) - 200):
        with pytest.raises(CannotClean, match="broken"):
            clean_image(data[:length], kind)


def test_one_kind_of_picture_does_not_pass_for_another() -> None:
    with pytest.raises(CannotClean, match="broken"):
        clean_image(samples.picture("PNG"), "jpg")


@tried(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["jpg", "png", "webp"]))
def test_no_bytes_whatever_get_out_of_the_image_cleaner_by_another_way(tail: bytes, kind: str) -> None:
    name = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[kind]
    for data in (tail, samples.picture(name)[:60] + tail):
        with contextlib.suppress(CannotClean):
            assert clean_image(data, kind)


# --- PDF -------------------------------------------------------------------------------------------------------------


def _readable(data: bytes) -> bytes:
    """The PDF with nothing compressed, so that every key and name in it can be searched."""
    with pikepdf.open(BytesIO(data)) as pdf:
        out = BytesIO()
        pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()


def test_everything_that_acts_is_taken_out_of_a_pdf() -> None:
    data = samples.pdf_that_does_everything()
    assert len(set(_ACTS.findall(_readable(data)))) > 12, "the sample acts"
    cleaned = _readable(clean_pdf(data))
    assert _ACTS.findall(cleaned) == []


def test_what_a_reader_needs_stays_in_a_pdf() -> None:
    with pikepdf.open(BytesIO(clean_pdf(samples.pdf_that_does_everything()))) as pdf:
        notes = [str(each.Subtype) for each in pdf.pages[0].Annots]
        assert notes == ["/Link", "/Link", "/Link", "/Link", "/Link", "/Text"]
        assert [str(each.A.URI) for each in pdf.pages[0].Annots if "/URI" in each.get("/A", {})] == [
            "https://port-lumen.example/"
        ]
        assert str(pdf.Root.AcroForm.Fields[0].V) == "Amina"
        assert samples.CANARY.encode() in pdf.pages[0].Contents.read_bytes()


def test_a_font_may_be_called_like_something_that_acts() -> None:
    pdf = samples.document()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(AA=font, EF=font, JS=font, A=font))
    with pikepdf.open(BytesIO(clean_pdf(samples.written(pdf)))) as cleaned:
        assert set(cleaned.pages[0].Resources.Font.keys()) == {"/AA", "/EF", "/JS", "/A"}


def test_opening_at_a_page_is_no_act() -> None:
    pdf = samples.document()
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
    with pikepdf.open(BytesIO(clean_pdf(samples.written(pdf)))) as cleaned:
        assert "/OpenAction" in cleaned.Root


def test_a_signed_pdf_in_which_nothing_acts_is_left_as_it_is() -> None:
    pdf = samples.document(AcroForm=Dictionary(Fields=Array([]), SigFlags=3))
    data = samples.written(pdf)
    assert clean_pdf(data) == data
    pdf.Root.OpenAction = samples.script()
    assert b"JavaScript" not in _readable(clean_pdf(samples.written(pdf)))


def test_what_follows_the_end_of_a_pdf_is_gone() -> None:
    assert b"PK\x03\x04" not in clean_pdf(samples.plain_pdf() + b"\nPK\x03\x04")


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_pdf_with_a_password_is_refused(password: str) -> None:
    locked = samples.written(samples.document(), encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(LockedFile):
        clean(locked, KINDS["pdf"])


def test_a_pdf_cut_short_is_refused() -> None:
    data = samples.plain_pdf()
    for length in (5, 50, len(data) // 2, len(data) - 30):
        with pytest.raises(CannotClean, match="broken"):
            clean_pdf(data[:length])


def test_a_pdf_without_pages_is_refused() -> None:
    with pytest.raises(CannotClean, match="broken"):
        clean_pdf(samples.written(pikepdf.new()))


def test_a_form_that_draws_itself_is_refused() -> None:
    with pytest.raises(ChangingForm):
        clean(samples.written(samples.document(NeedsRendering=True)), KINDS["pdf"])


def test_a_bag_of_files_is_refused() -> None:
    with pytest.raises(Portfolio):
        clean(samples.written(samples.document(Collection=Dictionary(View=Name.T))), KINDS["pdf"])


def test_a_pdf_nested_too_deeply_is_refused() -> None:
    deep = Dictionary(X=String("end"))
    for _ in range(200):
        deep = Dictionary(X=deep)
    with pytest.raises(CannotClean, match="broken"):
        clean_pdf(samples.written(samples.document(Deep=deep)))


def test_a_pdf_whose_objects_unpack_to_gigabytes_is_refused() -> None:
    """The cleaner runs out of its own memory, not of ours."""
    assert clean(samples.pdf_padded_by(megabytes=1), KINDS["pdf"])
    with pytest.raises(BrokenFile):
        clean(samples.pdf_padded_by(megabytes=1100), KINDS["pdf"])


def test_the_program_cleans_as_the_functions_do() -> None:
    assert b"Exif" not in clean(samples.photo_with_place(), KINDS["jpg"])
    assert _ACTS.findall(_readable(clean(samples.pdf_that_does_everything(), KINDS["pdf"]))) == []


def test_the_program_knows_nothing_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert clean(samples.picture("PNG"), KINDS["png"]).startswith(b"\x89PNG")


def test_a_pdf_of_more_parts_than_any_letter_has_is_refused() -> None:
    assert clean_pdf(samples.pdf_of_many_parts(1_000))
    with pytest.raises(TooManyParts):
        clean(samples.pdf_of_many_parts(50_001), KINDS["pdf"])


def test_the_program_computes_for_five_seconds_and_no_longer() -> None:
    limited = (
        "import resource, runpy; runpy.run_path({!r})['_limit_itself']();"
        "print(resource.getrlimit(resource.RLIMIT_CPU))"
    )
    command = [sys.executable, "-I", "-B", "-c", limited.format(str(cleaner._PROGRAM))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "(5, 5)\n"


def test_nobody_waits_long_for_the_files_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaner, "LONGEST_WAIT", 0.01)
    with cleaner._one_at_a_time, pytest.raises(CleanerBusy) as refused:
        clean(samples.picture(), KINDS["jpg"])
    assert refused.value.status == 503
    assert clean(samples.picture(), KINDS["jpg"]), "the turn was given back"


def test_a_file_that_takes_too_long_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaner, "_SECONDS", 0.001)
    with pytest.raises(BrokenFile):
        clean(samples.picture(), KINDS["jpg"])
