"""The ``civium`` command: what the people who run a site type.

Exit codes: 0 well, 1 something is wrong (and said), 2 the command was not understood. Nothing heavy is imported before
it is needed, so that ``civium --help`` answers at once.
"""

from __future__ import annotations

import argparse
import errno
import os
import select
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from config.keys import KINDS
from config.terminal import Parser, Trouble, say, tell


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks."""
    given = list(sys.argv[1:] if words is None else words)
    if given[:1] == ["witness"]:  # its own words begin with dashes, which argparse would take for ours
        given.insert(1, "--")
    asked = _parser().parse_args(given)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        return int(asked.do(asked) or 0)
    except Trouble as trouble:
        tell(trouble)
        return 1
    except BrokenPipeError:
        if not _has_nobody_reading():
            raise
        # Whoever was reading, such as `head`, has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        if plain := _in_plain_words(problem):
            tell(plain)
            return 1
        refusal = sys.modules.get("civium.foundation.kit.refusals")
        if refusal is None or not isinstance(problem, refusal.Refusal):
            raise
        tell(Trouble(str(problem.message), *map(str, getattr(problem, "problems", ()))))
        return 1


def _has_nobody_reading() -> bool:
    """Whether what we print goes nowhere any more: any other pipe that breaks is a defect, and said."""
    look = select.poll()
    look.register(sys.stdout.fileno(), 0)
    return bool(look.poll(0))


def _in_plain_words(problem: Exception) -> Trouble | None:
    """What surroundings do to any command: the database is away, a setting or the town cannot be read. None: a defect."""
    modules = sys.modules
    if (django := modules.get("django.db.utils")) and isinstance(problem, django.OperationalError):
        from config.tables import does_not_answer

        return does_not_answer(problem)
    if (django := modules.get("django.core.exceptions")) and isinstance(problem, django.ImproperlyConfigured):
        return Trouble(str(problem), "docs/how-to/configure.md lists the settings.")
    if isinstance(problem, PermissionError) and problem.filename:
        return Trouble(
            f"This account may not use {problem.filename}.",
            "Run it as the account that the site runs as, or give that account the file.",
        )
    if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
        return Trouble("The disk is full.", "Make room, or name a folder on another disk. Then try again.")
    return None


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="civium",
        description="Run a Civium site. Settings come from the environment: docs/how-to/configure.md lists them.",
    )
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = verbs.add_parser("serve", help="serve the site and its worker, until Ctrl-C")
    serve.add_argument("--port", type=int, help="default: PORT, else 8000")
    serve.add_argument("--without-worker", action="store_true", help="pages only; workers run elsewhere")
    serve.set_defaults(do=_serve)

    worker = verbs.add_parser("worker", help="do the waiting jobs, until Ctrl-C")
    worker.set_defaults(do=_worker)

    demo = verbs.add_parser("demo", help="make the demo town of Port Lumen: keys, tables, people, cases")
    demo.add_argument(
        "--year",
        action="store_true",
        help="and the year before, with 150 people and 400 cases, or the rest of it: some minutes",
    )
    demo.add_argument("--quiet", action="store_true", help="say nothing of what is there already")
    demo.set_defaults(do=_demo)
    accounts = verbs.add_parser("accounts", help="who one can sign in as in the demo town")
    accounts.set_defaults(do=_accounts)

    administrator = verbs.add_parser(
        "administrator", help="make an account an administrator, who gives everybody else their roles"
    )
    administrator.add_argument("address", metavar="ADDRESS", help="the e-mail address of the account")
    administrator.add_argument(
        "--name", default="Administrator", help="the name that colleagues see; default: Administrator"
    )
    administrator.set_defaults(do=_make_administrator)

    migrate = verbs.add_parser("migrate", help="bring the tables of the database up to date")
    migrate.set_defaults(do=_migrate)

    check = verbs.add_parser("check", help="is this site ready: settings, keys, tables, services, record")
    check.set_defaults(do=_check)

    replay_erasures = verbs.add_parser(
        "replay-erasures", help="after a restore: erase again what was erased since the backup"
    )
    replay_erasures.set_defaults(do=_replay_erasures)

    _add_services(verbs)
    _add_backups(verbs)

    journal = verbs.add_parser("journal", help="the record").add_subparsers(
        metavar="verify|export|keys", required=True
    )
    verify = journal.add_parser("verify", help="prove that nobody rewrote the record")
    verify.add_argument(
        "--at-least",
        type=int,
        default=0,
        metavar="N",
        help="it had N entries already: a number you noted where nobody can roll it back with the database",
    )
    verify.set_defaults(do=_verify_journal)
    export = journal.add_parser("export", help="write the record into a file for the single-file verifier")
    export.add_argument("file", type=Path, metavar="FILE.jsonl", help="a new file")
    export.set_defaults(do=_export_journal)
    public = journal.add_parser("keys", help="the public keys by which others check the record")
    public.set_defaults(do=_show_journal_keys)

    witness = verbs.add_parser(
        "witness",
        help="cosign the record of a town; runs elsewhere, without its keys and data",
        add_help=False,
    )
    witness.add_argument("words", nargs=argparse.REMAINDER)
    witness.set_defaults(do=_witness)

    jobs = verbs.add_parser("jobs", help="the queue").add_subparsers(metavar="list|replay", required=True)
    listing = jobs.add_parser("list", help="jobs that failed for good")
    listing.set_defaults(do=_list_jobs)
    replay = jobs.add_parser("replay", help="try one of them again")
    replay.add_argument("job", type=UUID, help="its id, from `civium jobs list`")
    replay.set_defaults(do=_replay_job)

    search = verbs.add_parser("search", help="the index that people search").add_subparsers(
        metavar="rebuild", required=True
    )
    rebuild = search.add_parser(
        "rebuild", help="make the index in tables anew; people search the old one meanwhile"
    )
    rebuild.set_defaults(do=_rebuild_search)

    keys = verbs.add_parser("keys", help="the site's keys").add_subparsers(
        metavar="make|rotate|backup", required=True
    )
    copy = keys.add_parser(
        "backup", help="copy the keys of people and cases, sealed; a copy is of use for a week"
    )
    copy.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="default: CIVIUM_KEY_BACKUPS")
    copy.set_defaults(do=_back_up_keys)
    make = keys.add_parser("make", help="make the keys that are missing; never touches one that is there")
    make.set_defaults(do=_make_keys)
    rotate = keys.add_parser(
        "rotate", help="replace keys while the site goes on; stopped, it goes on where it stopped"
    )
    rotate.add_argument(
        "kinds",
        nargs="*",
        choices=[*KINDS, []],
        metavar="KIND",
        help=f"{', '.join(KINDS)}; default: root purpose",
    )
    rotate.set_defaults(do=_rotate_keys)
    return parser


def _add_backups(verbs: argparse._SubParsersAction[Parser]) -> None:
    backup = verbs.add_parser(
        "backup", help="copy the site's data, sealed, while it goes on; the keys are not in it"
    )
    backup.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="default: CIVIUM_BACKUPS")
    backup.set_defaults(do=_back_up)
    restore = verbs.add_parser("restore", help="put a backup back; what is there now is kept beside it")
    restore.add_argument("backup", type=Path, metavar="FILE.backup")
    restore.add_argument(
        "--keys", type=Path, required=True, metavar="FILE.keys", help="from `civium keys backup`"
    )
    restore.add_argument("--old-keys", action="store_true", help="take keys that are older than a week")
    restore.add_argument(
        "--new-record",
        action="store_true",
        help="go on under a new name where more was signed for than the backup has",
    )
    restore.set_defaults(do=_restore)


def _add_services(verbs: argparse._SubParsersAction[Parser]) -> None:
    services = verbs.add_parser("services", help="service documents").add_subparsers(
        metavar="check|publish|withdraw|list|list-import", required=True
    )
    check = services.add_parser(
        "check", help="find what is wrong in service documents and run their example tests"
    )
    check.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="default: every service of the town"
    )
    check.set_defaults(do=_check_services)
    publish = services.add_parser(
        "publish", help="make a document's present wording the version that people get"
    )
    publish.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    publish.set_defaults(do=_publish_services)
    withdraw = services.add_parser(
        "withdraw", help="take services out of the offer; what people have begun goes on"
    )
    withdraw.add_argument("names", nargs="+", metavar="NAME")
    withdraw.set_defaults(do=_withdraw_services)
    listing = services.add_parser("list", help="what people can apply for, and in which version")
    listing.set_defaults(do=_list_services)
    import_ = services.add_parser(
        "list-import", help="load a list of services that are got elsewhere, as information pages"
    )
    import_.add_argument("file", type=Path, metavar="FILE.csv")
    import_.add_argument(
        "--map", type=Path, required=True, metavar="MAPPING.yaml", help="which columns say what"
    )
    import_.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    import_.add_argument(
        "--remove-many",
        action="store_true",
        help="close most of the pages of this list, if it has become short",
    )
    import_.set_defaults(do=_import_list)


def start_django() -> None:
    """Load the settings and the rooms. Refuses in plain words what would be a traceback."""
    import django

    from config.keys import has_secret_key, key_folder

    if not has_secret_key():
        raise Trouble(
            f"There is no secret key in {key_folder()}.",
            "A new site: make its keys with  civium keys make",
            "If they are elsewhere, set CIVIUM_KEYS to their folder.",
        )
    django.setup()


def _serve(asked: argparse.Namespace) -> int:
    from config.serving import serve

    if asked.port is not None:
        os.environ["PORT"] = str(asked.port)
    return serve(with_worker=not asked.without_worker)


def _worker(asked: argparse.Namespace) -> None:
    from config.serving import do_jobs_until_stopped

    start_django()
    do_jobs_until_stopped()


def _demo(asked: argparse.Namespace) -> None:
    from config.keys import is_demo, make_missing_room_keys, make_missing_secrets

    if not is_demo():
        raise Trouble(
            "This is not a demo town, so no demo people or cases are put into it.",
            "For a demo town, set CIVIUM_DEMO=1.",
        )
    tell = (lambda line: None) if asked.quiet else say
    make_missing_secrets(tell)
    start_django()
    make_missing_room_keys(tell)
    from config.demo import build_demo_town
    from config.tables import bring_tables_up_to_date
    from config.witness import set_up_demo_witness

    bring_tables_up_to_date(tell)
    set_up_demo_witness()
    build_demo_town(tell)
    if asked.year:
        from config.demo import live_the_past_year

        live_the_past_year(say)


def _accounts(asked: argparse.Namespace) -> None:
    start_django()
    from civium.foundation.identity.queries import DEMO_PASSWORD, demo_accounts

    say(f"\n  Accounts of the demo town, all with the password  {DEMO_PASSWORD}\n")
    for account in demo_accounts():
        say(f"    {account['email']:<28} {account['name']:<18} {account['role'] or 'citizen'}")


def _make_administrator(asked: argparse.Namespace) -> None:
    start_django()
    from django.conf import settings
    from django.utils import timezone

    from civium.foundation.identity.actions.give_role import NobodyThere, make_administrator

    try:
        given = make_administrator(asked.address, shown_as=asked.name, at=timezone.now())
    except NobodyThere:
        raise Trouble(
            f"No account here has the address {asked.address}, or nobody has confirmed it yet.",
            f"Make one in a browser, at {settings.CIVIUM_ORIGIN}/account/signup/, and type in the code that comes by mail.",
            "Then run this again.",
        ) from None
    say(
        f"  {given.shown_as} is an administrator now, and is told. Other roles: “Staff and roles” at the desk."
    )


def _migrate(asked: argparse.Namespace) -> None:
    start_django()
    from config.tables import bring_tables_up_to_date

    bring_tables_up_to_date(say)


def _check(asked: argparse.Namespace) -> int:
    from config.checks import check_site

    return check_site()


def _check_services(asked: argparse.Namespace) -> int:
    """Documents are plain files: checking them needs neither keys nor a database."""
    import django

    from config.keys import has_secret_key

    if not has_secret_key():
        # No site is here, so nobody's registers: check as the demo town would, which has all of them.
        os.environ["CIVIUM_DEMO"] = "1"
    django.setup()
    from config.services import check_folders

    return check_folders(asked.folders)


def _publish_services(asked: argparse.Namespace) -> int:
    start_django()
    from config.services import publish_folders

    return publish_folders(asked.folders)


def _withdraw_services(asked: argparse.Namespace) -> int:
    start_django()
    from config.services import withdraw_services

    return withdraw_services(asked.names)


def _list_services(asked: argparse.Namespace) -> None:
    start_django()
    from config.services import list_services

    list_services()


def _import_list(asked: argparse.Namespace) -> int:
    start_django()
    from config.lists import import_services

    return import_services(asked.file, asked.map, dry_run=asked.dry_run, may_remove_many=asked.remove_many)


def _replay_erasures(asked: argparse.Namespace) -> int:
    start_django()
    from django.utils import timezone

    from civium.foundation.privacy.actions.replay_erasures import replay_erasures
    from civium.foundation.privacy.queries import LedgerBroken

    try:
        count = replay_erasures(at=timezone.now())
    except LedgerBroken as problem:
        raise Trouble(str(problem)) from None
    say(
        f"  {count} erasures were carried out again." if count else "  Nothing that was erased has come back."
    )
    return 0


def _verify_journal(asked: argparse.Namespace) -> int:
    start_django()
    from config.checks import journal_findings, show

    return show(journal_findings(at_least=asked.at_least))


def _export_journal(asked: argparse.Namespace) -> None:
    start_django()
    from civium.foundation.journal.actions.export_record import export_record

    try:
        count = export_record(asked.file)
    except FileExistsError:
        raise Trouble(f"{asked.file} is there already.", "Give the name of a new file.") from None
    say(
        f"  {count:,} entries are in {asked.file}. Check them with verify_record.py; it is on the page /check/record/."
    )


def _show_journal_keys(asked: argparse.Namespace) -> None:
    start_django()
    from civium.foundation.journal.signing import public_keys

    for key in public_keys():
        print(key)


def _witness(asked: argparse.Namespace) -> int:
    """No settings, no keys, no database: what it is told is all that it knows."""
    from civium.foundation.journal.standalone.witness import main

    return main([word for word in asked.words if word != "--"])


def _list_jobs(asked: argparse.Namespace) -> None:
    start_django()
    from civium.foundation.jobs.queries import find_dead_jobs

    dead = find_dead_jobs()
    for job in dead:
        say(f"  {job.id}  {job.name}  {job.finished_at:%Y-%m-%d %H:%M}  {job.exception_class_path}")
    if not dead:
        say("  None: every job was done or is still being tried.")


def _replay_job(asked: argparse.Namespace) -> None:
    start_django()
    from django.utils import timezone

    from civium.foundation.journal.actions.settle_dead_letters import replay_dead_job

    replay_dead_job(asked.job, by=None, at=timezone.now())
    say("  It is in the queue again.")


def _rebuild_search(asked: argparse.Namespace) -> None:
    start_django()
    from django.utils import timezone

    from civium.engines.search.actions.rebuild_index import rebuild_index
    from civium.engines.search.queries import find_searchables

    stored = [each for each in find_searchables() if each.stored]
    count = rebuild_index(stored, at=timezone.now(), say=lambda line: say(f"  {line}"))
    say(f"  The index is new: {count:,} documents of {len(stored)} rooms. Services need no index in tables.")


def _make_keys(asked: argparse.Namespace) -> None:
    from config.keys import key_folder, make_missing_room_keys, make_missing_secrets

    make_missing_secrets(say)
    start_django()
    make_missing_room_keys(say)
    say(
        f"  The keys are in {key_folder()}. Keep a copy of root-key in a safe place, away from the data's backups."
    )


def _back_up(asked: argparse.Namespace) -> None:
    start_django()
    from django.utils import timezone

    from config.backups import back_up

    back_up(_folder(asked.folder or os.environ.get("CIVIUM_BACKUPS")), say, at=timezone.now())
    say("  It opens nothing by itself. The keys have their own:  civium keys backup")


def _back_up_keys(asked: argparse.Namespace) -> None:
    start_django()
    from django.utils import timezone

    from config.backups import back_up_keys

    back_up_keys(_folder(asked.folder or os.environ.get("CIVIUM_KEY_BACKUPS")), say, at=timezone.now())


def _restore(asked: argparse.Namespace) -> None:
    start_django()
    from django.utils import timezone

    from config.restoring import restore

    restore(
        asked.backup,
        asked.keys,
        say,
        at=timezone.now(),
        may_keys_be_old=asked.old_keys,
        may_begin_record_anew=asked.new_record,
    )


def _folder(chosen: Path | str | None) -> Path:
    if not chosen:
        raise Trouble(
            "Where to?",
            "Name a folder, on another machine if you can.",
            "docs/runbooks/backup-and-restore.md",
        )
    return Path(chosen).resolve()


def _rotate_keys(asked: argparse.Namespace) -> None:
    start_django()
    from config.keys import rotate_keys

    rotate_keys(asked.kinds, say)
