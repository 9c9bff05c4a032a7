"""us_addresses: words and the parts of addresses, marks apart."""

from unrolled.datasets.us_addresses import LABELED, UsAddresses


def _files(*addresses):
    strings = "".join(f"<AddressString>{one}</AddressString>\n" for one in addresses)
    return {LABELED: f"<AddressCollection>\n{strings}</AddressCollection>".encode()}


def _rows(*addresses):
    parts = UsAddresses().convert(_files(*addresses))
    return [row for rows in parts.values() for row in rows]


def test_neighbors_of_one_kind_are_one_part_and_a_comma_stands_alone():
    text = (
        "<No>12</No> <Street>Luther</Street> <Street>King,</Street> "
        "<Place>New</Place> <Place>York,</Place> <Place>Bronx;,</Place>"
    )
    assert _rows(text) == [
        (
            ["12", "Luther", "King", ",", "New", "York", ",", "Bronx", ";", ","],
            [
                *("B-No", "B-Street", "I-Street", "O", "B-Place", "I-Place", "O"),
                *("B-Place", "O", "O"),
            ],
        )
    ]


def test_two_words_in_one_element_are_two_and_a_lone_mark_is_no_word():
    assert _rows("<Place>St Paul</Place> <Place>,</Place><Zip/>") == [
        (["St", "Paul", ","], ["B-Place", "I-Place", "O"])
    ]


def test_addresses_of_one_street_are_in_one_part():
    streets = [f"<S>{chr(65 + n % 20)}{chr(65 + n // 20)}</S>" for n in range(60)]
    pairs = [f"<N>{n}</N> {street}" for street in streets for n in (1, 2)]
    parts = UsAddresses().convert(_files(*pairs))
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 96,
        "valid": 12,
        "test": 12,
    }
    names = {part: {row[0][1] for row in rows} for part, rows in parts.items()}
    assert not names["train"] & names["test"]
    assert not names["valid"] & (names["train"] | names["test"])
