"""Two spellings side by side, with the fewest edits; neighbors may be swapped.

    right    r e c e i v e    r  e  c  ei  v  e        1 edit
    wrong    r e c i e v e    r  e  c  ie  v  e

    right    m a r r y        m  a  r  r  y            1 edit
    wrong    m a r y          m  a  r  ·  y

With D(i, j) the distance of the first i letters of the one and j of the other:

    D(i, j) = min( D(i − 1, j) + 1,  D(i, j − 1) + 1,
                   D(i − 1, j − 1) + (letters differ),
                   D(i − 2, j − 2) + 1  where the last two are swapped )

No letter is edited twice (optimal string alignment).

References: Damerau 1964, "A technique for computer detection and correction of spelling
errors"; Wagner and Fischer 1974 for the table.
"""


def align(a: str, b: str) -> list[tuple[str, str]]:
    """Pieces of a and b side by side, with the fewest edits: letters, swaps, gaps."""
    rows = _table(a, b)
    i, j = len(a), len(b)
    steps = []
    while i or j:
        here = rows[i][j]
        if i and j and a[i - 1] == b[j - 1] and rows[i - 1][j - 1] == here:
            n = m = 1
        elif _swapped(a, b, i, j) and rows[i - 2][j - 2] + 1 == here:
            n = m = 2
        elif i and j and rows[i - 1][j - 1] + 1 == here and a[i - 1] != b[j - 1]:
            n = m = 1
        elif i and rows[i - 1][j] + 1 == here:
            n, m = 1, 0
        else:
            n, m = 0, 1
        steps.append((a[i - n : i], b[j - m : j]))
        i, j = i - n, j - m
    return steps[::-1]


def distance(a: str, b: str) -> int:
    """The fewest edits of single letters, swaps of neighbors among them."""
    return _table(a, b)[-1][-1]


def _table(a: str, b: str) -> list[list[int]]:
    rows = [list(range(len(b) + 1))]
    for i, letter in enumerate(a, 1):
        above, row = rows[-1], [i]
        for j, other in enumerate(b, 1):
            best = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other))
            if _swapped(a, b, i, j):
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows


def _swapped(a: str, b: str, i: int, j: int) -> bool:
    return i > 1 < j and a[i - 1] == b[j - 2] != b[j - 1] and a[i - 2] == b[j - 1]
