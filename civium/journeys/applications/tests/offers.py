"""Services of the tests' own: copies of shipped ones with a line or two changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.cast import NOW

Change = tuple[str, str, str]


def publish_changed(service: str, folder: Path, *changes: Change) -> int:
    """Publish a copy of the service with texts replaced, ``(file, old, new)`` each, without its examples; its version."""
    copy = folder / service
    shutil.copytree(Path(settings.CIVIUM_SERVICES) / service, copy)
    for beside in ("town.yaml", "lists"):
        source = Path(settings.CIVIUM_SERVICES) / beside
        if source.is_dir():
            shutil.copytree(source, folder / beside, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, folder)
    for file, old, new in changes:
        path = copy / file
        assert old in path.read_text(), f"{file} has no {old!r}"
        path.write_text(path.read_text().replace(old, new))
    (copy / "tests.yaml").unlink()
    return publish_folder(copy, by=None, at=NOW).number
