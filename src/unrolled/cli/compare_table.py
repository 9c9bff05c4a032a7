"""A comparison as tables of plain text."""

from typing import Any

from unrolled.cli.output import tell


def show(told: dict[str, Any]) -> None:
    """The table, lengths, growth, baselines and sentences of a report."""
    from unrolled.comparing.sentences import counted
    from unrolled.comparing.tables import baselines, by_length, figures, growing, steps

    rows = counted(told["examples"], f"{told['on']} row")
    words = f"{rows}, {counted(told['seeds'], 'seed')}"
    over = "rows" if told["seeds"] == 1 else "rows and seeds"
    tell(f"\n{told['metric']} on {words}; 95 % intervals over {over}:\n")
    _table(figures(told))
    for table in (by_length(told), steps(told), growing(told), baselines(told)):
        if table:
            tell("")
            _table(table)
    tell("")
    for sentence in told["sentences"]:
        tell(f"· {sentence}")


def _table(rows: list[list[str]]) -> None:
    """The first column to the left, the others to the right, under their headings."""
    columns = list(zip(*rows, strict=True))
    wide = [max(map(len, column)) for column in columns]
    for row in rows:
        first, *rest = (cell for cell in row)
        line = f"{first:<{wide[0]}}"
        line += "".join(f"  {c:>{w}}" for c, w in zip(rest, wide[1:], strict=True))
        tell(line.rstrip())
