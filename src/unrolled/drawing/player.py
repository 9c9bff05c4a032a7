"""The player: buttons for going through the steps, and where their numbers are read.

    ⏮  ◀  ▶  ▶|  ⏭   speed   fold   gates   back along the gradient

Everything works with the keyboard; the keys are named where the buttons are. Without a
script the player is not shown, and every step is.
"""

from collections.abc import Sequence

from unrolled.drawing.frame import text

_SIGNS = {
    "first": "M1 1h2v12H1zM13 1v12L4 7z",
    "previous": "M11 1v12L3 7z",
    "play": "M3 1v12l9-6z",
    "next": "M4 1v12l8-6z",
    "last": "M11 1h2v12h-2zM1 1v12l9-6z",
}
_NAMES = {
    "first": "First step",
    "previous": "One step back",
    "play": "Play",
    "next": "One step forward",
    "last": "Last step",
}
SPEEDS = ((2000, "slow"), (900, "normal"), (350, "fast"))
"""Milliseconds for a step."""


def player(*, gates: bool, gradient: bool) -> str:
    """The bar of buttons; those for gates and the gradient where there are any."""
    moves = "".join(
        f'<button type="button" id="{name}" aria-label="{_NAMES[name]}">'
        f'<svg aria-hidden="true" width="14" height="14"><path d="{sign}"/></svg>'
        "</button>"
        for name, sign in _SIGNS.items()
    )
    speeds = "".join(
        f'<option value="{pause}"{" selected" if name == "normal" else ""}>{name}'
        "</option>"
        for pause, name in SPEEDS
    )
    more = _switch("fold", "Fold", "u")
    more += _switch("gates", "Gates", "g", pressed=True) if gates else ""
    more += _switch("backward", "Backward", "b") if gradient else ""
    return (
        '<div class="player" role="group" aria-label="Player">'
        '<div class="wide bar">'
        f'{moves}<span class="where" id="where"></span>'
        '<label><span>Speed </span><select id="speed" aria-label="Speed">'
        f"{speeds}</select></label>{more}</div></div>"
    )


def _switch(name: str, said: str, key: str, *, pressed: bool = False) -> str:
    return (
        f'<button type="button" id="{name}" aria-pressed="{str(pressed).lower()}" '
        f'aria-keyshortcuts="{key}">{said} <kbd>{key}</kbd></button>'
    )


def reader(units: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Where the numbers of the current step are told, and whose unit's they are.

    `units` lists layers with the numbers of their units to choose from.
    """
    groups = "".join(
        f'<optgroup label="{text(layer)}">'
        + "".join(
            f'<option value="{text(layer)}/{place}">{text(layer)}, unit {unit}</option>'
            for place, unit in enumerate(listed)
        )
        + "</optgroup>"
        for layer, listed in units
    )
    return (
        '<section class="now-said" aria-label="The current step">'
        '<div id="said" aria-live="polite"><p id="step-said"></p>'
        '<p id="sum-said" class="formula"></p></div>'
        f'<p class="pick"><label>Whose arithmetic: <select id="unit">{groups}</select>'
        '</label></p><p class="hint">Keys: <kbd>←</kbd> <kbd>→</kbd> step, '
        "<kbd>Home</kbd> <kbd>End</kbd> first and last, <kbd>Space</kbd> play, "
        "<kbd>u</kbd> fold, <kbd>g</kbd> gates, <kbd>b</kbd> backward along the "
        "gradient. Point at a heat-map for a number; a click pins it.</p></section>"
    )


def weights_switches(uses: Sequence[tuple[str, str]]) -> str:
    """Buttons that show all uses of a weight: ("W", "4 × 32 × 16 numbers, ...")."""
    made = "".join(
        f'<button type="button" data-weight="{letter}" aria-pressed="false">'
        f"<b>{letter}</b> {text(said)}</button>"
        for letter, said in uses
    )
    return f'<div class="weights">{made}</div>'
