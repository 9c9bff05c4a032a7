"""From examples to what is learned and what is kept aside, and their digests."""

from hashlib import sha256

import pytest

from tests.training.made_up import examples, texts
from unrolled.training.examples import digest_of, fingerprint, split, split_at_end


def test_rows_that_go_on_with_each_other_are_split_where_they_stand():
    rows = examples(texts(10))
    assert split_at_end(rows, 0.2) == (rows[:8], rows[8:])
    assert split_at_end(rows[:1], 0.5) == (rows[:1], [])
    assert split_at_end(rows, 0.0) == (rows, [])


# -- split ----------------------------------------------------------------------------


def places(rows):
    return [row.place for row in rows]


@pytest.mark.parametrize(
    ("rows", "share", "aside"),
    [
        (100, 0.1, 10),
        (100, 0.25, 25),
        (7, 0.5, 4),
        (10, 0.0, 0),
        (3, 0.1, 0),
        (2, 0.5, 1),
    ],
)
def test_sets_the_share_aside(rows, share, aside):
    all_rows = examples([(f"text {n}", "a") for n in range(rows)])
    kept, held = split(all_rows, share, 0)
    assert len(held) == aside
    assert sorted(places(kept + held)) == sorted(places(all_rows))
    order = {place: number for number, place in enumerate(places(all_rows))}
    for part in (kept, held):  # both in the order of the file
        assert places(part) == sorted(places(part), key=order.__getitem__)


def test_is_a_function_of_the_rows_the_share_and_the_seed():
    rows = examples([(f"text {n}", "a") for n in range(50)])
    assert split(rows, 0.2, 3) == split(rows, 0.2, 3)
    assert split(rows, 0.2, 3) != split(rows, 0.2, 4)
    aside = places(split(rows, 0.2, 0)[1])
    written_down_once = [3, 4, 8, 11, 15, 19, 30, 32, 40, 43]
    assert aside == [f"row {n}" for n in written_down_once]


@pytest.mark.parametrize("seed", range(20))
def test_rows_with_one_input_stay_together(seed):
    rows = examples([(f"text {n % 30}", str(n)) for n in range(100)])
    kept, held = split(rows, 0.2, seed)
    assert not {row.input for row in kept} & {row.input for row in held}
    assert 17 <= len(held) <= 23


@pytest.mark.parametrize("seed", range(20))
def test_an_input_that_fills_the_file_is_learned(seed):
    rows = examples([("the same", "a")] * 90 + [(f"text {n}", "b") for n in range(10)])
    kept, held = split(rows, 0.1, seed)
    assert "the same" in {row.input for row in kept}
    assert 9 <= len(held) <= 10


@pytest.mark.parametrize("seed", range(5))
def test_something_is_left_to_learn_from(seed):
    twice = examples([("one", "a"), ("two", "b")])
    assert [len(part) for part in split(twice, 0.5, seed)] == [1, 1]
    alone = examples([("one", "a")] * 6)
    assert [len(part) for part in split(alone, 0.5, seed)] == [6, 0]
    assert split([], 0.5, seed) == ([], [])


def test_series_stay_together_as_well():
    rows = examples([([1.0, float(n % 5)], "a") for n in range(20)])
    kept, held = split(rows, 0.4, 0)
    assert len(held) == 8
    assert not [row for row in held if row.input in [other.input for other in kept]]


# -- digests --------------------------------------------------------------------------


def test_a_fingerprint_is_of_inputs_targets_and_their_order():
    rows = texts(5)
    found = fingerprint(examples(rows))
    assert len(found) == 16
    assert fingerprint(examples(rows)) == found
    others = [
        rows[1:],
        [rows[1], rows[0], *rows[2:]],
        [(rows[0][0] + " ", rows[0][1]), *rows[1:]],
        [(rows[0][0], "other"), *rows[1:]],
        [(rows[0][0], None), *rows[1:]],
        [(rows[0][0] + rows[0][1], ""), *rows[1:]],
        [([1.0], rows[0][1]), *rows[1:]],
        [(["1.0"], rows[0][1]), *rows[1:]],
        [],
    ]
    assert len({fingerprint(examples(one)) for one in others} | {found}) == 10
    more = [row._replace(references=("other",)) for row in examples(rows)]
    assert fingerprint(more) != found
    moved = [row._replace(place="elsewhere") for row in examples(rows)]
    assert fingerprint(moved) == found


def test_the_digest_of_a_file_is_the_head_of_its_sha_256(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(b"great 0.1 0.2\n")
    assert digest_of(path) == sha256(b"great 0.1 0.2\n").hexdigest()[:16]
    assert digest_of(tmp_path / "missing") == ""
    assert digest_of(tmp_path) == ""
