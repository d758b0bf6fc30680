"""The bill of materials: every package that a site runs or is built from, as CycloneDX 1.6, from the hashed locks.

`make sbom` writes build/sbom.json; nothing is asked of the network.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from setup import BUILD, ROOT
from setup.locks import RUN, locked_packages

NPM_LOCK = ROOT / "assets" / "package-lock.json"
Component = dict[str, Any]


def python_components(*locks: Path) -> list[Component]:
    """Every Python package of the locks with its hashes."""
    return [
        _python_component(name, entry) for name, entry in sorted(locked_packages(*(locks or (RUN,))).items())
    ]


def _python_component(name: str, entry: str) -> Component:
    version = re.split(r"[\s;\\]", entry.partition("==")[2], maxsplit=1)[0]
    hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        # One for each file of the release: which of them is installed depends on the machine.
        "hashes": [{"alg": "SHA-256", "content": each} for each in hashes],
    }


def npm_components(lock: Path = NPM_LOCK) -> list[Component]:
    """Every npm package that the assets are built from."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = {}
    for place, entry in packages.items():
        if place and not entry.get("dev"):
            name = place.rpartition("node_modules/")[2]
            purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
            found[purl] = {
                "type": "library",
                "name": name,
                "version": entry["version"],
                "purl": purl,
                "bom-ref": purl,
                "licenses": [{"license": {"name": entry["license"]}}] if entry.get("license") else [],
            }
    return [found[purl] for purl in sorted(found)]


def bill() -> dict[str, Any]:
    """The whole bill. The same locks give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "civium", "bom-ref": "civium"}},
        "components": [*python_components(), *npm_components()],
    }


def write_bill() -> Path:
    """Write the bill where what is built lies."""
    BUILD.mkdir(exist_ok=True)
    place = BUILD / "sbom.json"
    place.write_text(json.dumps(bill(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return place
