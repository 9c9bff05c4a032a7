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

PLANS = sorted(ROOT.glob("build/native/*/build.ninja"))


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


@pytest.mark.skipif(not PLANS, reason="the native engine was not compiled by make")
@pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.parent.name)
def test_what_asks_least_of_the_processor_is_linked_first(plan):
    """Of a function in two objects the linker keeps the first: see CMakeLists.txt."""
    [line] = re.findall(r"^  LINK_LIBRARIES = (.+)$", plan.read_text("utf-8"), re.M)
    libraries = [Path(word).stem.removeprefix("lib") for word in line.split()]
    known = ("portable", "avx2", "avx512", "bfloat16", "neon")
    sets = [f"kernels_{name}" for name in known if f"kernels_{name}" in libraries]
    assert libraries[: len(sets) + 1] == ["nanobind-static", *sets]
