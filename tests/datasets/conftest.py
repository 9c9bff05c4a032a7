"""Tiny packages made on the spot, so that no test here needs a network."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from unrolled.datasets import _package
from unrolled.datasets._base import Package

Build = Callable[[dict[str, bytes]], Path]


@pytest.fixture
def wheel(tmp_path: Path) -> Build:
    def build(files: dict[str, bytes]) -> Path:
        path = tmp_path / "tiny-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return build


@pytest.fixture
def sdist(tmp_path: Path) -> Build:
    def build(files: dict[str, bytes]) -> Path:
        path = tmp_path / "tiny-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"tiny-1.0/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return path

    return build


@pytest.fixture
def tiny() -> Callable[..., Package]:
    def make(*members: str, content: str = "") -> Package:
        return Package(
            name="tiny",
            version="1.0",
            module="a_module_that_nobody_has_installed",
            members=members,
            archive="0" * 64,
            content=content,
        )

    return make


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[str]]:
    """Puts an archive in the place of pip's download; gives the log of downloads."""

    def instead(archive: Path) -> list[str]:
        log: list[str] = []

        def download(package: Package, _: Path) -> Path:
            log.append(package.name)
            return archive

        monkeypatch.setattr(_package, "download", download)
        return log

    return instead
