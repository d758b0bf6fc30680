"""What stays on this site, and what only looks like it."""

from __future__ import annotations

import pytest

from civium.foundation.kit.paths import is_of_this_site


@pytest.mark.parametrize("path", ["/", "/en/my/", "/en/services/?q=dog#top"])
def test_a_path_stays_here(path: str) -> None:
    assert is_of_this_site(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "en/my/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "https://elsewhere.example/",
        "javascript:alert(1)",
    ],
)
def test_whatever_leads_away_does_not(path: str) -> None:
    assert not is_of_this_site(path)
