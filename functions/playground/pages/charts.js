/** Charts as SVG, each with a text for those who do not see it. */

import { drawn, element } from "./dom.js";

const LINE = 20;
const BESIDE = 64;
const LETTER = 8;

/**
 * Bars to the right for parts that add, to the left and hollow for those that take away, from a line between them;
 * labels of parts with `click` are buttons.
 *
 * @param {{label: string, value: number, text: string, click?: () => void}[]} parts @param {string} title
 * @param {number} [widest] so that letters keep their size where there is less room
 */
export function bars(parts, title, widest = 420) {
  const width = Math.max(200, Math.min(widest, innerWidth - BESIDE));
  const most = Math.floor(width / LETTER);
  const largest = Math.max(...parts.map((part) => Math.abs(part.value)), 1e-12);
  const both = parts.some((part) => part.value < 0);
  const zero = both ? 90 : 4;
  const scale = (width - zero - 60) / largest;
  const rows = parts.flatMap((part, place) => {
    const size = Math.max(Math.abs(part.value) * Math.min(scale, part.value < 0 ? (zero - 4) / largest : scale), 1);
    const y = place * LINE * 2;
    return [
      drawn("text", { x: 4, y: y + 13, ...asButton(part.click, part.label) }, part.label.length > most ? `${part.label.slice(0, most - 1)}…` : part.label),
      drawn("rect", { x: part.value < 0 ? zero - size : zero, y: y + 18, width: size, height: 12, rx: 2, class: part.value < 0 ? "less" : null }),
      drawn("text", { x: (part.value < 0 ? zero : zero + size) + 6, y: y + 28 }, part.text),
    ];
  });
  const words = parts.map((part) => `${part.label}: ${part.text}`).join("; ");
  const role = parts.some((part) => part.click) ? "group" : "img";
  const picture = drawn("svg", { class: "bars", viewBox: `0 0 ${width} ${parts.length * LINE * 2}`, role, "aria-label": `${title}. ${words}` });
  if (both) picture.append(drawn("path", { class: "zero", d: parts.map((_, place) => `M${zero},${place * LINE * 2 + 16}v16`).join("") }));
  picture.append(...rows);
  return picture;
}

/** Attributes that make a drawn thing a button; none without a call. @param {(() => void) | undefined} call @param {string} name */
function asButton(call, name) {
  if (!call) return {};
  const keydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    call();
  };
  return { class: "button", tabindex: 0, role: "button", "aria-label": name, click: call, keydown };
}

/**
 * A heat map of counts, with the values along both of its sides.
 *
 * @param {number[][]} counts [rows][columns] @param {(row: number, column: number) => string} name
 * @param {(row: number, column: number) => void} pick
 * @param {{across: {name: string, bounds: number[]}, up: {name: string, bounds: number[]}}} axes bounds of the cells, one more than these
 */
export function heatMap(counts, name, pick, { across, up }) {
  const [size, left, below] = [34, 56, 40];
  const most = Math.max(...counts.flat(), 1);
  const [wide, high] = [counts[0].length * size, counts.length * size];
  const picture = drawn("svg", { class: "heat", viewBox: `0 0 ${left + wide + 14} ${8 + high + below}`, width: "100%", role: "group", "aria-label": `How many levels lie where: ${across.name} to the right, ${up.name} upwards` });
  counts.forEach((row, y) =>
    row.forEach((count, x) => {
      const place = { x: left + x * size, y: 8 + (counts.length - 1 - y) * size };
      const cell = drawn("rect", {
        ...place, width: size, height: size, rx: 3, fill: "var(--accent)", "fill-opacity": count ? 0.12 + (0.5 * count) / most : 0.04,
        ...asButton(count ? () => pick(y, x) : undefined, name(y, x)),
      });
      cell.append(drawn("title", {}, name(y, x)));
      picture.append(cell);
      if (count) picture.append(drawn("text", { x: place.x + size / 2, y: place.y + size / 2 + 4, class: "count", "aria-hidden": "true" }, String(count)));
    }),
  );
  across.bounds.forEach((bound, at) => at % 2 || picture.append(drawn("text", { x: left + at * size, y: 8 + high + 14, class: "count" }, String(bound))));
  up.bounds.forEach((bound, at) => at % 2 || picture.append(drawn("text", { x: left - 5, y: 8 + high - at * size + 4, class: "bound" }, String(bound))));
  picture.append(drawn("text", { x: left + wide / 2, y: 8 + high + 32, class: "count" }, across.name));
  picture.append(drawn("text", { x: 0, y: 0, class: "count", transform: `translate(11 ${8 + high / 2}) rotate(-90)` }, up.name));
  return picture;
}

/**
 * A graph drawn from left to right: each thing stands after all that lead to it.
 *
 * @param {string[]} nodes @param {{from: string, to: string, strong: boolean}[]} edges without circles; strong ones are drawn thick
 * @param {string} title
 */
export function graph(nodes, edges, title) {
  const { columns, routes } = layers(nodes, edges);
  const [wide, high, box, edge] = [150, 46, 118, 4];
  const place = Object.fromEntries(columns.flatMap((names, column) => names.map((name, row) => [name, { x: column * wide, y: row * high }])));
  const width = (columns.length - 1) * wide + box;
  const height = Math.max(...columns.map((names) => names.length)) * high;
  const words = edges.map((one) => `${one.from} ${one.strong ? "opens" : "leads to"} ${one.to}`).join("; ");
  const picture = drawn("svg", { class: "graph", viewBox: `${-edge} ${-edge} ${width + 2 * edge} ${height + 2 * edge}`, role: "img", "aria-label": `${title}. ${words}` });
  Object.assign(picture.style, { width: "100%", minWidth: `${Math.round(0.75 * width)}px`, maxWidth: `${width + 2 * edge}px` });
  edges.forEach(({ strong }, number) => {
    const line = routes[number].slice(1).map((name, step) => {
      const [start, end] = [place[routes[number][step]], place[name]];
      const onward = step < routes[number].length - 2 ? ` H${end.x + box}` : "";
      return `C${start.x + box + 22},${start.y + 20} ${end.x - 22},${end.y + 20} ${end.x},${end.y + 20}${onward}`;
    });
    const first = place[routes[number][0]];
    picture.append(drawn("path", { class: strong ? "strong" : null, d: `M${first.x + box},${first.y + 20} ${line.join(" ")}` }));
  });
  for (const node of nodes) picture.append(drawn("rect", { x: place[node].x, y: place[node].y + 4, width: box, height: 32, rx: 6 }), drawn("text", { x: place[node].x + box / 2, y: place[node].y + 24 }, node));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, picture);
}

const SWEEPS = 4;

/**
 * Columns of a graph: each thing after all that lead to it, and a free place in every column that an edge passes, so
 * that no line runs behind a thing; things stand near those that lead to them (Sugiyama et al. 1981).
 *
 * @param {string[]} nodes @param {{from: string, to: string}[]} edges
 * @returns {{columns: string[][], routes: string[][]}} the names in each column from the top; those that each edge passes
 */
function layers(nodes, edges) {
  const depth = Object.fromEntries(nodes.map((node) => [node, 0]));
  for (let round = 0; round < nodes.length; round++) for (const { from, to } of edges) depth[to] = Math.min(Math.max(depth[to], depth[from] + 1), nodes.length);
  const columns = Array.from({ length: Math.max(...Object.values(depth)) + 1 }, () => []);
  for (const node of nodes) columns[depth[node]].push(node);
  const routes = edges.map(({ from, to }, number) => {
    const passed = Array.from({ length: Math.max(depth[to] - depth[from] - 1, 0) }, (_, step) => [depth[from] + 1 + step, `edge ${number} ${step}`]);
    for (const [column, name] of passed) columns[column].push(name);
    return [from, ...passed.map(([, name]) => name), to];
  });
  const before = new Map();
  for (const route of routes) route.slice(1).forEach((name, step) => before.set(name, [...(before.get(name) ?? []), route[step]]));
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let column = 1; column < columns.length; column++) {
      const row = (name) => columns.findLast((names, at) => at < column && names.includes(name))?.indexOf(name) ?? 0;
      const mean = (name) => { const rows = (before.get(name) ?? []).map(row); return rows.length ? rows.reduce((sum, one) => sum + one, 0) / rows.length : 0; };
      const means = new Map(columns[column].map((name) => [name, mean(name)]));
      columns[column].sort((one, other) => means.get(one) - means.get(other));
    }
  return { columns, routes };
}
