"""Make a file harmless: images drawn again, PDFs without anything that acts. A program of its own.

It runs in a process with little memory and time, no network use, no files to write and none of the site's secrets: it is
the one place where bytes from strangers meet big parsers. Imports nothing of the product. Reads the file from standard
input and writes the clean one to standard output; a file that it refuses ends it with status 3 and one word on stderr.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import Any, Final

MEMORY: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 5
REFUSED: Final = 3
MOST_PIXELS: Final = 50_000_000
MOST_OBJECTS: Final = 50_000
DEEPEST: Final = 100


class CannotClean(Exception):
    """The file is refused; the word says why: broken, locked, pixels, parts, changing-form, portfolio."""


# --- images ----------------------------------------------------------------------------------------------------------

_MODES: Final = {
    "jpg": ("JPEG", ("L", "RGB"), {"quality": 90}),
    "png": ("PNG", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), {}),
    "webp": ("WEBP", ("RGB", "RGBA"), {"quality": 90}),
}


def clean_image(data: bytes, kind: str) -> bytes:
    """The picture drawn again: upright, and without EXIF, place, comments, profiles or anything after its end."""
    from PIL import Image, ImageFile, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit, before anything is decoded
    ImageFile.LOAD_TRUNCATED_IMAGES = (
        False  # WeasyPrint, where it is loaded too, sets it for the whole process
    )
    name, modes, options = _MODES[kind]
    try:
        picture = Image.open(BytesIO(data), formats=[name])
        if picture.width * picture.height > MOST_PIXELS:
            raise CannotClean("pixels")
        picture.load()
        drawn: Image.Image = ImageOps.exif_transpose(picture)
    except CannotClean:
        raise
    except Exception as error:  # Pillow raises whatever the broken bytes led it to
        raise CannotClean("broken") from error
    if drawn.mode not in modes:
        drawn = drawn.convert("RGBA" if "RGBA" in modes and drawn.has_transparency_data else "RGB")
    drawn.info = {key: value for key, value in drawn.info.items() if key == "transparency"}
    out = BytesIO()
    drawn.save(out, name, exif=b"", **options)
    return out.getvalue()


# --- PDF -------------------------------------------------------------------------------------------------------------

_ACTING: Final = {
    "/GoTo3DView", "/GoToE", "/GoToR", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition",
    "/RichMediaExecute", "/Sound", "/SubmitForm", "/Thread",
}  # fmt: skip
_TRIGGERS: Final = {
    "/Bl", "/C", "/D", "/DP", "/DS", "/E", "/F", "/Fo", "/K", "/O", "/PC", "/PI", "/PO", "/PV", "/U", "/V", "/WC",
    "/WP", "/WS", "/X",
}  # fmt: skip
_FILES: Final = {"/DOS", "/F", "/Mac", "/UF", "/Unix"}
_ACTING_NOTES: Final = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:")
_SAFE_SCHEMES: Final = {"http:", "https:", "mailto:", "tel:"}


def clean_pdf(data: bytes) -> bytes:
    """The document without scripts, launches, submissions, media, embedded files and XFA.

    A document that bears a signature and nothing of the kind is left byte for byte, because its signature would not
    survive rewriting. Locked, damaged and self-changing documents are refused: what a clerk would see is not known.
    """
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            _refuse_what_cannot_be_shown(pdf)
            changes = _Scrub(pikepdf).clean(pdf)
            if not changes and _is_signed(pdf):
                return data
            out = BytesIO()
            pdf.save(out, encryption=False, preserve_pdfa=True)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise CannotClean("locked") from error
    except CannotClean:
        raise
    except Exception as error:  # a broken document surfaces as any of pikepdf's and Python's errors
        raise CannotClean("broken") from error


def _refuse_what_cannot_be_shown(pdf: Any) -> None:
    if pdf.is_encrypted:
        raise CannotClean("locked")
    if len(pdf.objects) > MOST_OBJECTS:
        raise CannotClean("parts")
    if len(pdf.pages) == 0:
        raise CannotClean("broken")
    if "/Collection" in pdf.Root:
        raise CannotClean("portfolio")
    if pdf.Root.get("/NeedsRendering", False):
        raise CannotClean("changing-form")


def _is_signed(pdf: Any) -> bool:
    form = pdf.Root.get("/AcroForm", {})
    return bool(int(form.get("/SigFlags", 0)) & 1)


class _Scrub:
    """Walks every object of a document and takes out what acts; counts what it took."""

    def __init__(self, pikepdf: Any) -> None:
        self._pikepdf = pikepdf
        self._changes = 0

    def clean(self, pdf: Any) -> int:
        self._take(pdf.Root, "/Requirements")
        self._take(pdf.Root.get("/AcroForm", {}), "/XFA")
        for name in ("/AlternatePresentations", "/EmbeddedFiles", "/JavaScript", "/Renditions"):
            self._take(pdf.Root.get("/Names", {}), name)
        for each in pdf.objects:
            self._scrub(each, depth=0)
        if self._is_dictionary(pdf.Root.get("/OpenAction")) and "/S" not in pdf.Root.OpenAction:
            self._take(pdf.Root, "/OpenAction")
        return self._changes

    def _take(self, holder: Any, key: str) -> None:
        if key in holder:
            del holder[key]
            self._changes += 1

    def _is_dictionary(self, value: Any) -> bool:
        return isinstance(value, self._pikepdf.Dictionary)

    def _scrub(self, value: Any, *, depth: int) -> None:
        if depth > DEEPEST:
            raise CannotClean("broken")
        if isinstance(value, self._pikepdf.Array):
            self._scrub_array(value, depth=depth)
        elif self._is_dictionary(value) or isinstance(value, self._pikepdf.Stream):
            self._scrub_dictionary(value, depth=depth)

    def _scrub_array(self, array: Any, *, depth: int) -> None:
        for place in reversed(range(len(array))):
            item = array[place]
            if self._is_dictionary(item) and "/Rect" in item and str(item.get("/Subtype")) in _ACTING_NOTES:
                del array[place]
                self._changes += 1
            elif isinstance(item, self._pikepdf.Object) and not item.is_indirect:
                self._scrub(item, depth=depth + 1)

    def _scrub_dictionary(self, found: Any, *, depth: int) -> None:
        if isinstance(found, self._pikepdf.Stream):  # content that lies in another file
            for key in ("/F", "/FFilter", "/FDecodeParms"):
                self._take(found, key)
        elif self._acts(found):
            for key in list(found.keys()):
                self._take(found, key)
        for key in list(found.keys()):
            value = found[key]
            if self._is_unwanted(key, value):
                self._take(found, key)
            elif isinstance(value, self._pikepdf.Object) and not value.is_indirect:
                self._scrub(value, depth=depth + 1)

    def _is_unwanted(self, key: str, value: Any) -> bool:
        """What happens by itself, and files inside. Told by the content too: a font may well be called /AA."""
        if key == "/AF":
            return isinstance(value, self._pikepdf.Array)
        names = {"/AA": _TRIGGERS, "/EF": _FILES}.get(key)
        return names is not None and self._is_dictionary(value) and set(value.keys()) <= names

    def _acts(self, found: Any) -> bool:
        does = str(found.get("/S", ""))
        if does == "/URI":
            address = "".join(str(found.get("/URI", "")).split()).lower()
            scheme = _SCHEME.match(address)
            return scheme is not None and scheme.group() not in _SAFE_SCHEMES
        return does in _ACTING


# --- the program -----------------------------------------------------------------------------------------------------


def _limit_itself() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main(kind: str) -> int:
    """Clean what comes in on standard input; 0, or 3 and the reason on stderr."""
    _limit_itself()
    data = sys.stdin.buffer.read()
    try:
        cleaned = clean_pdf(data) if kind == "pdf" else clean_image(data, kind)
    except CannotClean as refused:
        sys.stderr.write(str(refused))
        return REFUSED
    sys.stdout.buffer.write(cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
