"""What keeps the program safe whatever people, designers, programs and other sites send it, as rules about its own files and settings."""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from re import _parser as parsing  # type: ignore[attr-defined]
from typing import Any

import pytest
from django import forms
from django.test import Client, RequestFactory

from civium.doors.api.api import api
from civium.engines.forms.questions.text import pattern_matches
from civium.foundation.identity.checks import walk_patterns
from civium.foundation.identity.policy import address_of
from civium.foundation.kit.log_lines import AsJson, OneEvent, WithoutAddress, WithoutTrace
from setup import ROOT
from setup.locks import RUN, locked_packages
from setup.sbom import NPM_LOCK, bill
from tests.house.source import Module, room_modules, words_of

# --- what the code never does -------------------------------------------------------------------------------------------


def uses(modules: Iterable[Module], names: set[str]) -> list[str]:
    """Where one of these modules is imported, or one of these functions called, whatever stands before the last dot."""
    found = []
    for module in modules:
        for node in ast.walk(module.tree):
            said: set[str] = set()
            if isinstance(node, ast.Import):
                said = {part for alias in node.names for part in (alias.name, alias.name.split(".")[0])}
            elif isinstance(node, ast.ImportFrom):
                said = {
                    node.module or "",
                    (node.module or "").split(".")[0],
                    *(f"{node.module}.{a.name}" for a in node.names),
                }
            elif isinstance(node, ast.Call):
                said = {ast.unparse(node.func)}
            found += [f"{module.path}:{node.lineno} {name}" for name in sorted(said & names)]
    return found


SPREADSHEETS = {"csv.writer", "csv.DictWriter", "openpyxl", "xlsxwriter", "odf"}
XML = {"xml", "lxml", "defusedxml", "xmltodict"}
UNPICKLES = {"pickle", "marshal", "shelve", "dill", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
PROGRAMS = {"eval", "exec", "compile", "__import__", "jinja2.Template", "Template", "env.from_string", "environment.from_string",
            "django.template.Template", "os.system", "os.popen", "subprocess.getoutput"}  # fmt: skip


def test_nothing_writes_a_spreadsheet_by_itself() -> None:
    """Formulas in cells are a danger only where cells are written: in one place, which makes every cell a text."""
    places = {place.partition(":")[0] for place in uses(room_modules(), SPREADSHEETS)}
    assert places == {"civium/foundation/kit/spreadsheets.py"}


def test_no_xml_of_others_is_read() -> None:
    assert uses(room_modules(), XML) == [], "an XML of others can name files and be endless: take JSON or CSV"


def test_nothing_unpickles() -> None:
    assert uses(room_modules(), UNPICKLES) == [], "such a file is a program: take JSON, or yaml.safe_load"


def test_a_designers_words_are_never_a_program() -> None:
    """No text becomes code or a template: conditions are CEL, notices have placeholders only, pages are our own files."""
    assert uses(room_modules(), PROGRAMS) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [("import csv\ncsv.writer(f)", SPREADSHEETS), ("import xml.etree.ElementTree as ET", XML), ("from lxml import etree", XML),
     ("import pickle", UNPICKLES), ("import yaml\nyaml.load(f)", UNPICKLES), ("eval(words)", PROGRAMS),
     ("from jinja2 import Template\nTemplate(words)", PROGRAMS)],
)  # fmt: skip
def test_each_would_be_noticed(words: str, names: set[str]) -> None:
    assert uses([Module("civium/engines/forms/a.py", "engines.forms", ast.parse(words))], names) != []


# --- regular expressions ------------------------------------------------------------------------------------------------


def test_a_designers_pattern_takes_linear_time() -> None:
    """The engine is RE2: what needs backtracking is no pattern at all, and what would explode elsewhere does not."""
    for backtracking in (r"(?=a)a", r"(?<=a)b", r"(a)\1", r"(?!a)b"):
        assert pattern_matches(backtracking, "a") is None
    for explodes in ("(a+)+", "(a|aa)+", "(a*)*", "(.*a){12}"):
        assert pattern_matches(explodes, "a" * 5_000 + "b") is False


def slow_parts(pattern: str) -> bool:
    """Whether a part that repeats without end has nothing in it but parts that repeat without end, as ``(a+)+`` has."""
    return any(_is_slow(body) for body in _endless(parsing.parse(pattern)))


def _endless(tree: Any) -> Iterator[Any]:
    for kind, inside in tree:
        if kind in (parsing.MAX_REPEAT, parsing.MIN_REPEAT):
            if inside[1] is parsing.MAXREPEAT:
                yield inside[2]
            yield from _endless(inside[2])
        elif kind is parsing.SUBPATTERN:
            yield from _endless(inside[3])
        elif kind is parsing.BRANCH:
            for branch in inside[1]:
                yield from _endless(branch)


def _is_slow(body: Any) -> bool:
    parts = list(body)
    while len(parts) == 1 and parts[0][0] is parsing.SUBPATTERN:
        parts = list(parts[0][1][3])
    if len(parts) == 1 and parts[0][0] is parsing.BRANCH:
        return any(_is_slow(branch) for branch in parts[0][1][1])
    repeats = [kind in (parsing.MAX_REPEAT, parsing.MIN_REPEAT) for kind, _inside in parts]
    endless = [
        kind in (parsing.MAX_REPEAT, parsing.MIN_REPEAT) and inside[1] is parsing.MAXREPEAT
        for kind, inside in parts
    ]
    return any(endless) and all(repeats)


def patterns_in(module: Module) -> Iterator[tuple[int, str]]:
    """Every regular expression that is written out."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def test_no_pattern_of_ours_is_slow_on_a_hostile_text() -> None:
    found = [(module.path, *each) for module in room_modules() for each in patterns_in(module)]
    assert len(found) > 30
    assert [each for each in found if slow_parts(each[2])] == [], (
        "a text can be matched in too many ways: let no repetition stand in another, nor two of the same side by side"
    )


def test_a_slow_pattern_would_be_noticed() -> None:
    assert all(map(slow_parts, ["(a+)+", "(a*)*b", "((?:x+)y*)+", "(?:(a+)|b)*"]))
    assert not any(map(slow_parts, ["a+", "(a+b)+", r"\d{4}-\d{2}", "(-[a-z0-9]+)*"]))


# --- settings of a real site ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def real_settings(**more: str) -> dict[str, Any]:
    """The settings of a site that is no demo and is reached over https."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))
    }
    said = subprocess.run(
        [sys.executable, "-c", "import json, config.settings as s\n"
         "print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper()}, default=str))"],
        cwd=ROOT, env={**surroundings, "CIVIUM_ORIGIN": "https://services.example.org", **more},
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    settings: dict[str, Any] = json.loads(said)
    return settings


def test_cookies_are_bound_to_this_site() -> None:
    settings = real_settings()
    for kind in ("SESSION", "CSRF"):
        assert settings[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert settings[f"{kind}_COOKIE_SECURE"] is True
        assert settings[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert settings["LANGUAGE_COOKIE_SECURE"] is True
    assert settings.get("SESSION_COOKIE_HTTPONLY", True) is True


def test_browsers_are_told_to_come_encrypted() -> None:
    settings = real_settings()
    assert settings["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert settings["SECURE_SSL_REDIRECT"] is True


def test_whoever_comes_unencrypted_through_the_proxy_is_sent_to_the_encrypted_site(
    settings: Any, db: None
) -> None:
    real = real_settings(CIVIUM_BEHIND_PROXY="1")
    for name in ("SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT", "SECURE_HSTS_SECONDS"):
        setattr(settings, name, real[name])
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    plain = Client(headers={"x-forwarded-proto": "http"}).get("/en/services/?q=dog")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/en/services/?q=dog")
    assert Client(headers={"x-forwarded-proto": "https"}).get("/en/services/").status_code == 200
    assert {Client().get(place).status_code for place in ("/health/live", "/metrics")} == {200}


def test_passwords_are_hashed_slowly() -> None:
    assert real_settings()["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_a_real_site_pretends_nothing_and_hides_its_defects() -> None:
    settings = real_settings()
    assert (settings["DEBUG"], settings["CIVIUM_DEMO"], settings["ALLOWED_HOSTS"]) == (False, False, [])


def test_only_a_proxy_of_ours_says_where_a_visitor_comes_from(settings: Any) -> None:
    request = RequestFactory(headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}).get("/")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert address_of(request) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(request) == "203.0.113.9"
    assert real_settings()["SECURE_PROXY_SSL_HEADER"] is None


# Where keys lie, by which way the root key comes, and what the device is called that has it.
PLACES_OF_KEYS = ("CIVIUM_KEYS", "CIVIUM_KEY_BACKUPS", "CIVIUM_ROOT_KEY", "CIVIUM_PKCS11_TOKEN")


def test_no_secret_is_read_from_the_environment() -> None:
    """Whoever lists the processes of a machine, or reads a crash report, sees the environment."""
    read = re.compile(r"""environ(?:\.get\(|\[)\s*["'](\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*)["']""")
    files = {
        name: text for name, text in words_of({".py"}).items() if name.startswith(("civium/", "config/"))
    }
    assert [
        (name, found)
        for name, text in files.items()
        for found in read.findall(text)
        if found not in PLACES_OF_KEYS
    ] == []


# --- other sites ----------------------------------------------------------------------------------------------------------


def test_a_form_of_another_site_changes_nothing() -> None:
    """Only calls that bring their own proof with them go without the form's token."""
    exempt = {
        pattern.callback.policy.name
        for _route, pattern in walk_patterns()
        if getattr(pattern.callback, "csrf_exempt", False)
        and hasattr(pattern.callback, "policy")
        # Sister systems come from elsewhere; nobody agrees without our own form: see test_no_other_page_agrees_in_her_name.
        and not pattern.callback.__module__.startswith("civium.foundation.federation.")
    }
    assert exempt <= {"signed-call", "bearer-token", "anyone", "demo-town"}
    open_and_exempt = {
        pattern.name
        for _route, pattern in walk_patterns()
        if getattr(pattern.callback, "csrf_exempt", False)
        and hasattr(pattern.callback, "policy")
        and pattern.callback.policy.name == "anyone"
        and not pattern.callback.__module__.startswith("civium.foundation.federation.")
    }
    # What browsers report goes to the log and changes nothing.
    assert open_and_exempt <= {"openapi-json", "api-root", "services", "service", "nothing", "violations"}


def test_no_other_site_may_read_our_answers() -> None:
    files = {
        name: text
        for name, text in words_of({".py"}).items()
        if name.startswith(("civium/", "config/")) and "/tests/" not in name
    }
    assert [name for name, text in files.items() if "Access-Control-Allow" in text] == [
        "civium/journeys/catalogue/views/data.py"  # the catalogue, open to everybody
    ]


def test_scripts_keep_nothing_in_the_browser() -> None:
    """But for one choice at the desk: whether rows are walked with keys."""
    keeps = re.compile(r"(?:localStorage|sessionStorage|indexedDB|document\.cookie)[^;\n]*")
    found = {
        name: keeps.findall(text) for name, text in words_of({".js"}).items() if name.startswith("assets/")
    }
    assert {name for name, said in found.items() if said} <= {"assets/js/desk.js"}
    assert all("OFF" in said for said in found.get("assets/js/desk.js", []))


def test_what_people_typed_never_stands_in_an_address() -> None:
    """Forms that send by GET look for something: cases and payments by their reference, services, the code on a certificate."""
    asks = re.compile(r"""<form[^>]*method=["']get["']""", re.I)
    found = {
        Path(name).name
        for name, text in words_of({".html"}).items()
        if asks.search(text) and "/tests/" not in name
    }
    known = {"find_certificate.html", "queue.html", "money.html", "components.html", "style_guide_desk.html"}
    # Codes of offices, roles and purposes, ids, days. Whose readings are checked is asked by POST.
    narrows = {"who_looked.html", "readings.html", "readings_by_staff.html", "staff.html"}
    assert found <= known | narrows, "does it send anything personal?"


@pytest.mark.django_db
def test_no_folder_is_listed_and_nothing_is_echoed(client: Any) -> None:
    for folder in ("/static/", "/files/", "/data/", "/.git/config", "/.svn/entries", "/media/"):
        assert client.get(folder).status_code in (301, 302, 404), folder
    assert client.trace("/en/").status_code == 405


# --- fields --------------------------------------------------------------------------------------------------------------


def test_no_form_takes_a_field_that_it_does_not_name() -> None:
    """No form is made from a model, and no row is filled from a whole request."""
    found = []
    for module in room_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(
                "ModelForm" in ast.unparse(base) for base in node.bases
            ):
                found.append(f"{module.path}:{node.lineno} {node.name}")
            if isinstance(node, ast.Call):
                spread = [ast.unparse(word.value) for word in node.keywords if word.arg is None]
                found += [f"{module.path}:{node.lineno} **{each}" for each in spread if "request." in each]
    assert found == []
    assert issubclass(forms.ModelForm, forms.BaseForm)


def test_programs_send_no_field_that_is_not_described() -> None:
    schemas = api.get_openapi_schema()["components"]["schemas"]
    sent = {
        content["schema"]["$ref"].rpartition("/")[2]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
        if "$ref" in content["schema"]
    }
    assert {"NewApplication", "NewMove", "NewMessage"} <= sent
    assert {name for name in sent if schemas[name].get("additionalProperties") is not False} == set()


# --- what we are made of ----------------------------------------------------------------------------------------------------


def test_the_bill_of_materials_names_every_locked_package() -> None:
    components = bill()["components"]
    named = {each["name"] for each in components if each["purl"].startswith("pkg:pypi/")}
    assert named == set(locked_packages(RUN))
    assert all(
        each["version"] and each["hashes"] for each in components if each["purl"].startswith("pkg:pypi/")
    )
    packages = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    wanted = {
        place.rpartition("node_modules/")[2]
        for place, entry in packages.items()
        if place and not entry.get("dev")
    }
    assert {each["name"] for each in components if each["purl"].startswith("pkg:npm/")} == wanted
    assert bill() == bill()


def test_a_line_of_the_log_stays_one_line() -> None:
    record = logging.LogRecord(
        "a", logging.WARNING, "", 0, "no such thing: %s", ("x\n2026-01-01 ERROR forged\r\x1b[2J\u2028",), None
    )
    said = OneEvent("{levelname} {message}", style="{").format(record)
    assert said == "WARNING no such thing: x\n  | 2026-01-01 ERROR forged\\x0d\\x1b[2J\\x2028"
    assert (
        real_settings()["LOGGING"]["formatters"]["line"]["()"] == "civium.foundation.kit.log_lines.OneEvent"
    )


def test_the_log_says_which_page_and_not_whose_link() -> None:
    request = RequestFactory().get("/en/come-back/a-secret-link/")
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", request.path), None
    )
    record.request = request
    assert WithoutAddress().filter(record)
    assert record.getMessage() == "Not Found: (no page)"
    assert real_settings()["LOGGING"]["loggers"]["django.request"]["filters"] == ["no-address"]


def test_a_name_that_is_not_ours_is_one_line_of_the_log() -> None:
    try:
        raise ValueError("a stranger's")
    except ValueError:
        record = logging.LogRecord("django.security.DisallowedHost", 40, "", 0, "no", (), sys.exc_info())
    assert WithoutTrace().filter(record)
    assert OneEvent("{message}", style="{").format(record) == "no"
    logger = real_settings()["LOGGING"]["loggers"]["django.security.DisallowedHost"]
    assert logger["filters"] == ["no-trace"]


def test_a_log_of_objects_can_be_read_by_a_program() -> None:
    record = logging.LogRecord(
        "civium.jobs", logging.WARNING, "", 0, "no such thing: %s", ("x\n{}\u2028\x1b[2J",), None
    )
    said = AsJson().format(record)
    assert said.isascii()
    assert "\n" not in said
    found = json.loads(said)
    assert found["message"] == "no such thing: x\n{}\u2028\x1b[2J"
    assert (found["level"], found["name"]) == ("WARNING", "civium.jobs")
    assert found["at"].endswith("+00:00")
    assert real_settings(CIVIUM_LOG_FORMAT="json")["LOGGING"]["handlers"]["console"]["formatter"] == "json"


def test_no_secret_comes_from_numbers_that_can_be_foretold() -> None:
    """Waiting times are spread with such numbers, and the demo town is made up with them."""
    found = {each.split(":")[0] for each in uses(room_modules(), {"random", "uuid.uuid1", "uuid1"})}
    assert found <= {
        "civium/foundation/jobs/actions/work.py",
        "civium/foundation/jobs/actions/run_jobs.py",
    }


def test_no_script_writes_under_a_name_that_others_choose() -> None:
    """Nothing is merged into an object, and no property is written whose name is not in the script itself."""
    writes = re.compile(
        r"__proto__|\bprototype\b|\bconstructor\b|\.defineProperty|"
        r"[\w)\]]\[[^\]\n]*\]\s*(?:[-+*/|&?]{0,2}=)(?![=>])|Object\.assign\((?!document\.createElement|element,)"
    )
    assert writes.search("known[name] = value")
    assert writes.search("Object.assign(target, answer)")
    found = {
        name: writes.findall(text)
        for name, text in words_of({".js"}).items()
        if name.startswith("assets/js/")
    }
    assert len(found) > 10
    assert {name: said for name, said in found.items() if said} == {}


def test_programs_that_come_unencrypted_are_refused_and_browsers_led_on(settings: Any, client: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 3600
    for place in ("/api/v1/services", "/sign-in/token", "/sign-in/userinfo", "/webhooks/payments/demo/"):
        answer = client.get(place)
        assert (answer.status_code, "Location" in answer) == (403, False), place
    assert client.get("/api/v1/services", secure=True).status_code != 403
    middleware = real_settings()["MIDDLEWARE"]
    ours = middleware.index("civium.foundation.design.middleware.ProgramsComeEncrypted")
    assert ours < middleware.index("django.middleware.security.SecurityMiddleware")
