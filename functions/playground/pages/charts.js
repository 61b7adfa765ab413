/** Charts as SVG, each with a text for those who do not see it. */

import { drawn } from "./dom.js";

const LINE = 20;

/**
 * Bars to the right for parts that add, to the left for those that take away.
 *
 * @param {{label: string, value: number, text: string}[]} parts @param {string} title
 */
export function bars(parts, title) {
  const width = 420;
  const largest = Math.max(...parts.map((part) => Math.abs(part.value)), 1e-12);
  const zero = parts.some((part) => part.value < 0) ? 90 : 4;
  const scale = (width - zero - 60) / largest;
  const rows = parts.flatMap((part, place) => {
    const size = Math.max(Math.abs(part.value) * Math.min(scale, part.value < 0 ? (zero - 4) / largest : scale), 1);
    const y = place * LINE * 2;
    return [
      drawn("text", { x: 4, y: y + 13 }, part.label.length > 52 ? `${part.label.slice(0, 51)}…` : part.label),
      drawn("rect", { x: part.value < 0 ? zero - size : zero, y: y + 18, width: size, height: 12, rx: 2, class: part.value < 0 ? "less" : null }),
      drawn("text", { x: (part.value < 0 ? zero : zero + size) + 6, y: y + 28 }, part.text),
    ];
  });
  const words = parts.map((part) => `${part.label}: ${part.text}`).join("; ");
  const picture = drawn("svg", { class: "bars", viewBox: `0 0 ${width} ${parts.length * LINE * 2}`, role: "img", "aria-label": `${title}. ${words}` });
  picture.append(...rows);
  return picture;
}

/**
 * A heat map of counts.
 *
 * @param {number[][]} counts [rows][columns] @param {(row: number, column: number) => string} name
 * @param {(row: number, column: number) => void} pick
 */
export function heatMap(counts, name, pick) {
  const size = 26;
  const most = Math.max(...counts.flat(), 1);
  const picture = drawn("svg", { class: "heat", viewBox: `0 0 ${counts[0].length * size} ${counts.length * size}`, width: "100%" });
  counts.forEach((row, y) =>
    row.forEach((count, x) => {
      const cell = drawn("rect", {
        x: x * size, y: (counts.length - 1 - y) * size, width: size, height: size, rx: 3, fill: "var(--accent)", "fill-opacity": count ? 0.15 + (0.85 * count) / most : 0.04,
        ...(count ? { tabindex: 0, role: "button", "aria-label": name(y, x), click: () => pick(y, x), keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(y, x); } } } : {}),
      });
      cell.append(drawn("title", {}, name(y, x)));
      picture.append(cell);
    }),
  );
  return picture;
}
