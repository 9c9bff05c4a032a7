"""Files of packages of Debian, read without being root and without installing them.

    apt-get download NAME                  into a folder that is thrown away
    dpkg-deb --fsys-tarfile NAME.deb       as a tar archive, read in memory

apt checks what it downloads against the signed lists of its servers. Where a machine
has no lists, as in images for containers, they are fetched into that folder first.
"""

import subprocess
import tarfile
from collections.abc import Sequence
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from unrolled.datasets._apt import LISTS, PATIENCE, update
from unrolled.errors import DatasetError

LARGEST = 256 * 1024 * 1024
"""Bytes that the files of one package may have together."""


def read_packages(names: Sequence[str], members: Sequence[str]) -> dict[str, bytes]:
    """The files of these packages whose paths fit one of `members`, which may have `*`.

    Paths begin below the root: usr/share/doc/... Raises DatasetError without apt, or
    without one of the packages.
    """
    apt_get, dpkg_deb = which("apt-get"), which("dpkg-deb")
    if not apt_get or not dpkg_deb:
        raise DatasetError(
            found="this machine has no apt-get and dpkg-deb.",
            expected="Debian, Ubuntu or another system that takes its packages by apt",
            fix="use one, or sounds of your own",
        )
    with TemporaryDirectory(prefix="unrolled-") as name:
        folder = Path(name)
        options = [] if any(LISTS.glob("*_Packages*")) else update(apt_get, folder)
        _download([apt_get, *options, "download", *names], folder)
        found: dict[str, bytes] = {}
        for package in sorted(folder.glob("*.deb")):
            found |= _files(dpkg_deb, package, members)
        return found


def _download(command: list[str], folder: Path) -> None:
    try:
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, check=False, timeout=PATIENCE
        )
        why = ran.stderr.decode("utf-8", "replace").strip() if ran.returncode else ""
    except subprocess.TimeoutExpired:
        why = f"it took more than {PATIENCE} seconds"
    if why or not any(folder.glob("*.deb")):
        said = (why.splitlines() or ["it did not say why"])[-1]
        raise DatasetError(
            found=f"apt-get could not download the packages: {said}",
            expected="a connection to the servers that apt is set up for, and lists"
            " that are up to date",
            fix="apt-get update, as root, and try again when online",
        )


def _files(dpkg_deb: str, package: Path, members: Sequence[str]) -> dict[str, bytes]:
    command = [dpkg_deb, "--fsys-tarfile", str(package)]
    ran = subprocess.run(command, capture_output=True, check=False)
    found: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=BytesIO(ran.stdout)) as opened:
            for member in opened:
                path = member.name.removeprefix("./")
                if not member.isfile() or not any(fnmatch(path, m) for m in members):
                    continue
                total += member.size
                if total > LARGEST:
                    raise DatasetError(
                        found=f"{package.name} has files of {total:,} bytes and more.",
                        expected=f"at most {LARGEST:,}",
                        fix="check which servers apt is set up for",
                    )
                stream = opened.extractfile(member)
                found[path] = stream.read() if stream else b""
    except (tarfile.TarError, EOFError) as why:
        raise DatasetError(
            found=f"{package.name} cannot be opened: {why}",
            expected="a package of Debian",
            fix="try again; it may have been cut short",
        ) from None
    return found
