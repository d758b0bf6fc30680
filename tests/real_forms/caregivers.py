"""Which property of form 10-10CG each of our questions asks for, and answers in either shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers

SCHEMA = "vets-json-schema/10-10CG-schema.json"
EXAMPLE = "vets-json-schema/10-10CG-example.json"
CONSTANTS = "vets-json-schema/constants.json"
STATEMENTS = "vets-json-schema/form1010cgCertifications.json"
SERVICE = "caregiver-assistance"

# --- the mapping: every property of the schema, and the end of the name of the question that asks for it -----------------

PEOPLE = {
    "veteran": "veteran",
    "primaryCaregiver": "primary",
    "secondaryCaregiverOne": "secondary",
    "secondaryCaregiverTwo": "second",
}
OF_EVERYBODY = {
    "fullName.first": "first",
    "fullName.middle": "middle",
    "fullName.last": "last",
    "fullName.suffix": "suffix",
    "ssnOrTin": "ssn",
    "dateOfBirth": "born",
    "gender": "gender",
    "address.street": "street",
    "address.street2": "street_2",
    "address.city": "city",
    "address.state": "state",
    "address.postalCode": "postal_code",
    "address.county": "county",
    "primaryPhoneNumber": "phone",
    "alternativePhoneNumber": "other_phone",
    "email": "email",
    "signature": "signature",
    "certifications": "statements",
}
OF_THE_VETERAN = {"plannedClinic": "clinic"}
OF_A_CAREGIVER = {
    "vetRelationship": "relationship",
    "mailingAddress.street": "mail_street",
    "mailingAddress.street2": "mail_street_2",
    "mailingAddress.city": "mail_city",
    "mailingAddress.state": "mail_state",
    "mailingAddress.postalCode": "mail_postal_code",
    "mailingAddress.county": "mail_county",
}
OF_THE_FORM = {
    "poaAttachmentId": "representative_document",
    "signAsRepresentative": "signs_as_representative",
}

ASKED_BY: dict[str, str] = OF_THE_FORM | {
    f"{person}.{path}": f"{name}_{end}"
    for person, name in PEOPLE.items()
    for path, end in (OF_EVERYBODY | (OF_THE_VETERAN if name == "veteran" else OF_A_CAREGIVER)).items()
}
# Questions about the form itself: which parts of the schema there are. An answer is in the schema by a part being there.
WHICH_PARTS = {
    "primary_wanted",
    "secondary_wanted",
    "second_wanted",
    "primary_mail_at_home",
    "secondary_mail_at_home",
    "second_mail_at_home",
}


# --- reading the schema --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Property:
    """One value that can be submitted. ``needed``: whoever gives the part it belongs to must give it."""

    schema: Mapping[str, Any]
    needed: bool


def properties(schema: Mapping[str, Any]) -> dict[str, Property]:
    """Every value that the schema knows, by its path such as ``veteran.fullName.first``."""
    return dict(_properties(schema, schema["definitions"], "", True))


def _properties(
    part: Mapping[str, Any], definitions: Mapping[str, Any], path: str, needed: bool
) -> Iterator[tuple[str, Property]]:
    if "$ref" in part:
        part = definitions[part["$ref"].removeprefix("#/definitions/")]
    if part.get("type") != "object":
        yield path, Property(part, needed)
        return
    for name, below in part["properties"].items():
        is_person = not path and name in PEOPLE
        below_needed = is_person or (needed and name in part.get("required", ()))
        yield from _properties(below, definitions, f"{path}.{name}".lstrip("."), below_needed)


def option_name(value: str) -> str:
    """What the option for an official value is called with us: ``Friend/Neighbor`` is ``friend-neighbor``."""
    if re.fullmatch(r"[a-z0-9-]+", value):
        return value
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")


# --- answers in either shape -----------------------------------------------------------------------------------------------


def _at(submitted: Mapping[str, Any], path: str) -> Any:
    found: Any = submitted
    for step in path.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found


def as_answers(submitted: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """What was submitted to the department, as answers to our form."""
    answers: dict[str, Any] = {
        "primary_wanted": "primaryCaregiver" in submitted,
        "secondary_wanted": "secondaryCaregiverOne" in submitted,
        "second_wanted": "secondaryCaregiverTwo" in submitted,
        "signs_as_representative": False,
    }
    for person, name in PEOPLE.items():
        if person in submitted and name != "veteran":
            answers[f"{name}_mail_at_home"] = "mailingAddress" not in submitted[person]
    for path, known in properties(schema).items():
        value = _at(submitted, path)
        if value is not None:
            answers[ASKED_BY[path]] = _as_answer(value, known.schema)
    return answers


def _as_answer(value: Any, schema: Mapping[str, Any]) -> Any:
    if schema.get("format") == "uuid":
        return [{"id": value, "name": "power-of-attorney.pdf"}]
    if isinstance(value, list):
        return [option_name(one) for one in value]
    return option_name(value) if "enum" in schema else value


def as_submitted(answers: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that our form kept, as the department wants them."""
    submitted: dict[str, Any] = {}
    for path, known in properties(schema).items():
        value = answers.get(ASKED_BY[path])
        if value is None or value is False:
            continue
        *way, last = path.split(".")
        part = submitted
        for step in way:
            part = part.setdefault(step, {})
        part[last] = _as_value(value, path, known.schema)
    return submitted


def _as_value(value: Any, path: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("format") == "uuid":
        return value[0]["id"]
    if path.endswith("PhoneNumber"):
        return str(phonenumbers.parse(value).national_number)
    if isinstance(value, list):
        return [one for one in schema["items"]["enum"] if option_name(one) in value]
    if "enum" in schema:
        return next(one for one in schema["enum"] if option_name(one) == value)
    return value
