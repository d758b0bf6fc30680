"""Numbers that states give to people and organisations: which there are by country, and what is wrong with one.

The rules themselves (letters, lengths, check digits) are python-stdnum's. A kind is called as its module there: ``dni``, ``siren``.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import product
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, field_validator, model_validator

from civium.engines.forms.asking import Asked, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_code

LONGEST = 60
_BETWEEN_GROUPS = re.compile(r"[\s.,_/‐-―-]+")


def _kinds(table: str) -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in table.strip().splitlines())
    return {country: tuple(kinds) for country, *kinds in rows}


# What a person has: identity, tax and social security numbers.
OF_PERSONS: Mapping[str, tuple[str, ...]] = _kinds("""
AD nrt
AL nipt
AR dni cuit
AT vnr tin
AU tfn
BE nn bis
BG egn pnf
BR cpf
CA sin
CH ssn
CL rut
CN ric
CO nit
CR cpf cr
CU ni
CZ rc
DE idnr stnr
DK cpr
DO cedula
EC ci
EE ik
EG tn
ES dni nie
FI hetu veronumero
FR nir nif
GB nhs utr
GN nifp
GR amka vat
GT nit
HR oib
ID nik npwp
IE pps
IL idnr
IN aadhaar pan vid epic
IS kennitala
IT codicefiscale
JP in
KE pin
KR rrn
LI peid
LT asmens
LV pvn
MD idno
MU nid
MX curp rfc
MY nric
MZ nuit
NL bsn
NO fodselsnummer
NZ ird
PE cui
PK cnic
PL pesel nip
PT cc nif
PY ruc
RO cnp
RU inn
SE personnummer
SG uen
SI emso ddv
SK rc
SV nit
TH pin tin
TR tckimlik
UA rntrc
US ssn itin atin
UY rut
VE rif
VN mst
ZA idnr tin
""")

# What an organisation has: registers of companies, tax and VAT numbers. Somebody who trades alone has a person's number in some.
OF_ORGANISATIONS: Mapping[str, tuple[str, ...]] = _kinds("""
AD nrt
AL nipt
AR cuit
AT businessid uid tin
AU abn acn tfn
AZ voen
BE vat
BG vat
BR cnpj
BY unp
CA bn
CH uid vat
CL rut
CN uscc
CO nit
CR cpj
CY vat
CZ dic
DE handelsregisternummer vat stnr
DK cvr
DO rnc
DZ nif
EC ruc
EE registrikood kmkr
EG tn
ES cif nif
FI ytunnus alv associationid
FO vn
FR siren siret tva rcs
GB vat utr
GH tin
GN nifp
GR vat
GT nit
HR oib
HU anum
ID npwp
IE vat
IL hp
IN gstin pan
IS kennitala vsk
IT iva codicefiscale
JP cn
KE pin
KR brn
LI peid
LT pvm
LU tva
LV pvn
MA ice
MC tva
MD idno
ME pib
MK edb
MT vat
MX rfc
MZ nuit
NL btw
NO orgnr mva
NZ ird
PE ruc
PL nip regon
PT nif
PY ruc
RO cui cf onrc
RS pib
RU inn ogrn
SE orgnr vat
SG uen
SI maticna ddv
SK dph
SM coe
SN ninea
SV nit
TH moa tin
TN mf
TR vkn
TW ubn
UA edrpou rntrc
US ein
UY rut
VE rif
VN mst
ZA tin
""")


class OfficialNumber(Question):
    """A number of one country, of one of several kinds. Kept without spaces and signs, shown as its country writes it."""

    country: str
    kinds: tuple[str, ...] = Field(default=(), max_length=10)

    table: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "wrong_length": _("%(Name)s is too short or too long. Check it and enter it again"),
        "wrong_characters": _(
            "%(Name)s has a letter, digit or sign in the wrong place. Check it and enter it again"
        ),
        "not_real": _("%(Name)s is not a real number. Check each letter and digit"),
    }

    @field_validator("country")
    @classmethod
    def _country_is_known(cls, country: str) -> str:
        if country not in cls.table:
            raise ValueError(
                f"we know no numbers of '{country}'; write one of: {', '.join(sorted(cls.table))}"
            )
        return country

    @model_validator(mode="after")
    def _kinds_are_known(self) -> OfficialNumber:
        known = self.table[self.country]
        if unknown := [kind for kind in self.kinds if kind not in known]:
            raise ValueError(
                f"'{unknown[0]}' is no kind of number of {self.country}; there is {', '.join(known)}"
            )
        return self

    @property
    def taken(self) -> tuple[str, ...]:
        """The kinds that are accepted."""
        return self.kinds or self.table[self.country]

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        text = as_text(value, longest=1000)
        if text is None:
            return wrong("wrong")
        text = clean_code(text)
        if not text:
            return Read()
        if len(text) > LONGEST:
            return wrong("wrong_length")
        found = read_number(self.country, self.taken, text)
        return wrong(found.code) if isinstance(found, Wrong) else Read(found)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": show_number(self.country, self.taken, value)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [show_number(self.country, self.taken, value)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}


def read_number(country: str, kinds: Sequence[str], text: str) -> str | Wrong:
    """The number without spaces and signs, by the first kind that it fits; else what is wrong, by the kind that it fits best."""
    from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength

    best = Wrong("wrong_characters")
    for rule, written in product([_rule(country, kind) for kind in kinds], _ways_to_write(text)):
        try:
            compact: str = rule.validate(written)
            return str(rule.validate(compact))
        except (InvalidChecksum, InvalidComponent):
            best = Wrong("not_real")
        except InvalidLength:
            best = Wrong("wrong_length") if best.code == "wrong_characters" else best
        except (ValueError, LookupError):
            continue
    return best


def _ways_to_write(text: str) -> tuple[str, ...]:
    """As typed, and without the signs between groups that people are used to: not every country's rule expects them."""
    return tuple(dict.fromkeys((text, _BETWEEN_GROUPS.sub("", text))))


def show_number(country: str, kinds: Sequence[str], value: str) -> str:
    """The number as its country writes it."""
    for kind in kinds:
        rule = _rule(country, kind)
        if rule.is_valid(value):
            return str(rule.format(value)) if hasattr(rule, "format") else value
    return value


@lru_cache(maxsize=64)
def _rule(country: str, kind: str) -> Any:
    def importable(name: str) -> str:
        return f"{name}_" if keyword.iskeyword(name) else name

    return import_module(f"stdnum.{importable(country.lower())}.{importable(kind)}")
