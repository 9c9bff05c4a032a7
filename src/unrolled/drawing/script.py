"""The page's one script: the player, the arithmetic of a unit, numbers under a hand.

It reads what the page holds: `#data` (JSON: the steps in order, what each says, the
numbers of chosen units) and the pixels of the heat-maps. It asks for nothing else.
"""

SCRIPT = r"""
"use strict";
(() => {
const $ = id => document.getElementById(id), root = document.documentElement;
const all = (what, within) => [...(within || document).querySelectorAll(what)];
const data = JSON.parse($("data").textContent), moments = data.moments;
if (!moments.length) return;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let at = 0, timer = 0, way = 1;
root.classList.add("js");

const fixed = (x, n = 2) => (x < 0 && +x.toFixed(n) ? "−" : "") +
  Math.abs(x).toFixed(n);
const signed = x => (x < 0 ? "− " : "+ ") + Math.abs(x).toFixed(2);

function sum(axis, step) {
  let [name, place] = ($("unit").value || "").split(/\/(?=\d+$)/);
  if (!data.layers[name] || data.layers[name].axis !== axis) {
    name = Object.keys(data.layers).find(one => data.layers[one].axis === axis);
    place = 0;
    if (!name) return "";
    $("unit").value = name + "/0";
  }
  const layer = data.layers[name], before = step + (layer.reverse ? 1 : -1);
  const value = key => layer.values[key][step][place] / 1000;
  const old = key => before < 0 || before >= layer.steps ? 0
    : layer.values[key][before][place] / 1000;
  const first = before < 0 || before >= layer.steps, unknown = first && !layer.zero;
  const who = `Unit ${layer.units[place]} of ${name}: `;
  const n = key => fixed(value(key)), o = key => fixed(old(key));
  if (layer.law === "lstm" && !unknown) return who +
    `c = f × c before + i × g = ${n("f")} × ${o("c")} + ${n("i")} × ${n("g")} = ` +
    `${n("c")};  h = o × tanh c = ${n("o")} × ${fixed(Math.tanh(value("c")))} = ` +
    n("h");
  if (layer.law === "gru" && !unknown) return who +
    `h = z × h before + (1 − z) × n = ${n("z")} × ${o("h")} + ` +
    `${fixed(1 - value("z"))} × ${n("n")} = ${n("h")}`;
  if (layer.law === "elman" && !unknown) return who +
    `h = n = ${n("h")}, formed from the input and h before, ${o("h")}`;
  const told = Object.keys(layer.values).filter(key => key !== "h")
    .map(key => `${key} ${n(key)}`);
  return who + [unknown ? "began with a state that was given" :
    `h before ${o("h")}`, ...told, `h after ${n("h")}`].join(", ");
}

const label = () => parseFloat(getComputedStyle(root).getPropertyValue("--label"));
function into(pane, left, width) {
  const names = pane.classList.contains("pane") ? label() : 0;
  const room = pane.clientWidth - names;
  if (room <= 0 || pane.scrollWidth <= pane.clientWidth + 1) return;
  if (left < pane.scrollLeft || left + width > pane.scrollLeft + room - 8)
    pane.scrollTo({left: left - room / 2 + width / 2,
      behavior: calm.matches ? "auto" : "smooth"});
}

function show(to) {
  at = Math.max(0, Math.min(moments.length - 1, to));
  const [axis, step] = moments[at];
  for (const cells of all("[data-lane]")) {
    const band = cells.querySelector(".now"), here = cells.dataset.lane === axis;
    band.classList.toggle("on", here);
    if (here) band.style.left = `calc(${step} * var(--column))`;
  }
  for (const one of all("[data-step]"))
    one.classList.toggle("now",
      one.dataset.axis === axis && +one.dataset.step === step);
  const copy = document.querySelector(".net .copy.now");
  if (copy) {
    const box = copy.closest(".picture"), r = copy.getBoundingClientRect();
    into(box, r.left - box.getBoundingClientRect().left + box.scrollLeft, r.width);
  }
  for (const pane of all(".pane")) {
    const band = pane.querySelector(".now.on");
    if (band) into(pane, step * parseFloat(
      getComputedStyle(band.parentNode).getPropertyValue("--column")), 24);
  }
  const steps = data.axes[axis], word = steps[step];
  $("where").textContent = `${word} · ${axis} ${step + 1} of ${steps.length}`;
  $("step-said").textContent = `Step ${step + 1} of ${steps.length}, “${word}”. ` +
    ((data.says[axis] || [])[step] || "");
  $("sum-said").textContent = sum(axis, step);
  keyed();
}

function stop() {
  clearInterval(timer); timer = 0;
  $("play").setAttribute("aria-label", "Play");
  $("play").querySelector("path").setAttribute("d", "M3 1v12l9-6z");
  $("said").setAttribute("aria-live", "polite");
  root.classList.remove("backward");
  if ($("backward")) $("backward").setAttribute("aria-pressed", "false");
}
function play(direction) {
  stop(); way = direction;
  if (way > 0 && at === moments.length - 1) show(0);
  if (way < 0 && at === 0) show(moments.length - 1);
  $("said").setAttribute("aria-live", "off");
  $("play").setAttribute("aria-label", "Pause");
  $("play").querySelector("path").setAttribute("d", "M2 1h4v12H2zM8 1h4v12H8z");
  if (way < 0) {
    root.classList.add("backward");
    $("backward").setAttribute("aria-pressed", "true");
  }
  timer = setInterval(() => {
    const end = way > 0 ? moments.length - 1 : 0;
    if (at === end) return stop();
    show(at + way);
    if (at === end) stop();
  }, +$("speed").value);
}
const press = name => {
  const on = $(name).getAttribute("aria-pressed") !== "true";
  $(name).setAttribute("aria-pressed", String(on));
  return on;
};
const doing = {
  first: () => { stop(); show(0); },
  last: () => { stop(); show(moments.length - 1); },
  previous: () => { stop(); show(at - 1); },
  next: () => { stop(); show(at + 1); },
  play: () => timer ? stop() : play(1),
  fold: () => { const on = press("fold");
    for (const net of all(".net")) net.classList.toggle("is-folded", on);
    $("fold").firstChild.textContent = on ? "Unroll " : "Fold "; },
  gates: () => root.classList.toggle("no-gates", !press("gates")),
  backward: () => timer && way < 0 ? stop() : play(-1),
};
for (const name in doing) if ($(name)) $(name).onclick = doing[name];
$("speed").onchange = () => { if (timer) play(way); };
$("unit").onchange = () => {
  const axis = data.layers[$("unit").value.replace(/\/\d+$/, "")].axis;
  const near = moments.findIndex(one => one[0] === axis);
  if (moments[at][0] !== axis) show(near); else show(at);
};
const keys = {ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last",
  " ": "play", u: "fold", g: "gates", b: "backward"};
document.addEventListener("keydown", event => {
  const name = keys[event.key], tag = event.target.tagName;
  if (!name || !$(name) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (tag === "SELECT" || tag === "INPUT") return;
  if (event.key === " " && (tag === "BUTTON" || tag === "SUMMARY")) return;
  event.preventDefault();
  doing[name]();
});
for (const copy of all(".copy")) copy.onclick = () => {
  stop();
  show(moments.findIndex(one => one[0] === copy.dataset.axis &&
    one[1] === +copy.dataset.step));
};

let held = "";
function hot(letter) {
  for (const one of ["W", "R"]) root.classList.toggle("hot-" + one, one === letter);
}
for (const button of all("[data-weight]")) {
  const letter = button.dataset.weight;
  button.onmouseenter = button.onfocus = () => hot(letter);
  button.onmouseleave = button.onblur = () => hot(held);
  button.onclick = () => {
    held = held === letter ? "" : letter;
    for (const other of all("[data-weight]")) other.setAttribute("aria-pressed",
      String(other.dataset.weight === held));
    hot(held || letter);
  };
}
for (const mark of all("use.weight-W, use.weight-R, text.weight-W, text.weight-R")) {
  const letter = mark.classList.contains("weight-W") ? "W" : "R";
  mark.onmouseenter = () => hot(letter);
  mark.onmouseleave = () => hot(held);
}

const tip = document.createElement("div");
tip.id = "tip"; tip.setAttribute("role", "status");
document.body.append(tip);
let pinned = false, focused = null, line = 0;
const seen = new Map();
function pixels(heat) {
  if (seen.has(heat)) return seen.get(heat);
  const found = {}, image = new Image();
  found.ready = new Promise(done => { image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = image.width; canvas.height = image.height;
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.drawImage(image, 0, 0);
    found.wide = image.width; found.high = image.height;
    found.bytes = pen.getImageData(0, 0, image.width, image.height).data;
    done(found);
  }; });
  image.src = heat.querySelector("image").getAttribute("href");
  seen.set(heat, found);
  return found;
}
function tell(heat, column, row, x, y) {
  pixels(heat).ready.then(({bytes, wide}) => {
    const from = 4 * (row * wide + column), big = +heat.dataset.largest;
    let value = Math.round(bytes[from + 3] / 255 * 127) / 127 * big;
    if (heat.dataset.ramp === "signed" && bytes[from + 2] > bytes[from]) value = -value;
    const order = (data.layers[heat.dataset.rows] || {}).order || [];
    const steps = data.axes[heat.dataset.axis] || [];
    tip.textContent = `${heat.dataset.what} ${order[row] ?? row}, ` +
      `“${steps[column] ?? column + 1}”: ${fixed(value)}`;
    near(x, y);
  });
}
function place(heat, event) {
  const box = heat.getBoundingClientRect(), {wide, high} = pixels(heat);
  if (!wide) return null;
  const share = (x, n) => Math.max(0, Math.min(n - 1, Math.floor(x * n)));
  return [share((event.clientX - box.left) / box.width, wide),
    share((event.clientY - box.top) / box.height, high)];
}
function rowed(cells, step, x, y) {
  const figure = cells.closest("figure"), row = all("tbody tr", figure)
    .find(one => parseInt(one.textContent) === step + 1);
  if (!row) return;
  const head = all("thead th", figure).slice(1), cell = all("td", row);
  tip.textContent = row.querySelector("th").textContent + ": " +
    cell.map((one, at) => `${head[at].textContent} ${one.textContent}`).join(", ");
  near(x, y);
}
function near(x, y) {
  tip.classList.add("on");
  tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - 270)) + "px";
  tip.style.top = Math.max(4, Math.min(y + 14, innerHeight - 60)) + "px";
}
for (const cells of all(".cells")) {
  if (cells.querySelector(".heat")) continue;
  const drawn = cells.querySelector("svg[role=img]");
  if (!drawn) continue;
  const column = event => Math.floor((event.clientX -
    drawn.getBoundingClientRect().left) / parseFloat(
    getComputedStyle(cells).getPropertyValue("--column")));
  drawn.onmousemove = event => {
    if (!pinned) rowed(cells, column(event), event.clientX, event.clientY); };
  drawn.onmouseleave = () => { if (!pinned) unpin(); };
  drawn.onclick = event => {
    if (pinned) return unpin();
    rowed(cells, column(event), event.clientX, event.clientY);
    pinned = true; tip.classList.add("pinned");
  };
}
function unpin() { pinned = false; tip.classList.remove("on", "pinned"); }
for (const heat of all(".heat[data-what]")) {
  heat.tabIndex = 0;
  heat.onmousemove = event => { const to = !pinned && place(heat, event);
    if (to) tell(heat, ...to, event.clientX, event.clientY); };
  heat.onmouseenter = () => pixels(heat);
  heat.onmouseleave = () => { if (!pinned) unpin(); };
  heat.onclick = event => {
    if (pinned) return unpin();
    const to = place(heat, event);
    if (!to) return;
    tell(heat, ...to, event.clientX, event.clientY);
    pinned = true; tip.classList.add("pinned");
    const near = moments.findIndex(one => one[0] === heat.dataset.axis &&
      one[1] === to[0]);
    if (near >= 0) { stop(); show(near); }
  };
  heat.onfocus = () => { focused = heat; line = 0; keyed(); };
  heat.onblur = () => { focused = null; unpin(); };
  heat.onkeydown = event => {
    if (event.key === "Escape") return unpin();
    const by = {ArrowUp: -1, ArrowDown: 1}[event.key];
    if (!by) return;
    event.preventDefault();
    line += by;
    keyed();
  };
}
function keyed() {
  if (!focused || !focused.matches(":focus-visible")) return;
  const heat = focused;
  pixels(heat).ready.then(({wide, high}) => {
    line = Math.max(0, Math.min(high - 1, line));
    const [axis, step] = moments[at];
    const column = axis === heat.dataset.axis ? Math.min(step, wide - 1) : 0;
    const box = heat.getBoundingClientRect();
    tell(heat, column, line, box.left + (column + .5) * box.width / wide,
      box.top + (line + .5) * box.height / high);
  });
}
show(0);
})();
"""
