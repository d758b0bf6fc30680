"""IBANs that ``find_ibans`` does not see."""

from __future__ import annotations

import pytest

from civium.engines.forms.questions.iban import find_ibans

GERMAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you. " * 100 + GERMAN,
        "\n" * 3 + "word " * 200 + "DE89 3704 0044 0532 0130 00",
        f"IBAN{GERMAN}",
        f"account{GERMAN}",
        "DE:89 3704 0044 0532 0130 00",
        "DE/89/3704/0044/0532/0130/00",
        "DE_89_3704_0044_0532_0130_00",
        "DE – 89 3704 0044 0532 0130 00",
        "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0",
        "DE89 (3704) 0044 0532 0130 00",
        "D\ufe0fE89370400440532013000",
        "D\u0332E\u033289 3704 0044 0532 0130 00",
        "DE89 * 3704 * 0044 * 0532 * 0130 * 00",
    ],
)
def test_an_account_is_found_wherever_and_however_it_stands(text: str) -> None:
    assert find_ibans(text) == [GERMAN]
