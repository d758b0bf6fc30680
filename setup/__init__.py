"""Sets Civium up on a bare machine and starts it.

Only Python's standard library is imported here: this runs before any package is installed. What needs packages is
handed to the virtual environment's own Python.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ASSETS = ROOT / "assets"
# Keep what was compiled, whatever the machine says: a start takes half as long again without it, and tests start hundreds.
KEEPS_BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}
