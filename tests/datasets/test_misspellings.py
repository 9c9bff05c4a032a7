"""misspellings: those with one answer."""

from unrolled.datasets.misspellings import DICTIONARY, Misspellings


def test_several_answers_and_remarks_are_left_out_and_two_words_are_an_answer():
    text = (
        "accomodate->accommodate\n"
        "alot->a lot\n"
        "aache->cache, ache,\n"
        "clas->class, disabled because of a name\n"
    )
    parts = Misspellings().convert({DICTIONARY: text.encode()})
    rows = sorted(row for rows in parts.values() for row in rows)
    assert rows == [("accomodate", "accommodate"), ("alot", "a lot")]


def test_a_twentieth_is_held_back_twice():
    text = "".join(f"wrng{n}->right{n}\n" for n in range(100))
    parts = Misspellings().convert({DICTIONARY: text.encode()})
    assert [len(rows) for rows in parts.values()] == [90, 5, 5]
