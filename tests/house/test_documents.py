"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import ast
import re

from civium.foundation.journal.queries import find_known_events
from setup import ROOT
from tests.house.source import Module, room_modules, words_of

CONFIGURE = ROOT / "docs" / "how-to" / "configure.md"
# Read by the start-up itself, not by people who configure a site.
INTERNAL: set[str] = {"CIVIUM_TEST_DB"}


def settings_read(files: dict[str, str]) -> set[str]:
    """The names of every setting that the code reads from its surroundings."""
    reads = re.compile(
        r"""(?:environ(?:\.get\(|\[)|getenv\(|_flag\(|_folder\(|_count\()\s*["']([A-Z][A-Z_]+)["']"""
    )
    return {name for text in files.values() for name in reads.findall(text) if name.startswith("CIVIUM_")}


def test_every_setting_is_documented() -> None:
    files = {
        name: text
        for name, text in words_of({".py"}).items()
        if name.startswith(("civium/", "config/", "setup/", "tests/browser")) and "/tests/" not in name
    }
    documented = set(re.findall(r"`(CIVIUM_[A-Z_]+)`", CONFIGURE.read_text(encoding="utf-8")))
    read = settings_read(files) - INTERNAL
    assert read - documented == set(), "say in docs/how-to/configure.md what it does"
    assert documented - read == set(), "documented, but nothing reads it"


def test_a_setting_that_nobody_explains_would_be_noticed() -> None:
    assert settings_read({"a.py": """os.environ.get("CIVIUM_SECRET_SWITCH", "")"""}) == {
        "CIVIUM_SECRET_SWITCH"
    }


def undocumented_classes(modules: list[Module]) -> list[str]:
    """Classes with no word about them."""
    return [
        f"{module.path}: {node.name}"
        for module in modules
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]


def test_every_event_says_what_happened() -> None:
    assert undocumented_classes([module for module in room_modules() if module.inside == "events.py"]) == []


# What the house does for itself, and what staff note about staff: nobody gets a receipt for it.
ABOUT_NOBODY = {
    "cases.AbsenceEnded",
    "cases.AbsenceNoted",
    "catalogue.ListImported",
    "catalogue.ServicePublished",
    "catalogue.ServiceWithdrawn",
    "federation.SystemRegistered",
    "federation.SystemRemoved",
    "journal.JobDiscarded",
    "journal.JobReplayed",
    "journal.ReactionDiscarded",
    "journal.ReactionReplayed",
    "journal.SigningKeyPublished",
    "journal.SigningKeyReplaced",
    "journal.WitnessAgreedAgain",
    "journal.WitnessRefused",
    "notices.LetterFailed",
    "notices.LetterQueued",
    "payments.OldCallForgotten",
    "payments.PaymentKeptForBooks",
    "payments.QuarantinedCallClosed",
    "privacy.ErasuresReplayed",
    "rights.RetentionCarriedOut",
    "vault.OwnersRotated",
    "vault.PurposeKeyRotated",
    "vault.RootKeyRotated",
}


def test_every_event_about_somebody_has_words_for_people() -> None:
    assert {event.kind for event in find_known_events() if not event.words} == ABOUT_NOBODY


def test_every_question_type_says_what_it_asks() -> None:
    questions = [module for module in room_modules() if module.room == "engines.forms"]
    assert undocumented_classes([m for m in questions if m.inside.startswith(("schema", "questions"))]) == []


def test_an_event_without_a_word_would_be_noticed() -> None:
    mute = ast.parse("class CaseLost(Event):\n    case: UUID")
    assert undocumented_classes([Module("civium/engines/cases/events.py", "engines.cases", mute)])


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for name, text in words_of({".md"}).items():
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
            if not ((ROOT / name).parent / target).exists():
                broken.append(f"{name} -> {target}")
    assert broken == []
