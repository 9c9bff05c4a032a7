"""A grid says every number twice, in picture and in table, and escapes names."""

import re

from unrolled.drawing.number_grid import number_grid


def grid(values, **other):
    names = {"rows": [f"r{n}" for n in range(len(values))]}
    names["columns"] = [f"c{n}" for n in range(len(values[0]))]
    return number_grid(
        values, **(names | {"heading": "H", "sentence": "What is seen."} | other)
    )


def test_each_number_stands_in_its_cell_and_in_the_table():
    drawn = str(grid([[0.25, -1.0], [0.0, 0.5]]))
    picture, table = drawn.split("<details>")
    for said in ("0.25", "−1", "0", "0.50"):
        assert f">{said}</text>" in picture
    assert '<th scope="row">r0</th><td>0.25</td><td>−1.00</td>' in table
    assert 'role="img" aria-label="What is seen."' in picture


def test_strength_follows_the_largest_and_color_the_sign():
    def strengths(drawn):
        return re.findall(r'--(plus|minus|gate)\)"(?: fill-opacity="([\d.]+)")', drawn)

    signed = strengths(str(grid([[0.5, -1.0]])))
    assert signed == [("plus", "0.31"), ("minus", "0.62")]
    assert strengths(str(grid([[0.5, 2.0]], largest=2))) == [
        ("gate", "0.15"),
        ("gate", "0.62"),
    ]


def test_many_columns_leave_no_room_for_numbers():
    drawn = str(grid([[0.123] * 40]))
    assert drawn.split("<details>")[0].count("0.12") == 0
    assert drawn.split("<details>")[1].count("<td>0.12</td>") == 40


def test_long_names_of_columns_stand_and_are_cut():
    drawn = str(grid([[1.0]], columns=["<a very long name>"]))
    assert "rotate(-90)" in drawn and "&lt;a very long …</text>" in drawn
    assert '<th scope="col">&lt;a very long name&gt;</th>' in drawn


def test_a_tiny_number_is_short_in_its_cell_and_told_in_the_table():
    picture, table = str(grid([[-0.0004, 1.0]])).split("<details>")
    assert ">0.00</text>" in picture and "−4.0e−04" in table


def test_zeros_alone_are_drawn():
    assert "nan" not in str(grid([[0.0]]))
