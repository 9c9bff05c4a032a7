"""Tracked changes: what was taken out is struck, what was put in is underlined.

    He  g̶o̶  goes  to school
        ‾‾‾‾‾‾‾‾
        verb 93 %

Struck and underlined can be told apart without color. Under each change stands its
type and how sure it is. An edit with start = stop only puts in, one without a
replacement only takes out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.drawing.frame import figure, table, text
from unrolled.drawing.shapes import listed
from unrolled.drawing.spans import percent

STRUCK = "text-decoration:line-through;text-decoration-thickness:2px;color:var(--warn)"
PUT_IN = (
    "text-decoration:underline;text-decoration-thickness:2px;"
    "text-underline-offset:3px;color:var(--accent);font-weight:600"
)


def draw(part: Mapping[str, Any]) -> str:
    """The figure of a part "changes": "tokens" and "edits".

    Each edit has "start" and "stop" (token numbers, stop beyond the last),
    "replacement" (text), and perhaps "type", "why" and "confidence" (0 to 1).
    """
    tokens: list[str] = list(part["tokens"])
    edits = in_order(part["edits"])
    label = _told(tokens, edits)
    return figure(
        heading="What was changed",
        sentence=label,
        numbers=_numbers(tokens, edits),
        picture=_picture(tokens, edits, label),
        table=_table(tokens, edits),
    )


def in_order(edits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """From left to right; of two that meet over a token the first."""
    chosen: list[Mapping[str, Any]] = []
    for edit in sorted(edits, key=lambda one: (one["start"], one["stop"])):
        if edit["start"] >= (chosen[-1]["stop"] if chosen else 0):
            chosen.append(edit)
    return chosen


def after(tokens: Sequence[str], edits: Sequence[Mapping[str, Any]]) -> str:
    """The text with all changes made, tokens joined by spaces."""
    made: list[str] = []
    at = 0
    for edit in edits:
        made += tokens[at : edit["start"]]
        made.append(edit["replacement"])
        at = edit["stop"]
    return " ".join(token for token in [*made, *tokens[at:]] if token)


def _told(tokens: Sequence[str], edits: Sequence[Mapping[str, Any]]) -> str:
    if not edits:
        return "The network left the text as it was."
    one = "one change" if len(edits) == 1 else f"{len(edits)} changes"
    return (
        f"The network made {one}: {listed([_deed(tokens, e) for e in edits], most=3)}."
    )


def _deed(tokens: Sequence[str], edit: Mapping[str, Any]) -> str:
    out, put = _taken(tokens, edit), edit["replacement"]
    if not out:
        return f"put in “{put}”"
    return f"“{out}” became “{put}”" if put else f"took out “{out}”"


def _taken(tokens: Sequence[str], edit: Mapping[str, Any]) -> str:
    return " ".join(tokens[edit["start"] : edit["stop"]])


def _numbers(tokens: Sequence[str], edits: Sequence[Mapping[str, Any]]) -> str:
    touched = sum(edit["stop"] - edit["start"] for edit in edits)
    sure = [edit["confidence"] for edit in edits if edit.get("confidence") is not None]
    least = f", the least sure with {percent(min(sure))}" if sure else ""
    return f"Edits: {len(edits)}, over {touched} of {len(tokens)} tokens{least}."


def _picture(
    tokens: Sequence[str], edits: Sequence[Mapping[str, Any]], label: str
) -> str:
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += [_plain(token) for token in tokens[at : edit["start"]]]
        parts.append(_change(_taken(tokens, edit), edit))
        at = edit["stop"]
    parts += [_plain(token) for token in tokens[at:]]
    style = "display:flex;flex-wrap:wrap;gap:8px 6px;align-items:flex-start"
    return (
        f'<div role="img" aria-label="{text(label)}" style="{style}">'
        f"{''.join(parts)}</div>"
    )


def _plain(token: str) -> str:
    return f'<span style="padding:3px 0;overflow-wrap:anywhere">{text(token)}</span>'


def _change(taken: str, edit: Mapping[str, Any]) -> str:
    deeds = []
    if taken:
        deeds.append(f'<del style="{STRUCK}">{text(taken)}</del>')
    if edit["replacement"]:
        deeds.append(f'<ins style="{PUT_IN}">{text(edit["replacement"])}</ins>')
    return (
        '<span style="border:1px solid var(--rule);border-radius:7px;'
        'padding:2px 7px 3px;max-width:100%;overflow-wrap:anywhere">'
        f"{' '.join(deeds)}"
        '<span style="display:block;font-size:.75rem;line-height:1.4;'
        f'color:var(--faint)">{text(_note(edit))}</span></span>'
    )


def _note(edit: Mapping[str, Any]) -> str:
    kind, sure = edit.get("type"), edit.get("confidence")
    return " ".join(
        [*([kind] if kind else []), *([percent(sure)] if sure is not None else [])]
    )


def _table(tokens: Sequence[str], edits: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            _taken(tokens, edit) or "(nothing)",
            edit["replacement"] or "(nothing)",
            edit.get("type") or "",
            percent(edit["confidence"]) if edit.get("confidence") is not None else "",
        ]
        for edit in edits
    ]
    rows.append([" ".join(tokens), after(tokens, edits), "the whole text", ""])
    return table(["before", "after", "type", "confidence"], rows, caption="each change")
