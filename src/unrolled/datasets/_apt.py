"""The index of packages that a machine with apt has, or fetches without being root.

    /var/lib/apt/lists/*_Translation-en*     what each package is, in words
    /var/lib/apt/lists/*_Packages*           which source package it was built from

Images for containers leave the first out. Then apt-get, set up as the machine has it,
fetches the lists into a folder that is thrown away; nothing of the system is changed.
"""

import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from unrolled.datasets._base import Local
from unrolled.errors import DatasetError

LISTS = Path("/var/lib/apt/lists")
HELPER = Path("/usr/lib/apt/apt-helper")
TEXTS, PACKAGES = "_Translation-en", "_Packages"
PATIENCE = 600
"""Seconds that a download may take."""


def read() -> dict[str, bytes]:
    """All lists of either kind, end to end: {"_Translation-en": ..., "_Packages": ...}.

    Raises DatasetError where there is no apt, or no server in its reach.
    """
    if not (apt_get := which("apt-get")) or not HELPER.exists():
        raise DatasetError(
            found="this machine has no apt-get.",
            expected="Debian, Ubuntu or another system that takes its packages by apt",
            fix="take the data set docstrings, which any Python has",
        )
    if any(LISTS.glob(f"*{TEXTS}*")):
        return _lists(LISTS)
    with TemporaryDirectory(prefix="unrolled-") as folder:
        update(apt_get, Path(folder))
        return _lists(Path(folder))


def update(apt_get: str, folder: Path) -> list[str]:
    """Fetches the lists into a folder; the options by which apt-get finds them there.

    Raises DatasetError.
    """
    (folder / "partial").mkdir()
    options = {
        "Acquire::Languages": "en",
        "APT::Sandbox::User": "root",  # who else may not write into this folder
        "Dir::Cache": str(folder),
        "Dir::State::lists": str(folder),
    }
    said = [part for pair in options.items() for part in ("-o", "=".join(pair))]
    _, why = _run([apt_get, *said, "update"])
    # One server of several may be out of reach.
    if not any(folder.glob(f"*{TEXTS}*")):
        why = why or "its servers have no descriptions in English"
        raise DatasetError(
            found=f"apt-get could not fetch the index of packages: {why}",
            expected="a connection to the servers that apt is set up for",
            fix="try again when online, or take the data set docstrings",
        )
    return said


def _lists(folder: Path) -> dict[str, bytes]:
    """The lists in a folder, unpacked by apt's own program, whatever packed them."""
    files: dict[str, bytes] = {}
    for kind in (TEXTS, PACKAGES):
        paths = map(str, sorted(folder.glob(f"*{kind}*")))
        content, why = _run([str(HELPER), "cat-file", *paths])
        if not content:
            raise DatasetError(
                found=f"the lists of packages in {folder} cannot be read:"
                f" {why or 'there are none'}",
                expected="lists as apt writes them",
                fix="apt-get update, as root",
            )
        files[kind] = content
    return files


def _run(command: list[str]) -> tuple[bytes, str]:
    """What a command wrote, and the last of its complaints."""
    try:
        ran = subprocess.run(
            command, capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return b"", f"it took more than {PATIENCE} seconds"
    said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    why = "it did not say why" if ran.returncode else ""
    return ran.stdout, said[-1] if said else why


INDEX = Local(name="the index of apt", version="apt", read=read)
