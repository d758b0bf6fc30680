"""What pages are made of: npm packages, the built styles and scripts, the compiled translations."""

from __future__ import annotations

import hashlib
import shutil

from config.terminal import step
from setup import ASSETS, BUILD, PYTHON, ROOT
from setup.machine import require_node
from setup.programs import run_quietly
from setup.stamps import fingerprint, is_done, set_done

_LOCALE = ROOT / "civium" / "locale"
_NPM_STAMP = ASSETS / "node_modules" / ".installed"


def set_up_pages() -> None:
    """Have styles, scripts, icons and translations built from their sources."""
    _install_npm_packages()
    _build_assets()
    _compile_messages()


def require_what_builds_pages() -> None:
    """Refuse early when Node is needed and is not here, before the slow steps."""
    if not is_done(_NPM_STAMP, _npm_mark()):
        require_node()


def _npm_mark() -> str:
    """The same mark as `assets.build` leaves, so that neither installs again what the other did."""
    return hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()


def _install_npm_packages() -> None:
    if is_done(_NPM_STAMP, _npm_mark()):
        return
    npm = shutil.which("npm") or "npm"
    with step("npm packages, to build the pages"):
        run_quietly([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], at=ASSETS)
    set_done(_NPM_STAMP, _npm_mark())


def _build_assets() -> None:
    """It knows itself what has changed, and takes a moment when nothing has."""
    with step("Styles, scripts and icons"):
        run_quietly([PYTHON, "-m", "assets.build"])


def _compile_messages() -> None:
    catalogues = sorted(_LOCALE.glob("*/LC_MESSAGES/*.po"))
    mark = fingerprint(*catalogues)
    stamp = BUILD / ".messages"
    if is_done(stamp, mark) and all(path.with_suffix(".mo").is_file() for path in catalogues):
        return
    with step(f"Translations ({len(catalogues)} languages)"):
        run_quietly([PYTHON, "-m", "setup.messages", "compile"])
    set_done(stamp, mark)
