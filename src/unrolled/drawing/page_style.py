"""The style of a page with a player: panes of lanes, the unrolled net, the bar.

A pane is one box that scrolls sideways with all lanes of an axis in it; the names of
the lanes and the words between them stay where they are. Without a script nothing is
hidden; with `prefers-reduced-motion` nothing moves by itself.
"""

PAGE_STYLE = """\
:root { --label: 128px; scroll-padding-top: 100px }
main.whole { max-width: none; padding: 0 }
header { padding-block: 36px 4px }
header p { margin-top: 6px }
h1.long { font-size: 1.25rem; line-height: 1.4; letter-spacing: 0 }
.answer { font-size: 1.125rem }
.player { position: sticky; top: 0; z-index: 5; margin-top: 20px; display: none;
  background: var(--page); border-bottom: 1px solid var(--rule) }
.js .player { display: block }
.bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center;
  padding-block: 8px }
.bar .where { flex: 1 1 10rem; font-variant-numeric: tabular-nums; min-width: 0;
  padding-left: 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
button, select { font: inherit; font-size: .875rem; color: var(--ink);
  background: var(--panel); border: 1px solid var(--rule); border-radius: 7px;
  min-height: 34px; min-width: 34px; padding: 2px 9px; cursor: pointer }
button:hover, select:hover { border-color: var(--accent) }
button[aria-pressed=true] { border-color: var(--accent); color: var(--accent);
  box-shadow: inset 0 0 0 1px var(--accent) }
button svg { display: inline-block; vertical-align: -2px; fill: currentColor }
select { max-width: 100% }
label { font-size: .875rem; color: var(--faint) }
.now-said { display: none; margin-top: 16px; padding: 14px 20px;
  border: 1px solid var(--rule); border-left: 3px solid var(--accent);
  border-radius: 10px; background: var(--panel); font-variant-numeric: tabular-nums }
.js .now-said { display: block }
.now-said p + p { margin-top: 4px } .now-said .pick { margin-top: 8px }
.formula { font-size: .9375rem }
.hint { color: var(--faint); font-size: .8125rem }
kbd { font: inherit; font-size: .75rem; border: 1px solid var(--rule);
  border-radius: 4px; padding: 0 5px; background: var(--panel) }
.weights { display: none; gap: 6px; flex-wrap: wrap; margin-bottom: 10px }
.js .weights { display: flex }
.picture:has(> .net) { container-type: inline-size }
.weights { position: sticky; left: 0; max-width: 100cqw; padding: 3px }

.pane { container-type: inline-size; overflow-x: auto; margin-top: 16px;
  background: var(--panel); border: 1px solid var(--rule); border-radius: 10px;
  padding: 4px 0 12px }
.pane figure { margin: 0; border: 0; border-radius: 0; background: none;
  padding: 14px 20px 0 0; width: max-content; min-width: 100% }
.pane .picture { overflow: visible; max-width: none }
.pane figcaption, .pane details { position: sticky; left: 20px; margin-left: 20px;
  width: max-content; max-width: min(76ch, calc(100cqw - 40px)) }
.pane .table { overflow-x: auto }
.lane { display: grid; grid-template-columns: var(--label) max-content }
.lane + .lane { margin-top: 8px }
.lane .name { position: sticky; left: 0; z-index: 1; padding: 0 10px 0 20px;
  background: var(--panel); font-size: .8125rem; line-height: 1.35;
  color: var(--faint); align-self: stretch; display: flex; flex-direction: column;
  justify-content: flex-end; overflow-wrap: anywhere }
.lane .name b { color: var(--ink) } .lane .name.top { justify-content: flex-start }
.cells { position: relative; width: max-content }
.cells .now { display: none; position: absolute; top: 0; bottom: 0; left: 0;
  width: var(--column); pointer-events: none; background: var(--wash);
  outline: 1px solid var(--accent); border-radius: 2px }
.cells .now.on { display: block }
.names { font-size: 13px } .lie text { text-anchor: middle }
.lie text.start { text-anchor: start }
.heat { outline: 1px solid var(--rule); outline-offset: -1px }
.heat:focus-visible { outline: 2px solid var(--accent) }
.heat image { image-rendering: pixelated }
.js .heat { cursor: crosshair }
.key { display: block; margin-top: 4px; overflow-wrap: anywhere }
.key svg { display: inline-block; margin-right: 5px }
.ends { display: flex; flex-direction: column; justify-content: space-between;
  text-align: right; font-variant-numeric: tabular-nums; height: 84px }
@media (min-width: 900px) {
  .beside > figure { display: grid; grid-template-columns: minmax(0, 1fr) auto;
    column-gap: 40px; align-items: center }
  .beside > figure details { grid-column: 1 / -1 }
}
.words { display: flex; flex-wrap: wrap; gap: 6px 4px; padding: 3px }
.words span { padding: 3px 7px 2px; border-radius: 6px; text-align: center;
  box-shadow: 0 0 0 1px var(--rule); overflow-wrap: anywhere }
.words small { display: block; font-size: .75rem; line-height: 1.3;
  font-variant-numeric: tabular-nums }
.words .now { outline: 2px solid var(--accent) }
.row { display: block; height: 20px; line-height: 20px; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; text-align: right }
.row.now { color: var(--accent); font-weight: 600 }

.net svg { margin: 0 auto; stroke-width: 1.3 }
.net path { fill: none; stroke: currentColor }
.net text, .net use { text-anchor: middle; font-size: 13px }
.net use.weight-W, .net use.weight-R { color: var(--faint) }
.net .note, .net .gap { font-size: 11px; fill: var(--faint) }
.net .out { font-weight: 600 }
.net .zero circle { fill: none; stroke: var(--faint); stroke-dasharray: 3 2 }
.net .zero path { stroke: var(--faint) }
.net .pool { fill: none; stroke: currentColor }
.net .back { stroke: var(--gate); stroke-dasharray: 4 3 }
.net .wash { fill: none; pointer-events: all } .net .now .wash { fill: var(--wash) }
.js .net .copy { cursor: pointer }
.hot-W use.weight-W, .hot-R use.weight-R, .hot-W path.weight-W, .hot-R path.weight-R,
.hot-W g.weight-W, .hot-R g.weight-R {
  color: var(--accent); stroke-width: 2.6; font-weight: 700 }
.is-folded .now .wash { fill: none } .net .loop { visibility: hidden }
.is-folded .loop { visibility: visible } .is-folded use.weight-R { display: none }
.is-folded .copy { transform: translateX(var(--home)) }
.is-folded .copy:not(.now), .is-folded .back, .is-folded .zero {
  opacity: 0; visibility: hidden }
@media (prefers-reduced-motion: no-preference) {
  .js .copy { transition: transform .5s, opacity .4s, visibility .4s }
  .js .cells .now { transition: left .16s }
}
.no-gates .gates { display: none }
.backward .ribbon { outline: 2px solid var(--warn); outline-offset: 6px;
  border-radius: 4px }

#tip { position: fixed; z-index: 9; display: none; max-width: 260px; padding: 5px 9px;
  border-radius: 7px; background: var(--ink); color: var(--page); font-size: .8125rem;
  font-variant-numeric: tabular-nums; pointer-events: none }
#tip.on { display: block } #tip.pinned { outline: 2px solid var(--accent) }
footer { margin: 40px 0 56px; color: var(--faint); font-size: .875rem }
footer li { margin-top: 4px }
@media (max-width: 600px) {
  :root { --label: 84px }
  header { padding-top: 20px }
  .pane figure { padding-right: 12px }
  .pane figcaption, .pane details { left: 12px; margin-left: 12px;
    max-width: calc(100cqw - 24px) }
  .lane .name { font-size: .75rem; padding: 0 6px 0 12px }
  .bar .where { flex: 1 1 100px; font-size: .8125rem }
  .bar kbd, .bar label span { display: none }
  .now-said { padding: 12px }
}
@media print {
  .player, .now-said, .weights { display: none !important }
  .pane { overflow: visible; border: 0; container-type: normal }
  .pane figure { width: auto; min-width: 0; max-width: 100% }
  .pane figcaption, .pane details { width: auto; max-width: 76ch }
  .lane { zoom: var(--fit) }
  .net svg { max-width: 100%; height: auto }
}
"""
