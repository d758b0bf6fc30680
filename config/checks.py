"""What `civium check` verifies, and what `civium serve` insists on before it opens the doors.

Each finding is one line: well, or what is wrong and what to do. What only a demo town may do is refused anywhere else.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.keys import DEMO_MARK, SECRETS, has_secret_key
from config.terminal import Trouble, say

# The keys of the key folder that docs/runbooks/keys.md replaces once a year, and how many seconds they may stay: a month longer.
REPLACED_YEARLY = (
    "root-key",
    "journal-signing-key",
    "sign-in-key.pem",
    "payment-webhook-secret",
    "smtp-password",
)
KEYS_LAST = 396 * 24 * 3600
# Hours: a night that failed is seen before the second one fails.
BACKUPS_LAST = 36
# Days, and one for the timer.
BACKUPS_KEPT = 8
# Letters. Those that `civium keys make` makes have more.
SHORTEST_SECRET = 32
# Minutes, as for /health/ready.
WORK_WAITS = 15


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``to_do`` is empty when it is well."""

    what: str
    to_do: str = ""

    @property
    def is_well(self) -> bool:
        return not self.to_do


def check_site() -> int:
    """Look at everything and say each finding. Returns the exit code: 0 when all is well."""
    from django.conf import settings

    from config.command import start_django

    found = list(_guarded(settings_findings, settings))
    say(
        "\n  Settings and keys"
        + (" (demo town: a production site must do more)" if settings.CIVIUM_DEMO else "")
    )
    code = show(found)
    if not has_secret_key():
        return code
    start_django()
    say("\n  Database")
    tables = show(_guarded(database_findings))
    code |= tables
    in_tables = (
        ("Wall between agencies", wall_findings),
        ("Vault", vault_findings),
        ("Erasures", erasure_findings),
        ("Finding cases", finding_findings),
        ("Record", journal_findings),
        ("Staff", staff_findings),
        ("Work", work_findings),
    )
    # Without its tables everything in them would look lost, or tampered with.
    for title, look in (
        *(() if tables else in_tables),
        ("Identities", identity_findings),
        ("Pages", page_findings),
        ("Town", town_findings),
        ("Service documents", service_findings),
        ("Other programs", outside_findings),
        ("Backups", backup_findings),
    ):
        say(f"\n  {title}")
        code |= show(_guarded(look))
    if tables:
        say("\n  Not looked at before the database is well: " + ", ".join(title for title, _ in in_tables))
    say("\n  All well.\n" if code == 0 else "\n  Not ready yet: see what is marked.\n")
    return code


def show(findings: Iterable[Finding]) -> int:
    """Say the findings as they come. Returns 1 when any is not well."""
    code = 0
    for finding in findings:
        if finding.is_well:
            say(f"    ok       {finding.what}")
        else:
            say(f"    PROBLEM  {finding.what}\n             -> {finding.to_do}")
            code = 1
    return code


def _guarded(look: Callable[..., Iterable[Finding]], *about: Any) -> Iterator[Finding]:
    """A check that breaks is itself a finding, not a traceback: the remaining checks still run."""
    try:
        yield from look(*about)
    except Exception as problem:
        first = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        yield Finding(f"could not be checked: {first}", "mend this first, then check again")


def refuse_unfit_settings() -> None:
    """Refuse to serve a site whose settings or keys are not fit for people."""
    from django.conf import settings

    unfit = [finding for finding in settings_findings(settings) if not finding.is_well]
    if unfit:
        raise Trouble(
            "This site is not fit to be served: " + "; ".join(finding.what for finding in unfit) + ".",
            *(finding.to_do for finding in unfit),
            "The whole list:  civium check",
        )


def erasure_findings() -> Iterator[Finding]:
    """Whether what was erased is erased in this database, too."""
    from civium.foundation.privacy.queries import LedgerBroken, find_unreplayed

    try:
        waiting = find_unreplayed()
    except LedgerBroken as problem:
        yield Finding("the erasure ledger cannot be followed", str(problem))
        return
    yield _demand(
        not waiting,
        "nothing that was erased has come back",
        f"{len(waiting)} erasures are not done in this database: it is older than they are",
        "civium replay-erasures",
    )


def ledger_is_there() -> bool:
    """Whether anybody was ever erased here, without starting Django's rooms."""
    from django.conf import settings

    return (Path(settings.CIVIUM_ERASURES) / "erasures.jsonl").exists()


def refuse_what_was_erased() -> None:
    """Refuse to serve a database in which something has come back that was erased."""
    from django.db import connection

    from civium.foundation.privacy.models import FollowedErasure

    if FollowedErasure._meta.db_table not in connection.introspection.table_names():
        return  # a database without its tables serves nobody: /readyz says so
    unfit = [finding for finding in erasure_findings() if not finding.is_well]
    if unfit:
        raise Trouble(
            "This site is not served: " + "; ".join(finding.what for finding in unfit) + ".",
            *(finding.to_do for finding in unfit),
        )


def settings_findings(settings: Any) -> Iterator[Finding]:
    """Settings and key files, without a database."""
    yield from _key_findings(settings)
    if settings.CIVIUM_DEMO:
        yield Finding("this is a demo town: demo mail, demo payments, no https")
        return
    yield _demand(
        not settings.DEBUG,
        "debugging pages are off",
        "debugging pages are on: they show secrets to visitors",
        "unset CIVIUM_DEBUG",
    )
    hosts = settings.ALLOWED_HOSTS
    yield _demand(
        bool(hosts) and not any(host == "*" or host.startswith(".") for host in hosts),
        f"answers only to {', '.join(hosts)}",
        f"answers to any host name: {', '.join(hosts)}" if hosts else "answers to no host name",
        "set CIVIUM_HOSTS to the site's names, such as services.example.org; no *",
    )
    yield _demand(
        settings.CIVIUM_ORIGIN.startswith("https://"),
        f"people reach it at {settings.CIVIUM_ORIGIN}",
        f"people would reach it at {settings.CIVIUM_ORIGIN}, which is not encrypted",
        "set CIVIUM_ORIGIN to the https:// address that people use",
    )
    reached = urlsplit(settings.CIVIUM_ORIGIN).hostname or ""
    yield _demand(
        reached in hosts or not hosts or any(host[:1] in "*." for host in hosts),
        "links in mail lead to a name that it answers to",
        f"links in mail would lead to {reached}, a name that it does not answer to",
        "set CIVIUM_HOSTS and CIVIUM_ORIGIN to the same name",
    )
    yield _demand(
        os.environ.get("CIVIUM_LOG_LEVEL", "WARNING") != "DEBUG",
        "the log is kept short",
        "the log notes everything that libraries say, such as database queries with values",
        "set CIVIUM_LOG_LEVEL to WARNING or INFO",
    )
    yield _demand(
        bool(settings.ALLAUTH_TRUSTED_PROXY_COUNT),
        "a proxy in front takes slow visitors' requests in whole",
        "no proxy in front: a few visitors who send slowly could hold the site up for all",
        "put a proxy that buffers requests (nginx, HAProxy, Caddy) in front and set CIVIUM_BEHIND_PROXY=1",
    )
    for setting, use in (
        ("CIVIUM_MAIL_CARRIER", "mail"),
        ("CIVIUM_PAYMENT_PROVIDER", "payments"),
        ("CIVIUM_ANTIVIRUS", "virus scanning"),
    ):
        chosen = getattr(settings, setting)
        yield _demand(
            chosen != "demo",
            f"{use}: {chosen or 'none'}",
            f"{use} is only pretended",
            f"set {setting} to a real one",
        )


def _demand(is_so: bool, well: str, wrong: str, to_do: str) -> Finding:
    return Finding(well) if is_so else Finding(wrong, to_do)


def _key_findings(settings: Any) -> Iterator[Finding]:
    folder = Path(settings.CIVIUM_KEYS)
    if not folder.is_dir():
        yield Finding(
            f"there are no keys at {folder}", "civium keys make, or set CIVIUM_KEYS to their folder"
        )
        return
    yield _demand(
        not folder.is_relative_to(settings.CIVIUM_DATA),
        "keys are kept apart from the data",
        "keys are inside the data folder: a backup of the data would open itself",
        f"move {folder} elsewhere and set CIVIUM_KEYS",
    )
    yield _demand(
        not Path(settings.CIVIUM_ERASURES).is_relative_to(settings.CIVIUM_DATA),
        "the erasure ledger is kept apart from the data",
        "the erasure ledger is inside the data folder: an older copy of the data would bring an older ledger",
        "move it elsewhere and set CIVIUM_ERASURES",
    )
    yield from (_secret_finding(folder / name, is_demo=settings.CIVIUM_DEMO) for name in SECRETS)
    if settings.CIVIUM_ROOT_KEY == "file":
        yield _demand(
            (folder / "root-key").is_file(),
            "root-key",
            "root-key is missing",
            "a new site: civium keys make. A site with data: put its own root key back from its copy",
        )
    if not settings.CIVIUM_DEMO:
        yield _demand(
            not (folder / DEMO_MARK).exists(),
            "keys were made for this site",
            "keys were made for a demo town",
            f"set CIVIUM_KEYS to a new folder, not {folder}, and run: civium keys make",
        )
    public = {DEMO_MARK, "seal.crt", "journal-earlier-keys", "journal-witnesses"}
    readable = [
        path.name
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name not in public and path.stat().st_mode & 0o007
    ]
    yield _demand(
        not readable,
        "nobody but this account and its group reads the keys",
        f"everybody on this machine may read {', '.join(readable)}",
        f"chmod 600 {folder}/*",
    )


def _secret_finding(path: Path, *, is_demo: bool) -> Finding:
    if not path.is_file() or not path.read_text(encoding="ascii").strip():
        return Finding(f"{path.name} is missing", "civium keys make")
    if not is_demo and path.read_text(encoding="ascii").startswith("demo-"):
        return Finding(f"{path.name} is a demo town's", f"remove {path} and run: civium keys make")
    if len(path.read_text(encoding="ascii").strip()) < SHORTEST_SECRET:
        return Finding(
            f"{path.name} is so short that it can be guessed", f"remove {path} and run: civium keys make"
        )
    return Finding(path.name)


def database_findings() -> Iterator[Finding]:
    """It answers, and its tables are those of this version."""
    from django.core.checks import ERROR, run_checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    yield Finding(f"{connection.vendor} answers")
    waiting = MigrationExecutor(connection).migration_plan(_latest(connection))
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in waiting[:4])
    yield _demand(
        not waiting, "tables are up to date", f"tables are not up to date: {names} ...", "civium migrate"
    )
    yield from (
        Finding(str(message.msg), str(message.hint or "see the message"))
        for message in run_checks(include_deployment_checks=False)
        if message.level >= ERROR
    )


def _latest(connection: Any) -> list[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection).graph.leaf_nodes()


def wall_findings() -> Iterator[Finding]:
    """The database itself keeps agencies apart, and for this site's own role too."""
    from django.db import connection

    from civium.foundation.identity.wall import find_gaps, role_that_walks_through

    if connection.vendor != "postgresql":
        yield Finding(f"{connection.vendor} has none: the queries alone keep agencies apart")
        return
    gaps = find_gaps(connection)
    yield _demand(
        not gaps,
        "its tables are all there",
        f"tables stand outside: {', '.join(gaps)}",
        "civium migrate; when that does not help, find out who took the policies away",
    )
    role = role_that_walks_through(connection)
    yield _demand(
        not role,
        "it stands for the role that the site uses, too",
        f"it is down: the database does not stop {role}, who is a superuser or has BYPASSRLS",
        "let the site use a role of its own that owns its database (docs/how-to/configure.md)",
    )


def vault_findings() -> Iterator[Finding]:
    """The keys in the database open with the root key of this site, and the town can seal its documents."""
    from django.conf import settings

    from civium.foundation.vault.queries import find_key_problems

    problems = find_key_problems()
    if not problems:
        yield Finding("the keys open, and documents can be sealed")
    yield from (Finding("a key is of no use", problem) for problem in problems)
    yield from _age_findings(Path(settings.CIVIUM_KEYS), now=time.time())


def finding_findings() -> Iterator[Finding]:
    """Caseworkers find all cases alike: those that were there before names were kept, too."""
    from civium.engines.cases.actions.renew_indexes import are_old_cases_found_by_name
    from civium.foundation.privacy.actions.watch_readings import nobody_reads

    with nobody_reads():  # names are compared with their indexes, and only whether they fit comes out
        is_well = are_old_cases_found_by_name()
    yield _demand(
        is_well,
        "cases are found by their applicant's name",
        "cases from before an upgrade or a restored backup are not found by their applicant's name",
        "civium keys rotate index, and once more a day later; the site goes on meanwhile",
    )


def _age_findings(folder: Path, *, now: float) -> Iterator[Finding]:
    """Which keys are older than a year and a month (docs/runbooks/keys.md says what to do about each)."""
    old = [
        name
        for name in REPLACED_YEARLY
        if (path := folder / name).is_file() and now - path.stat().st_mtime > KEYS_LAST
    ]
    yield _demand(
        not old,
        "no key is older than it may be",
        f"older than a year: {', '.join(old)}",
        "replace them as docs/runbooks/keys.md says, under Replacing keys; the site goes on meanwhile",
    )


def identity_findings() -> Iterator[Finding]:
    """The file of identities can be read, and the secrets and certificates that it names are in the key folder."""
    from django.conf import settings

    from civium.foundation.federation.queries import IdentitiesUnreadable, find_missing_files, the_identities

    file = settings.CIVIUM_IDENTITIES
    try:
        known = the_identities()
    except IdentitiesUnreadable as problem:
        yield Finding(
            f"nobody can sign in with an identity: {problem}",
            "mend the file (docs/how-to/configure.md, Identities), or unset CIVIUM_IDENTITIES",
        )
        return
    if not known:
        yield Finding(
            f"{file} names no identity" if file else "no identities: people show who they are at the counter"
        )
    for identity in known:
        missing = find_missing_files(identity)
        yield _demand(
            not missing,
            f"{identity.name}: {identity.protocol}",
            f"{identity.name} cannot be used: {', '.join(missing)}",
            f"put what the provider gave you into {settings.CIVIUM_KEYS}, readable for this account only",
        )


def page_findings() -> Iterator[Finding]:
    """Styles, scripts and translations are built; the data folder takes files."""
    from django.conf import settings

    manifest = Path(settings.CIVIUM_BUILD) / "assets.json"
    yield _demand(
        manifest.is_file(),
        "styles and scripts are built",
        "styles and scripts are not built",
        "python -m assets.build (make run does it)",
    )
    for folder in settings.LOCALE_PATHS:
        words = sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))
        missing = [path.parts[-3] for path in words if not path.with_suffix(".mo").is_file()]
        yield _demand(
            not missing,
            "translations are compiled",
            f"translations are not compiled: {', '.join(missing)}",
            "python -m setup.messages compile (make run does it)",
        )
    data = Path(settings.CIVIUM_DATA)
    yield _demand(
        data.is_dir() and os.access(data, os.W_OK),
        f"files can be kept in {data}",
        f"files cannot be kept in {data}",
        "make that folder, writable for the account that runs Civium, or set CIVIUM_DATA",
    )


def town_findings() -> Iterator[Finding]:
    """The town is described in every language that it speaks, and its icons are ones that we have."""
    from django.conf import settings

    from civium.foundation.design.built import read_build
    from civium.foundation.kit.languages import listed
    from civium.foundation.kit.town import the_town

    town = the_town()
    where = Path(settings.CIVIUM_SERVICES) / "town.yaml"
    words = list(town.words())
    for language, its_name in settings.LANGUAGES:
        missing = [place for place, texts in words if not texts.get(language)]
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        yield _demand(
            not missing,
            f"town.yaml speaks {its_name}",
            f"town.yaml says nothing in '{language}' for {listed(missing[:5])}{more}",
            f"write it in {where}, or take '{language}' out of CIVIUM_LANGUAGES; until then people read it in '{settings.LANGUAGE_CODE}'",
        )
    icons = read_build()["icons"]
    shelves = (("topics", town.topics), ("life_events", town.life_events), ("audiences", town.audiences))
    for part, name, shelf in ((part, *each) for part, kept in shelves for each in kept.items()):
        if icons and shelf.icon not in icons:
            yield Finding(
                f"town.yaml gives {part}.{name} the icon '{shelf.icon}', which is not there",
                "take one that docs/how-to/describe-your-town.md lists, or add it to SHELF_ICONS in assets/build.py and build again",
            )


def service_findings() -> Iterator[Finding]:
    """Every document of the town, as `civium services check` sees it."""
    import yaml
    from django.conf import settings

    from config.services import errors_in, service_folders

    for folder in service_folders():
        errors = errors_in(folder)
        if errors:
            yield Finding(f"{folder.name}: {len(errors)} problems", f"civium services check {folder}")
            continue
        has_fee = "fee" in yaml.safe_load((folder / "service.yaml").read_text(encoding="utf-8"))
        yield _demand(
            bool(settings.CIVIUM_PAYMENT_PROVIDER) or not has_fee,
            folder.name,
            f"{folder.name} has a fee, and nobody takes payments",
            "set CIVIUM_PAYMENT_PROVIDER (docs/how-to/add-a-payment-provider.md), or take the fee or the service out",
        )


def staff_findings() -> Iterator[Finding]:
    """Somebody can give everybody else their roles."""
    from civium.foundation.identity.queries import find_administrators

    count = len(find_administrators())
    yield Finding(
        f"administrators: {count}"
        if count
        else "nobody is an administrator yet: make an account on the site, then  civium administrator ADDRESS"
    )


def work_findings() -> Iterator[Finding]:
    """Where the site is served, somebody does what waits: mail, the record's signature, what follows decisions."""
    from datetime import timedelta

    from django.utils import timezone

    from civium.foundation.jobs.queries import find_stuck
    from config.serving import is_being_served

    if not is_being_served():
        yield Finding("the site is not being served from here")
        return
    yield _demand(
        not find_stuck(at=timezone.now(), longer_than=timedelta(minutes=WORK_WAITS), limit=1),
        "nothing waits for a worker",
        f"work waits for more than {WORK_WAITS} minutes: no worker runs, too few, or one hangs",
        "the log of the site says what became of its worker; start the site again (docs/runbooks/stuck-work.md)",
    )


def outside_findings() -> Iterator[Finding]:
    """The mail server takes us, and the virus scanner answers: they are asked now. In a demo town both only pretend."""
    from django.conf import settings

    if settings.CIVIUM_MAIL_CARRIER == "smtp":
        yield from _guarded(_mail_findings, settings)
    if settings.CIVIUM_ANTIVIRUS == "clamav":
        yield _scanner_finding(settings)


def _mail_findings(settings: Any) -> Iterator[Finding]:
    from smtplib import SMTPException

    from django.core.mail.backends.smtp import EmailBackend

    sender = settings.DEFAULT_FROM_EMAIL
    yield _demand(
        "@" in sender and "@localhost" not in sender,
        f"mail comes from {sender}",
        f"mail would come from {sender or 'nobody'}, which other mail servers refuse",
        "set CIVIUM_MAIL_FROM to an address of yours, such as 'Smallville <no-reply@smallville.example>'",
    )
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = EmailBackend(fail_silently=False)
    try:
        server.open()
        server.close()
    except (OSError, SMTPException) as problem:
        yield Finding(
            f"the mail server {place} does not take us: {problem}",
            "set CIVIUM_SMTP_HOST, _PORT, _USER and _TLS (docs/how-to/configure.md, Mail), and put its password into "
            "smtp-password of the key folder; mail waits until then",
        )
    else:
        yield Finding(f"the mail server {place} takes us")


def _scanner_finding(settings: Any) -> Finding:
    from civium.foundation.files.adapters import ScannerDown
    from civium.foundation.files.adapters.clamav import scan

    try:
        scan(b"civium check")
    except ScannerDown as problem:
        return Finding(
            f"{problem} ({settings.CIVIUM_CLAMAV}): files that people send stay locked until it does",
            "install and start it (Debian: apt-get install clamav-daemon), or set CIVIUM_CLAMAV to where it listens",
        )
    return Finding("the virus scanner answers")


def backup_findings(*, now: float | None = None) -> Iterator[Finding]:
    """The newest copies in the folders that the settings name are not older than a day and a half."""
    from django.conf import settings

    if settings.CIVIUM_DEMO:
        yield Finding("a demo town needs none")
        return
    for setting, ending, command in (
        ("CIVIUM_BACKUPS", "backup", "civium backup"),
        ("CIVIUM_KEY_BACKUPS", "keys", "civium keys backup"),
    ):
        folder = os.environ.get(setting)
        if not folder:
            yield Finding(f"{setting} is not set, so nobody sees here when the copies stop")
            continue
        if Path(folder).resolve().is_relative_to(Path(settings.CIVIUM_DATA).resolve()):
            yield Finding(
                f"{setting} is inside the data folder: whatever destroys one destroys the other",
                f"name a folder on another machine in {setting}",
            )
            continue
        made = [path.stat().st_mtime for path in Path(folder).glob(f"civium-*.{ending}")]
        hours = ((now or time.time()) - max(made)) / 3600 if made else None
        yield _demand(
            hours is not None and hours < BACKUPS_LAST,
            f"{command}: the newest copy is {hours or 0:.0f} hours old",
            f"{command}: the newest copy is {hours:.0f} hours old"
            if hours
            else f"no copy is in {folder} yet",
            f"{command}, every day (docs/runbooks/backup-and-restore.md)",
        )
        days = ((now or time.time()) - min(made)) / 3600 / 24 if made else 0
        if days > BACKUPS_KEPT:
            yield Finding(
                f"{command}: a copy is {days:.0f} days old, and has the addresses of who was erased since",
                "remove those older than a week, or say in the privacy notice how long you keep them "
                "(docs/runbooks/backup-and-restore.md)",
            )


def journal_findings(*, at_least: int = 0) -> Iterator[Finding]:
    """The record verifies from its first entry to its last, and the ledger agrees with it.

    ``at_least``: how many entries the record had before, by a note kept elsewhere.
    """
    from django.db import connection

    from civium.engines.payments.ledger_guard import missing_guards
    from civium.engines.payments.queries import find_ledger_differences
    from civium.foundation.journal.actions.verify import verify_journal

    report = verify_journal(at_least=at_least)
    signed = (
        f", signed until {report.last_checkpoint_at:%Y-%m-%d %H:%M} UTC" if report.last_checkpoint_at else ""
    )
    yield _demand(
        report.is_whole,
        f"nobody rewrote the record: {report.entries + report.waiting} entries{signed}",
        "the record was tampered with",
        report.what_to_do,
    )
    yield from _witness_findings(report.cosigned)
    unguarded = ", ".join(missing_guards(connection))
    yield _demand(
        not unguarded,
        "the database guards the ledger",
        f"the ledger's guards were taken away: {unguarded}",
        "find out who did; then put them back with payments.ledger_guard.put_guard and compare with a backup",
    )
    wrong = ", ".join(payment.shown_reference for payment in find_ledger_differences(limit=10))
    yield _demand(
        not wrong,
        "the ledger agrees with the record",
        f"the ledger does not agree with the payments and the record: {wrong}",
        "have finance compare these payments with what the provider and the bank say",
    )


def _witness_findings(cosigned: int) -> Iterator[Finding]:
    """Somebody else has seen the record, and none of them holds another one."""
    from civium.foundation.journal.queries import find_witness_states
    from civium.foundation.journal.signing import witnesses

    states = {state.name: state for state in find_witness_states()}
    asked = [witness.key.name for witness in witnesses()]
    if not asked:
        yield Finding(
            "no witness is asked: only this site says that its record is whole (docs/how-to/run-a-witness.md)"
        )
    for name in asked:
        state = states.get(name)
        if state is None or state.cosigned_at is None:
            said = str(state.get_trouble_display()) if state and state.trouble else "was not asked yet"
            yield Finding(f"{name}: {said.lower()}", "start the site's worker, and see that the witness runs")
        else:
            yield _demand(
                not state.trouble,
                f"{name} cosigned {state.size} entries, until {state.cosigned_at:%Y-%m-%d %H:%M} UTC; {cosigned} checkpoints in all",
                f"{name}: {str(state.get_trouble_display()).lower()}",
                "docs/how-to/when-the-record-does-not-verify.md"
                if state.refuses
                else "see that the witness runs and can be reached",
            )
