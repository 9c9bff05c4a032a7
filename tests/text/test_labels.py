"""Labels: a fixed order, and a name for every row that does not fit."""

from typing import Any

import pytest

from unrolled.errors import BrokenModelError, UnknownLabelError
from unrolled.text.labels import Labels


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (["b", "a", "b"], ("a", "b")),
        (["10", "9", "-1", "2.5", "9"], ("-1", "2.5", "9", "10")),
        (["10", "9", "many"], ("10", "9", "many")),
        (["nan", "1"], ("1", "nan")),
        (["1.0", "1", "01"], ("01", "1", "1.0")),
        ([], ()),
    ],
)
def test_order(found: list[str], names: tuple[str, ...]):
    labels = Labels.build(found)
    assert labels.names == names
    assert len(labels) == len(names)


def test_a_label_to_its_number():
    labels = Labels.build(["sad", "happy"])
    assert labels.index("sad", where="a.csv, line 2", column="mood") == 1
    with pytest.raises(UnknownLabelError) as refused:
        labels.index("glad", where="a.csv, line 3", column="mood")
    assert str(refused.value) == (
        'a.csv, line 3: column "mood" holds "glad", not a known label.\n'
        "  expected: one of happy, sad\n"
        "  to fix:   correct that row, or train again on data that holds this label\n"
        "  code:     unknown-label"
    )


def test_plain_values_keep_the_order():
    kept = Labels(["z", "a"]).to_json()
    assert kept == ["z", "a"]
    assert Labels.from_json(kept).names == ("z", "a")


@pytest.mark.parametrize("found", [None, {}, [], ["a", 1], ["a", "a"], "ab"], ids=str)
def test_damage_is_told(found: Any):
    with pytest.raises(BrokenModelError) as refused:
        Labels.from_json(found)
    assert str(refused.value) == (
        "the labels of the model are damaged.\n"
        "  expected: a list of distinct texts\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
