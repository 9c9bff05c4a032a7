"""Rows of one picture become one, and a table may say its parts itself."""

from unrolled.readers import Table
from unrolled.tasks._base import Example
from unrolled.tasks._caption.rows import by_part, by_picture, with_parts


def row(picture: object, *captions: str | None, place: str = "") -> Example:
    first, *others = captions
    return Example(picture, first, place, references=tuple(others))  # type: ignore[arg-type]


def table(*parts: str, column: str = "split") -> Table:
    rows: list = [(f"{n}.png", "a dog", part) for n, part in enumerate(parts)]
    return Table(("picture", "caption", column), rows, [""] * len(rows), "a.csv")


def parted(*parts: str, column: str = "split") -> list[Example]:
    made = [row(f"{n}.png", "a dog") for n in range(len(parts))]
    return with_parts(made, table(*parts, column=column))


def test_rows_of_one_picture_are_one_where_the_first_stands():
    rows = [
        row("a.png", "one", place="line 2"),
        row("b.png", "two"),
        row("a.png", "three", "one", place="line 4"),
    ]
    assert by_picture(rows) == [
        row("a.png", "one", "three", place="line 2"),
        row("b.png", "two"),
    ]


def test_rows_without_a_caption_leave_those_of_their_picture():
    rows = [
        row("a.png", " "),
        row("a.png", "one"),
        row("b.png", None),
        row("b.png", ""),
    ]
    assert by_picture(rows) == [row("a.png", "one"), row("b.png", "")]


def test_pictures_that_are_lists_stay_apart():
    rows = [row([[[1, 2, 3]]], "one"), row([[[1, 2, 3]]], "two")]
    assert by_picture(rows) == rows


def test_a_table_may_say_the_part_of_each_row():
    rows = parted("train", "val", "test", "Train ")
    assert [one.given for one in rows] == [
        ("train",),
        ("valid",),
        ("test",),
        ("train",),
    ]
    found = by_part(rows, 0.1)
    assert found is not None
    assert {part: [one.input for one in some] for part, some in found.items()} == {
        "train": ["0.png", "3.png"],
        "valid": ["1.png"],
        "test": ["2.png"],
    }
    assert all(one.given == () for some in found.values() for one in some)


def test_a_column_that_does_not_say_it_of_all_rows_says_nothing():
    for parts in (("train", "extra"), ("train", ""), ("test", "val"), ("0", "1")):
        assert by_part(parted(*parts), 0.1) is None
    assert by_part(parted("train", "test", column="part"), 0.1) is None


def test_rows_to_choose_by_are_taken_from_those_to_learn_from():
    found = by_part(parted(*["train"] * 10, "test"), 0.2)
    assert found is not None
    assert [one.input for one in found["valid"]] == ["4.png", "9.png"]
    assert len(found["train"]) == 8
    assert len(found["test"]) == 1
    without = by_part(parted("train", "train", "test"), 0)
    assert without is not None
    assert without["valid"] == []
