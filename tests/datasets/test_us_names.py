"""us_names: spelled as names are, with the share in percent as a number."""

from unrolled.datasets.us_names import UsNames

FILES = {
    "names/dist.female.first": b"MARY           2.629  2.629      1\n"
    b"LEE            0.020  2.649      2\n",
    "names/dist.male.first": b"LEE            0.162  0.162      1\n",
}


def test_reads_name_sex_and_percent():
    parts = UsNames().convert(FILES)
    every = sorted(row for rows in parts.values() for row in rows)
    assert every == [
        ("Lee", "female", 0.02),
        ("Lee", "male", 0.162),
        ("Mary", "female", 2.629),
    ]


def test_a_name_of_both_sexes_is_in_one_part():
    lines = [f"N{chr(65 + n % 26)}{chr(65 + n // 26)} 0.1 0.1 1" for n in range(600)]
    both = "\n".join(lines).encode()
    parts = UsNames().convert(dict.fromkeys(FILES, both))
    names = {part: {row[0] for row in rows} for part, rows in parts.items()}
    # 549 is odd, so the last of each part could only be half a pair, and is left.
    assert {p: len(rows) for p, rows in parts.items()} == {
        "train": 104,
        "valid": 548,
        "test": 548,
    }
    assert not names["train"] & names["test"]
    assert not names["valid"] & names["test"]
