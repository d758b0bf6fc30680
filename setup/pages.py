"""What pages are made of: npm packages, the built styles and scripts, the compiled translations."""

from __future__ import annotations

import shutil

from config.terminal import step
from setup import ASSETS, BUILD, PYTHON, ROOT
from setup.machine import require_node
from setup.programs import run_quietly
from setup.stamps import fingerprint, is_done, set_done

_LOCALE = ROOT / "civium" / "locale"


def set_up_pages() -> None:
    """Have styles, scripts, icons and translations built from their sources."""
    _install_npm_packages()
    _build_assets()
    _compile_messages()


def _install_npm_packages() -> None:
    mark = fingerprint(ASSETS / "package-lock.json")
    stamp = ASSETS / "node_modules" / ".installed"
    if is_done(stamp, mark):
        return
    require_node()
    with step("npm packages, to build the pages"):
        run_quietly(
            [shutil.which("npm") or "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], at=ASSETS
        )
    set_done(stamp, mark)


def _build_assets() -> None:
    mark = fingerprint(ASSETS, ROOT / "civium" / "foundation" / "design" / "static")
    stamp = BUILD / ".assets"
    if is_done(stamp, mark) and (BUILD / "static").is_dir():
        return
    with step("Styles, scripts and icons"):
        run_quietly([PYTHON, "-m", "assets.build"])
    set_done(stamp, mark)


def _compile_messages() -> None:
    catalogues = sorted(_LOCALE.glob("*/LC_MESSAGES/*.po"))
    mark = fingerprint(*catalogues)
    stamp = BUILD / ".messages"
    if is_done(stamp, mark) and all(path.with_suffix(".mo").is_file() for path in catalogues):
        return
    with step(f"Translations ({len(catalogues)} languages)"):
        run_quietly([PYTHON, "-m", "setup.messages", "compile"])
    set_done(stamp, mark)
