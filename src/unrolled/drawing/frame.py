"""A picture in its frame: what it is, what it says, its numbers, itself, its table.

    figure    heading · a sentence for a beginner · numbers for a practitioner ·
              the picture · a table that opens on demand
    svg       a picture that is read out as one sentence
    table     a real table, with headings for its columns and its rows
    number    a number short enough for a picture; signed with a true minus

Words that people wrote are escaped by `text`; `figure`, `svg` and `table` escape what
they are given as words themselves, and take a `picture` or `content` as it is.
"""

from collections.abc import Iterable, Sequence
from html import escape


def text(words: str) -> str:
    """Words for between tags or inside an attribute."""
    return escape(words, quote=True)


def number(value: float, *, digits: int = 2, signed: bool = False) -> str:
    """`value` with so many decimals; tiny and huge ones as a power of ten."""
    if value != value:  # not a number
        return "none"
    small = 0 < abs(value) < 0.5 * 10**-digits
    form = f"{value:.1e}" if small or abs(value) >= 1e6 else f"{value:,.{digits}f}"
    if form.strip("-0.,") == "":
        form = form.lstrip("-")
    if signed and value > 0:
        form = f"+{form}"
    return form.replace("-", "−")


def figure(
    *,
    heading: str,
    sentence: str,
    numbers: str,
    picture: str,
    table: str = "",
    name: str = "",
    scrolls: bool = True,
) -> str:
    """The frame around a picture; `name` is its id and has no spaces.

    `picture` is SVG or HTML, `table` comes from `table`; `numbers` may be empty.
    A wide picture scrolls, also by keyboard, unless what is around it does.
    """
    marks = f' id="{text(name)}"' if name else ""
    told = f'<p class="numbers">{text(numbers)}</p>' if numbers else ""
    label = text(f"{heading}, picture")
    reached = f' tabindex="0" role="group" aria-label="{label}"' if scrolls else ""
    return (
        f"<figure{marks}><figcaption><h3>{text(heading)}</h3>"
        f"<p>{text(sentence)}</p>{told}</figcaption>"
        f'<div class="picture"{reached}>{picture}</div>{table}</figure>\n'
    )


def svg(content: str, *, width: float, height: float, label: str) -> str:
    """Shapes as a picture of width × height pixels that is read out as `label`."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{text(label)}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{content}</svg>'
    )


MOST_LINES, EACH_END = 200, 75
"""Rows that a table has in full, and how many of a longer one are kept at each end."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str) -> str:
    """A table that opens on demand; the first cell of each row is its heading.

    Of very many rows the first and the last are there.
    """
    every = list(rows)
    if len(every) > MOST_LINES:
        left = len(every) - 2 * EACH_END
        caption = f"{caption} ({left:,} rows in the middle are left out)"
        every = [*every[:EACH_END], [f"{left:,} more"], *every[-EACH_END:]]
    first = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    lines = "".join(_row(row) for row in every)
    return (
        f"<details><summary>As a table: {text(caption)}</summary>"
        f'<div class="table" tabindex="0" role="group" aria-label="{text(caption)}">'
        f"<table><thead><tr>{first}</tr></thead><tbody>{lines}</tbody></table>"
        "</div></details>"
    )


def _row(cells: Sequence[str]) -> str:
    rest = "".join(f"<td>{text(cell)}</td>" for cell in cells[1:])
    return f'<tr><th scope="row">{text(cells[0])}</th>{rest}</tr>'
