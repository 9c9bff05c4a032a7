"""Features are read as they were saved, or refused by the name of their file."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from unrolled.errors import UnreadableDataError
from unrolled.signals.features import read_features


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def saved(array) -> str:
    np.save("x.npy", array, allow_pickle=True)
    return "x.npy"


def refusal(path: str) -> str:
    with pytest.raises(UnreadableDataError) as refused:
        read_features(path)
    return str(refused.value)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", ">f4", "i8", "u1"])
def test_regions_are_read_as_float32(kind: str):
    found = read_features(saved(np.array([[1, 2, 3], [4, 5, 6]], kind)))
    assert found.dtype == torch.float32
    assert found.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_one_vector_is_one_region():
    assert read_features(saved(np.array([0.5, 2.0]))).tolist() == [[0.5, 2.0]]


def test_columns_laid_end_to_end_are_put_in_order():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert read_features(saved(array)).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_what_was_read_may_be_changed():
    path = saved(np.zeros((2, 2), np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_features(path)[0, 0] = 1
    assert read_features(path).sum() == 0


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ((), "()"),
        ((7, 7, 4), "(7, 7, 4)"),
        ((2, 0), "(2, 0)"),
        ((0, 3), "(0, 3)"),
        ((0,), "(0)"),
    ],
)
def test_another_shape_is_refused(shape: tuple[int, ...], shown: str):
    assert refusal(saved(np.zeros(shape))) == (
        f"x.npy has the shape {shown}.\n"
        "  expected: numbers by (regions, width), or (width,) for one region\n"
        "  to fix:   save it again with array.reshape(-1, width)\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("kind", ["U3", "c8", "M8[s]", "?", "V4"])
def test_what_is_no_number_is_refused(kind: str):
    assert refusal(saved(np.zeros((2, 3), kind))).split("\n  expected")[0] == (
        f'x.npy holds values of the type "{np.dtype(kind)}".'
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_not_finite_is_refused_by_its_place(bad: float):
    array = np.ones((4, 5))
    array[2, 3] = bad
    assert refusal(saved(array)) == (
        "x.npy: region 3, number 4 is no finite number of 32 bits.\n"
        "  expected: finite numbers\n"
        "  to fix:   look at how the features were computed, and save the file again\n"
        "  code:     unreadable-data"
    )


def test_pickled_objects_are_not_loaded():
    class Trap:
        def __reduce__(self):
            return (Path.touch, (Path("sprung"),))

    words = refusal(saved(np.array([Trap()], object)))
    assert words.startswith("x.npy is no whole .npy file of numbers.")
    assert not Path("sprung").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1,2,3",
        b"PK\x03\x04 an archive of arrays",
        b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f4'\n",
        b"\x93NUMPY\x01\x00\x02\x00((",
        b"\x93NUMPY\x09\x00\x02\x00{}",
    ],
)
def test_what_is_no_array_is_refused(content: bytes):
    Path("x.npy").write_bytes(content)
    assert refusal("x.npy") == (
        "x.npy is no whole .npy file of numbers.\n"
        "  expected: numbers by (regions, width), or (width,) for one region\n"
        "  to fix:   save it again: numpy.save(path, array)\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize("kept", [20, 100, 127, 128, 130, 150])
def test_a_file_that_is_cut_off_is_refused(kept: int):
    whole = Path(saved(np.ones((2, 3), np.float32))).read_bytes()
    Path("x.npy").write_bytes(whole[:kept])
    assert refusal("x.npy").startswith("x.npy is no whole .npy file of numbers.")


def test_a_head_that_promises_much_takes_no_memory():
    whole = Path(saved(np.ones((2, 3), np.float32))).read_bytes()
    head = whole.replace(b"(2, 3), }" + b" " * 14, b"(9999999, 9999999), }  ")
    Path("x.npy").write_bytes(head)
    assert b"9999999" in head
    assert refusal("x.npy").startswith("x.npy is no whole .npy file of numbers.")


def test_a_missing_file():
    assert refusal("x.npy") == (
        "x.npy does not exist.\n"
        "  expected: the path of a .npy file\n"
        "  to fix:   check the spelling; a path is looked for beside the table it"
        " stands in\n"
        "  code:     unreadable-data"
    )


def test_a_folder_in_place_of_a_file():
    Path("x.npy").mkdir()
    assert refusal("x.npy") == (
        "x.npy cannot be read: Is a directory.\n"
        "  expected: a .npy file that may be read\n"
        "  to fix:   check the path and its permissions\n"
        "  code:     unreadable-data"
    )
