"""Send a file to a browser so that it is kept, never run."""

from __future__ import annotations

from typing import Final

from django.http import StreamingHttpResponse

from ..models import StoredFile
from ..rules import disposition
from .open_file import stream_file

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def download_response(file: StoredFile) -> StreamingHttpResponse:
    """The file as a download, opened piece by piece. Whether the reader may have it was asked by the caller.

    Refuses as ``open_file``, before anything is sent. Should a later piece be broken, the connection breaks off and the
    browser sees that the length is wrong.
    """
    response = StreamingHttpResponse(stream_file(file), content_type=file.media_type, headers=_HEADERS)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = disposition(file.name)
    return response
