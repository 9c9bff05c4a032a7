"""The front door: few names, in order, each one there and each one in the docs."""

import subprocess
import sys

import pytest

import unrolled
from tests.rules.source import ROOT


def test_the_names_are_sorted_and_few():
    assert list(unrolled.__all__) == sorted(unrolled.__all__)
    assert len(set(unrolled.__all__)) == len(unrolled.__all__)
    assert 1 <= len(unrolled.__all__) <= 16


def test_what_one_sees_is_what_is_promised():
    public = [name for name in dir(unrolled) if not name.startswith("_")]
    assert public == unrolled.__all__


@pytest.mark.parametrize("name", unrolled.__all__)
def test_each_name_opens_in_a_new_process(name):
    code = f"import unrolled; assert unrolled.{name} is not None"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", unrolled.__all__)
def test_each_name_is_in_the_reference(name):
    page = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    assert f"## `unrolled.{name}`" in page


def test_another_name_is_refused_in_python_s_words():
    with pytest.raises(AttributeError) as caught:
        unrolled.no_such_name  # noqa: B018
    assert str(caught.value) == "module 'unrolled' has no attribute 'no_such_name'"
