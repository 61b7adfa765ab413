/** The expressive range of a kind: forty levels, and where they lie in two of their controls. */

import { heatMap } from "./charts.js";
import { choice, element, field, note } from "./dom.js";

const BUCKETS = 8;

/** @param {any[]} items levels @param {(seed: number | string) => void} pick shows the level of a seed @returns {Node[]} */
export function rangePart(items, pick) {
  const measured = Object.entries(items[0].controls).filter(([, one]) => typeof one.measured === "number");
  const names = measured.map(([name]) => name).filter((name) => new Set(items.map((item) => item.controls[name].measured)).size > 1);
  if (names.length < 2) return [note("All these levels measure the same; leave more controls empty.")];
  const named = names.map((name) => [name, name.replaceAll("_", " ")]);
  const [across, up] = [choice(named, names[0]), choice(named, names[1])];
  const place = element("div");
  const paint = () => place.replaceChildren(range(items, across.value, up.value, pick));
  across.addEventListener("change", paint);
  up.addEventListener("change", paint);
  paint();
  return [element("section", { class: "card" }, element("h2", {}, "Expressive range"), element("p", { class: "soft" }, `${items.length} levels: the number in a cell says how many lie there. Choose a cell to see a level from there.`), element("div", { class: "row" }, field("From left to right", across), field("From bottom to top", up)), place)];
}

function range(items, across, up, pick) {
  const axis = (name) => {
    const values = items.map((item) => item.controls[name].measured);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const bounds = Array.from({ length: BUCKETS + 1 }, (_, place) => Math.round(low + ((high - low) * place) / BUCKETS));
    return { name: name.replaceAll("_", " "), bounds, of: (item) => Math.min(BUCKETS - 1, Math.floor(((item.controls[name].measured - low) / (high - low)) * BUCKETS)) };
  };
  const [x, y] = [axis(across), axis(up)];
  const cells = Array.from({ length: BUCKETS }, () => Array.from({ length: BUCKETS }, () => []));
  for (const item of items) cells[y.of(item)][x.of(item)].push(item);
  const name = (row, column) => `${cells[row][column].length} levels: ${x.name} from ${x.bounds[column]} to ${x.bounds[column + 1]}, ${y.name} from ${y.bounds[row]} to ${y.bounds[row + 1]}`;
  return heatMap(cells.map((row) => row.map((cell) => cell.length)), name, (row, column) => pick(cells[row][column][0].seed), { across: x, up: y });
}
