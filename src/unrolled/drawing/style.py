"""Colors and type of every picture, once for light and once for dark.

    --page    behind everything        --plus   a positive number, warm
    --panel   behind a picture         --minus  a negative number, cool
    --ink     words                    --gate   a share from 0 to 1
    --faint   words of less weight     --warn   what needs care
    --rule    lines and borders        --accent the current step and controls
    --wash    the band of the current step

Words stand in --ink, --faint, --plus, --minus, --gate, --accent or --warn, each with a
contrast of at least 4.5 to 1 against --page and --panel. A sign is told by warm against
cool, which color-blind eyes keep apart, and always by a number or a place besides.

COLORS suits an SVG file of its own; STYLE is the whole style of a page with figures
from `drawing/frame.py`.
"""

from typing import NamedTuple


class Scheme(NamedTuple):
    """The values of the color properties under light or dark."""

    page: str
    panel: str
    ink: str
    faint: str
    rule: str
    accent: str
    wash: str
    plus: str
    minus: str
    gate: str
    warn: str


LIGHT = Scheme(
    page="#f6f7f9",
    panel="#ffffff",
    ink="#1a1f27",
    faint="#566070",
    rule="#d9dee6",
    accent="#0a62c4",
    wash="#0a62c41f",
    plus="#b34700",
    minus="#1a62ae",
    gate="#6a3fb8",
    warn="#b3261e",
)
DARK = Scheme(
    page="#0e1116",
    panel="#161b22",
    ink="#e8ecf2",
    faint="#9aa5b4",
    rule="#303843",
    accent="#6fb0ff",
    wash="#6fb0ff2e",
    plus="#ff9d5c",
    minus="#74b4ff",
    gate="#bd9bff",
    warn="#ff8b80",
)

PLUS, MINUS, GATE = (226, 96, 10), (36, 116, 216), (126, 84, 212)
"""Red, green, blue of full strength in heat-maps. These are pictures that cannot ask
for the scheme: their colors stand out from both, and zero is clear."""

SYSTEM = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
DIGITS = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'


def _properties(scheme: Scheme) -> str:
    return " ".join(f"--{name}: {value};" for name, value in scheme._asdict().items())


COLORS = (
    f":root {{ color-scheme: light dark; {_properties(LIGHT)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_properties(DARK)} }} }}\n"
    f"@media print {{ :root {{ {_properties(LIGHT)} }} }}\n"
)

STYLE = (
    COLORS
    + f"""\
*, *::before, *::after {{ box-sizing: border-box }}
html {{ -webkit-text-size-adjust: 100% }}
body {{ margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 {SYSTEM} }}
main, .wide {{ max-width: 1160px; margin: 0 auto; padding-inline: 24px }}
h1, h2, h3, p {{ margin: 0; overflow-wrap: anywhere }}
h1 {{ font-size: 1.75rem; line-height: 1.25; letter-spacing: -.01em }}
h2 {{ font-size: 1.25rem; line-height: 1.3; margin: 40px 0 4px }}
h3 {{ font-size: 1rem; line-height: 1.4 }}
.numbers, .note, details {{ color: var(--faint); font-size: .875rem }}
.numbers {{ font-variant-numeric: tabular-nums }}
.plus {{ color: var(--plus) }} .minus {{ color: var(--minus) }}
.gate {{ color: var(--gate) }} .warn {{ color: var(--warn) }}
figure {{ margin: 20px 0 0; padding: 16px 20px; background: var(--panel);
  border: 1px solid var(--rule); border-radius: 10px }}
figcaption {{ max-width: 76ch; margin-bottom: 12px }}
.picture, .table {{ overflow-x: auto; max-width: 100% }}
svg {{ display: block; color: var(--ink); font-family: inherit; max-width: none }}
svg text {{ fill: currentColor }}
:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px }}
summary {{ cursor: pointer; width: fit-content; padding: 4px 0 }}
details {{ margin-top: 8px }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums;
  margin: 4px 0 8px }}
caption {{ text-align: left; padding-bottom: 4px }}
th, td {{ padding: 2px 10px 2px 0; text-align: right; border-top: 1px solid var(--rule);
  white-space: nowrap; font-weight: 400 }}
thead th {{ border-top: 0; font-weight: 600; vertical-align: bottom }}
th[scope=row] {{ text-align: left; color: var(--ink) }}
@media (max-width: 600px) {{
  main, .wide {{ padding-inline: 12px }}
  figure {{ padding: 12px }}
  h1 {{ font-size: 1.375rem }}
}}
@media print {{
  figure {{ break-inside: avoid }}
  .picture, .table {{ overflow: visible }}
  .picture > svg {{ max-width: 100%; height: auto }}
}}
"""
)
