"""A picture that shows itself where pages are shown, as in a notebook.

Its text is the bare figure, which takes its colors from the page that it stands in
(`drawing/style.py`); a notebook has none of these, so there they come along.
"""

from typing import final

from unrolled.drawing.style import DARK, LIGHT, Scheme

_FRAME = "unrolled-picture"


def _properties(scheme: Scheme) -> str:
    return " ".join(f"--{name}: {value};" for name, value in scheme._asdict().items())


@final
class Picture(str):
    """HTML of a figure, with its heading, its sentence and its table."""

    def _repr_html_(self) -> str:
        """The figure with the colors of light and dark, for this figure alone."""
        light, dark = _properties(LIGHT), _properties(DARK)
        inside = f".{_FRAME} figure, .{_FRAME}"
        style = (
            f".{_FRAME} {{ color-scheme: light dark; {light} color: var(--ink) }}\n"
            f"@media (prefers-color-scheme: dark) {{ .{_FRAME} {{ {dark} }} }}\n"
            f"{inside} svg {{ max-width: none }}"
        )
        return f'<style>{style}</style><div class="{_FRAME}">{self}</div>'
