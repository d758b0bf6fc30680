"""How an upload arrives: in memory, up to a limit. Nothing is spooled into a temporary folder, where it would lie in the clear.

What is too big is counted and thrown away as it streams in, so that the page can say so beside the question and keep
the other answers. ``take_upload`` refuses it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .rules import MOST_BYTES_PER_FILE, MOST_BYTES_PER_REQUEST


class TooBig(UploadedFile):
    """An upload that was too big to keep: its name and size, without its content."""


class KeptInMemory(FileUploadHandler):
    """Keeps each file of a request in memory, up to 10 MB each and 25 MB together."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room = MOST_BYTES_PER_REQUEST
        self._chunks: list[bytes] = []
        self._is_kept = True

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """A request that says it is too long is not kept at all."""
        if content_length > MOST_BYTES_PER_REQUEST + MOST_BYTES_PER_FILE:
            self._room = 0

    def new_file(self, *told: Any, **more: Any) -> None:
        super().new_file(*told, **more)
        self._chunks, self._is_kept = [], True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > MOST_BYTES_PER_FILE or len(raw_data) > self._room:
            self._is_kept = False
            self._chunks.clear()
        if self._is_kept:
            self._room -= len(raw_data)
            self._chunks.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """The upload, or what is known of one that was too big."""
        if not self._is_kept:
            return TooBig(None, self.file_name, self.content_type, file_size)
        content = BytesIO(b"".join(self._chunks))
        self._chunks = []
        return InMemoryUploadedFile(
            content,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        self._chunks = []
