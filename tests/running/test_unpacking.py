"""What is packed in a backup comes out on every Python that we run on; what does not belong in one is refused, and said."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from config.backups import CHUNK, Untar
from config.terminal import Trouble


def member(name: str, **more: object) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(found, key, value)
    return found


def packed(*members: tarfile.TarInfo, held: bytes = b"what it holds") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        for each in members:
            each.size = len(held) if each.isreg() else 0
            tar.addfile(each, io.BytesIO(held))
    return out.getvalue()


def unpack(tar: bytes, folder: Path) -> None:
    with Untar(folder) as out:
        for start in range(0, len(tar), CHUNK):
            out.write(tar[start : start + CHUNK])


@pytest.fixture
def old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before 3.11.4: Debian 12 has 3.11.2."""
    monkeypatch.delattr(tarfile, "data_filter", raising=False)
    monkeypatch.delattr(tarfile, "tar_filter", raising=False)
    monkeypatch.delattr(tarfile, "fully_trusted_filter", raising=False)


@pytest.mark.usefixtures("old_python")
def test_files_come_out_for_their_owner_alone(tmp_path: Path) -> None:
    unpack(packed(member("manifest.json", mode=0o777), member("files/ab/cd", mode=0o777)), tmp_path)
    found = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [str(path.relative_to(tmp_path)) for path in found] == ["files/ab/cd", "manifest.json"]
    assert {path.read_bytes() for path in found} == {b"what it holds"}
    assert {path.stat().st_mode & 0o777 for path in found} == {0o600}


HOSTILE = {
    "above the folder": member("../outside"),
    "above it by a way round": member("files/../../outside"),
    "absolute": member("/tmp/outside"),
    "without a name": member("."),
    "a symbolic link": member("files", type=tarfile.SYMTYPE, linkname="/etc"),
    "a hard link": member("files", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "a device": member("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
    "a pipe": member("pipe", type=tarfile.FIFOTYPE),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_no_backup_of_ours_holds_is_refused(tmp_path: Path, hostile: tarfile.TarInfo) -> None:
    folder = tmp_path / "staged"
    folder.mkdir()
    # more than a pipe holds comes behind it, so that whoever writes notices that nobody reads
    with pytest.raises(Trouble, match="holds what no backup of ours does"):
        unpack(packed(hostile, member("database"), held=b"x" * 500_000), folder)
    assert list(tmp_path.rglob("*")) == [folder]


@pytest.mark.parametrize("length", [0, 100, 300_000])
def test_a_tar_that_is_cut_short_says_so(tmp_path: Path, length: int) -> None:
    with pytest.raises(Trouble, match="cannot be unpacked"):
        unpack(packed(member("database"), held=b"x" * 500_000)[:length], tmp_path)


def test_what_is_no_tar_says_so(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="cannot be unpacked"):
        unpack(b"no tar " * 200_000, tmp_path)


def test_a_full_disk_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.backups.shutil.copyfileobj", is_full)
    with pytest.raises(OSError, match="No space left"):
        unpack(packed(member("database"), held=b"x" * 500_000), tmp_path)
