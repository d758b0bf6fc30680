"""Make a PDF of a page: tagged (PDF/UA-1, ISO 14289-1), in the reader's language, direction and script."""

from __future__ import annotations

import atexit
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import get_template
from markupsafe import Markup

from civium.foundation.design.built import read_build
from civium.foundation.kit.languages import direction, pick_text
from civium.foundation.kit.town import the_town

_STYLE: Final = Path(__file__).parents[1] / "document.css"
# Pango and fontconfig are one per process.
_one_at_a_time = threading.Lock()


class PdfLibrariesMissing(Exception):
    """The system libraries that lay out text are not installed; the message says which packages to install."""


class OutsideAddress(ValueError):
    """A document wanted something that is not one of our own assets."""


def make_pdf(html: str, *, language: str, title: str) -> bytes:
    """The PDF of a document. ``html`` is what belongs into its body, trusted, beginning with one ``<h1>``.

    ``document.css`` says which classes there are (``issuer``, ``facts``, ``check``, ``amount``, ``quiet``). The title and the language go into the
    document's properties. Pictures come from the built assets (``<img src="asset:mark.svg" alt="...">``), are inline SVG
    or ``data:``; everything else raises OutsideAddress, so that nothing is ever fetched. Takes two seconds the first time
    in a process and a twentieth after that: call it from a job. Raises PdfLibrariesMissing.
    """
    weasyprint = _weasyprint()
    page = get_template("files/document.html", using="jinja2").render(
        {
            "body": Markup(html),  # noqa: S704 - the caller's own template
            "language": language,
            "direction": direction(language),
            "title": title,
            "author": pick_text(the_town().name, language).words,
        }
    )
    fetcher = _own_assets()()
    with _one_at_a_time:
        fonts, style = _fonts_and_style()
        try:
            pdf: bytes = weasyprint.HTML(string=page, base_url="asset:/", url_fetcher=fetcher).write_pdf(
                stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True
            )
        except weasyprint.urls.FatalURLFetchingError as error:
            raise OutsideAddress(str(error)) from None
    return pdf


def _weasyprint() -> Any:
    try:
        import weasyprint
        import weasyprint.text.fonts
        import weasyprint.urls
    except OSError as error:
        raise PdfLibrariesMissing(
            "PDF documents need system libraries that are not installed. On Debian or Ubuntu: "
            "`apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 fonts-noto-core`. "
            f"(What was missing: {error})"
        ) from error
    return weasyprint


@lru_cache(maxsize=1)
def _fonts_and_style() -> tuple[Any, Any]:
    """Our typefaces and our style sheet, read once: they are half of the cost of a short document."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    atexit.register(_fonts_and_style.cache_clear)  # it lets go of its files with functions that go last
    return fonts, weasyprint.CSS(filename=_STYLE, url_fetcher=_own_assets()(), font_config=fonts)


@lru_cache(maxsize=1)
def _own_assets() -> type[Any]:
    """The class that fetches for WeasyPrint; made late, because importing WeasyPrint takes two seconds."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnAssets(URLFetcher):  # type: ignore[misc]
        """Reads our built assets and what is in the page itself. Nothing else, and nothing from a network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, rest = url.partition(":")
            if scheme == "data":
                return super().fetch(url, headers)
            path = asset_path(rest.lstrip("/")) if scheme == "asset" else None
            if path is None:
                raise FatalURLFetchingError(f"a document may not use {scheme}: addresses")
            return URLFetcherResponse(url, body=path.read_bytes() if path.is_file() else b"", headers={})

    return OwnAssets


def asset_path(name: str) -> Path | None:
    """The built file with this name; None for a name that leads out of the assets' folder."""
    root = Path(settings.STATIC_ROOT).resolve()
    path = (root / read_build()["files"].get(name, name)).resolve()
    return path if path.is_relative_to(root) else None
