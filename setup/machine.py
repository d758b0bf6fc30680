"""What this machine has: room on the disk, Node, system libraries, and whether we may install what is missing."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config.terminal import Trouble, step
from setup import ROOT
from setup.programs import run_quietly

NODE_FROM = 18
SPACE_NEEDED_MB = 1500

# WeasyPrint, which makes the PDFs, loads these when it starts.
_PDF_LIBRARIES = {
    "linux": (
        "libgobject-2.0.so.0",
        "libpango-1.0.so.0",
        "libpangoft2-1.0.so.0",
        "libharfbuzz.so.0",
        "libharfbuzz-subset.so.0",
        "libfontconfig.so.1",
    ),
}
HEADLESS = "chromium-headless-shell"
_BROWSERS = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PDF_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fontconfig",
    "fonts-noto-core",
)


def require_folder() -> None:
    """Refuse a folder that cannot be written, or a disk too full to begin."""
    try:
        probe = ROOT / "build"
        probe.mkdir(exist_ok=True)
        (probe / ".probe").write_text("")
        (probe / ".probe").unlink()
    except OSError as problem:
        raise Trouble(
            f"This folder cannot be written: {ROOT} ({problem.strerror}).",
            f"Make it yours (sudo chown -R $USER {ROOT}), or clone Civium into a folder of your own.",
        ) from None


def require_space() -> None:
    """Refuse a disk on which the first set-up cannot end well."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < SPACE_NEEDED_MB:
        raise Trouble(
            f"Only {free} MB are free here; setting up takes about {SPACE_NEEDED_MB} MB.",
            "Free some room, or clone Civium onto a larger disk.",
        )


def require_node() -> str:
    """The version of Node here. Refuses none, one too old, or one without npm."""
    node = shutil.which("node") or shutil.which("nodejs")
    to_do = (
        "Debian 12, Ubuntu 24.04 or newer:  sudo apt-get install nodejs npm",
        "Fedora:                            sudo dnf install nodejs",
        "macOS:                             brew install node",
        "It is used once, to build the pages' styles and scripts; nothing of it runs afterwards.",
    )
    if node is None:
        raise Trouble(f"Civium needs Node {NODE_FROM} or newer, and there is none here.", *to_do)
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").partition(".")[0] or 0) < NODE_FROM:
        raise Trouble(f"Civium needs Node {NODE_FROM} or newer; here is {version}.", *to_do)
    if shutil.which("npm") is None:
        raise Trouble(f"Node {version} is here, but npm is not.", *to_do)
    return version


def require_pdf_libraries() -> None:
    """Have the libraries that make PDFs, installing them on Debian when that is allowed."""
    missing = [name for name in _PDF_LIBRARIES.get(sys.platform, ()) if not _loads(name)]
    if not missing:
        return
    require_packages(_PDF_PACKAGES, why=f"making PDFs needs {missing[0]}")
    still = [name for name in missing if not _loads(name)]
    if still:
        raise Trouble(
            f"Making PDFs needs {still[0]}, and it does not load.",
            f"Debian, Ubuntu:  sudo apt-get install {' '.join(_PDF_PACKAGES)}",
            "Fedora:          sudo dnf install pango harfbuzz google-noto-sans-fonts",
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font_for(language: str) -> bool:
    """Whether a font of this machine writes the language. Without fontconfig nobody knows: assume not."""
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", f":lang={language}", "family"], capture_output=True, text=True)
    return bool(found.stdout.strip())


def require_packages(packages: Sequence[str], *, why: str) -> None:
    """Install Debian packages when we may. Refuses with the line to type when we may not."""
    by_hand = f"sudo apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Trouble(
            f"Something is missing: {why}.",
            f"On Debian or Ubuntu it would be:  {by_hand}",
            "Install the same with your system's own package manager, then start again.",
        )
    become = _becoming_root()
    if become is None:
        raise Trouble(f"Something is missing: {why}.", by_hand)
    install = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet",
               "--no-install-recommends", *packages]  # fmt: skip
    with step(
        f"Debian packages ({packages[0]}, ...)" if len(packages) > 1 else f"Debian package {packages[0]}"
    ):
        try:
            run_quietly(install)
        except Trouble:
            # The list of packages may be old or empty, as in a fresh container.
            try:
                run_quietly([*become, "apt-get", "update", "--quiet"])
                run_quietly(install)
            except Trouble as trouble:
                raise Trouble(
                    f"Something is missing: {why}. Installing it failed.", by_hand, *trouble.to_do
                ) from None


def _becoming_root() -> list[str] | None:
    """The words before a command that make it root's; none when that needs a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def find_chromium() -> Path | None:
    """The browser that tests drive: ``CIVIUM_CHROMIUM``, else what is on the path; without windows it is twice as fast."""
    chosen = os.environ.get("CIVIUM_CHROMIUM")
    names = [chosen] if chosen else _BROWSERS
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else None


def has_browser(name: str) -> bool:
    """Whether that browser is here, or another was chosen instead."""
    return bool(os.environ.get("CIVIUM_CHROMIUM") or shutil.which(name))
