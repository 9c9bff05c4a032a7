"""How far apart two sequences are, a whole column of the table in one number.

    distance("kitten", "sitting")   3     put in, taken out, exchanged
    common("cabbage", "baggage")    5     a longest common subsequence: abage
    common_places(one, other)             where it stands in `one`

Letters of a text or tokens of a sentence: anything that can be compared. Each bit of a
whole number is one place of `one`; adding carries along the column, so that a step of
`other` costs a few operations however long `one` is.

References: Myers 1999, "A fast bit-vector algorithm for approximate string matching
based on dynamic programming", in the form of Hyyrö 2003 for whole texts; Crochemore et
al. 2001, "A fast and practical bit-vector algorithm for the longest common subsequence
problem"; Hyyrö 2004.
"""

from collections.abc import Hashable, Sequence


def distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The fewest elements to put in, take out or exchange (Levenshtein)."""
    if not one:
        return len(other)
    places = _places(one)
    every = (1 << len(one)) - 1
    last = 1 << (len(one) - 1)
    up, down, found = every, 0, len(one)  # one more, one less than the row above
    for element in other:
        match = places.get(element, 0)
        straight = (((match & up) + up) ^ up) | match | down
        more = down | ~(straight | up)
        less = up & straight
        found += bool(more & last) - bool(less & last)
        more = more << 1 | 1
        up = (less << 1 | ~(straight | more)) & every
        down = more & straight & every
    return found


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The length of a longest common subsequence."""
    rows = _rows(one, other)
    return len(one) - rows[-1].bit_count()


def common_places(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[int]:
    """Which elements of `one` are in a longest common subsequence, in their order.

    Of several subsequences the one that takes equal elements as soon as they meet on
    the way back from both ends.
    """
    rows = _rows(one, other)
    found: list[int] = []
    place, step = len(one), len(other)
    while place and step:
        if one[place - 1] == other[step - 1]:
            place, step = place - 1, step - 1
            found.append(place)
        elif rows[step] >> (place - 1) & 1:
            place -= 1  # the length does not grow here
        else:
            step -= 1
    return found[::-1]


def _rows(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[int]:
    """After each step of `other`: a bit is 0 where the common length grows."""
    places = _places(one)
    every = (1 << len(one)) - 1
    rows = [every]
    for element in other:
        row = rows[-1]
        taken = row & places.get(element, 0)
        rows.append(((row + taken) | (row - taken)) & every)
    return rows


def _places(one: Sequence[Hashable]) -> dict[Hashable, int]:
    """Each element's places in `one`, as bits."""
    found: dict[Hashable, int] = {}
    for place, element in enumerate(one):
        found[element] = found.get(element, 0) | 1 << place
    return found
