"""What `civium check` says of the file of identities: what is wrong, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.checks import identity_findings

OPENID = """
identities:
  - name: town-id
    title: {en: Town ID}
    protocol: openid-connect
    issuer: ISSUER
    client: civium
    secret: town-id-secret
"""
SAML = """
identities:
  - name: city-id
    title: {en: City ID}
    protocol: saml
    entity: https://login.example.city/saml
    sign_in_at: https://login.example.city/sso
    certificate: city-id.crt
"""


@pytest.fixture
def said(settings: Any, tmp_path: Path) -> Any:
    """What is found when the file says this, and the key folder holds that."""

    def look(words: str | None, **keys: str) -> list[tuple[str, bool]]:
        settings.CIVIUM_KEYS = tmp_path
        for name, content in keys.items():
            (tmp_path / name.replace("_", "-").replace("-crt", ".crt")).write_text(content)
        file = tmp_path / "identities.yaml"
        if words is not None:
            file.write_text(words)
        settings.CIVIUM_IDENTITIES = str(file)
        return [(found.what, found.is_well) for found in identity_findings()]

    return look


def test_a_good_file_is_well(said: Any) -> None:
    good = OPENID.replace("ISSUER", "https://id.example.org")
    assert said(good, town_id_secret="s3cret") == [("town-id: openid-connect", True)]


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (None, "cannot be read"),
        ("identities: [", "is no YAML"),
        (OPENID.replace("ISSUER", "http://id.example.org"), "an issuer is an https address"),
        (OPENID.replace("ISSUER", "https://id.example.org").replace("client:", "clyent:"), "client"),
        (OPENID.replace("ISSUER", "https://id.example.org").replace("openid-connect", "openid"), "protocol"),
        ("- nothing", "Input should be"),
    ],
)
def test_a_file_that_is_missing_or_wrong_says_what_and_where(
    said: Any, words: str | None, because: str
) -> None:
    ((what, is_well),) = said(words)
    assert not is_well
    assert because in what
    assert "identities.yaml" in what


@pytest.mark.parametrize(
    ("words", "keys", "because"),
    [
        (OPENID.replace("ISSUER", "https://id.example.org"), {}, "town-id-secret is missing"),
        (
            OPENID.replace("ISSUER", "https://id.example.org"),
            {"town_id_secret": " "},
            "town-id-secret is empty",
        ),
        (SAML, {}, "city-id.crt is missing"),
        (SAML, {"city_id_crt": "not one"}, "city-id.crt is no certificate"),
    ],
)
def test_what_is_missing_in_the_key_folder_is_said(
    said: Any, words: str, keys: dict[str, str], because: str
) -> None:
    ((what, is_well),) = said(words, **keys)
    assert not is_well
    assert because in what


def test_a_demo_town_has_its_own(settings: Any) -> None:
    settings.CIVIUM_IDENTITIES = ""
    assert [found.what for found in identity_findings()] == ["port-lumen-id: openid-connect"]
