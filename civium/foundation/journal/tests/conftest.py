"""What the tests of the journal ask for: a signing key and a checkpoints folder of their own."""

from __future__ import annotations

import pytest

from civium.foundation.journal.actions.make_signing_key import make_signing_key


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.CIVIUM_KEYS = tmp_path / "keys"
    settings.CIVIUM_DATA = tmp_path / "data"
    make_signing_key()
