"""The build: a native module where it can be, a package without it where it cannot."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.rules.source import PACKAGE, ROOT

OBJECTS = [  # those that hold instructions which not every processor of the kind has
    path
    for path in sorted(ROOT.glob("build/native/*/CMakeFiles/kernels_*.dir/*.o"))
    if path.parent.stem not in ("kernels_portable", "kernels_neon")
]
SHARED_BY_NAME = {"V", "W", "u", "v", "w"}  # what the linker keeps one copy of


def _missing() -> str:
    """What this machine lacks for compiling the module, or nothing."""
    named = os.environ.get("CXX", "").split()[:1]
    if not any(map(shutil.which, [*named, "c++", "g++", "clang++"])):
        return "there is no C++ compiler here"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "there is no Python.h here"
    return ""


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    ran = subprocess.run(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


@pytest.mark.skipif(bool(_missing()), reason=_missing())
def test_where_a_compiler_is_the_native_module_is_there():
    assert find_spec("unrolled._native"), "run `make native` to compile native/"
    from unrolled import _native

    assert _native.__name__ == "unrolled._native"


def test_without_a_compiler_cmake_builds_nothing_and_says_so(tmp_path):
    pytest.importorskip("cmake")
    pytest.importorskip("ninja")
    said = _run(
        *(sys.executable, "-c", "from cmake import cmake; cmake()"),
        *("-S", ROOT / "native", "-B", tmp_path, "-G", "Ninja"),
        f"-DCMAKE_MAKE_PROGRAM={_ninja()}",
        "-DCMAKE_CXX_COMPILER=NOTFOUND",
    )
    assert "no C++ compiler found, so the native engine is not built" in said
    assert ".cpp.o" not in (tmp_path / "build.ninja").read_text("utf-8")


def _ninja() -> Path:
    from ninja import BIN_DIR

    return Path(BIN_DIR, "ninja")


@pytest.mark.parametrize(
    ("is_second_try", "is_compiled"), [(False, True), (True, False)]
)
def test_a_build_that_fails_is_tried_again_without_the_module(
    is_second_try, is_compiled
):
    reader = pytest.importorskip("scikit_build_core.settings.skbuild_read_settings")
    settings = reader.SettingsReader.from_file(
        ROOT / "pyproject.toml", state="wheel", retry=is_second_try
    ).settings
    assert settings.wheel.cmake is is_compiled
    assert settings.cmake.source_dir == Path("native")


def test_a_wheel_without_the_module_holds_the_package_and_nothing_else(tmp_path):
    pytest.importorskip("scikit_build_core")
    build = "import sys, scikit_build_core.build as b; b.build_wheel(*sys.argv[1:])"
    build = build.replace("*sys.argv[1:]", "sys.argv[1], {'wheel.cmake': 'false'}")
    _run(sys.executable, "-c", build, tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {n for n in archive.namelist() if ".dist-info/" not in n}
    ours = {
        f"unrolled/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == ours


@pytest.mark.skipif(not OBJECTS, reason="the native engine was not compiled by make")
@pytest.mark.skipif(not shutil.which("nm"), reason="nm is not here")
@pytest.mark.parametrize("path", OBJECTS, ids=lambda p: p.parent.stem)
def test_code_for_one_processor_does_not_leak_into_another_s(path):
    """Of a function in two objects the linker keeps one, perhaps the AVX-512 one.

    So what the headers of an object define must carry the name of its set: a template
    of the standard library, used in all of them, would be kept for all of them.
    """
    own = path.parent.stem.removeprefix("kernels_")
    rows = re.findall(
        r"^\w+ (\w) (.+)$", _run("nm", "-C", "--defined-only", path), re.MULTILINE
    )
    leaking = [n for kind, n in rows if kind in SHARED_BY_NAME and f"{own}::" not in n]
    assert not leaking, "\n".join(leaking)
