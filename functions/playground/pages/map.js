/** A map of the items: those that lead to each other near each other, coloured by tag, each a way to pick it. */

import { announce, choice, drawn, element, field, into, note } from "./dom.js";
import { FIELDS, nameOf } from "./items.js";
import { explained, service } from "./service.js";

const SIDE = 1000;
const EDGE = 24;
const COLOURS = 8;
const NEAREST_WIDTH = 3;
const LABELLED = 26;
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Returns the place of a map, which is drawn there when it has been fetched.
 *
 * @param {string} catalog @param {{pick: (item: any) => void, picked: () => string[]}} ways
 */
export function mapPart(catalog, ways) {
  const place = element("div");
  const call = () => service.mapItems(catalog, { fields: FIELDS });
  const draw = ({ items }) => (items.length ? new ItemMap(items, ways).parts : [note("No two items of this catalog lead to each other.")]);
  into(place, call, draw, (failure) => [note(explained(failure), "bad")]);
  return place;
}

class ItemMap {
  constructor(items, ways) {
    Object.assign(this, { items, ways, at: 0, tag: "" });
    this.tags = commonTags(items);
    this.name = element("p", { class: "soft", role: "status" }, "");
    this.ring = drawn("circle", { class: "ring", r: 0 });
    this.label = drawn("text", { class: "label" });
    this.dots = items.map((item, place) => drawn("circle", { cx: item.x, cy: item.y, r: 7, class: `dot ${this.colour(item)}`, pointerenter: () => this.move(place), click: () => this.pick(place) }));
    const words = `Map of ${items.length} items. The arrow keys go to the next item in their direction, Enter picks it.`;
    this.picture = drawn("svg", { class: "map", viewBox: `${-EDGE} ${-EDGE} ${SIDE + 2 * EDGE} ${SIDE + 2 * EDGE}`, tabindex: 0, role: "application", "aria-roledescription": "map", "aria-label": words, keydown: (event) => this.key(event), focus: () => this.move(this.at) }, ...this.dots, this.ring, this.label);
    const only = choice([["", "all"], ...this.tags.map((tag) => [tag, tag])], "", { change: () => this.show(only.value) });
    this.parts = [
      element("p", { class: "soft" }, "Items that lead to each other lie near each other; the axes mean nothing. Made at training of the published edges alone."),
      element("div", { class: "row" }, field("Show the tag", only)),
      this.picture, this.name,
      element("ul", { class: "legend", "aria-label": "Colours" }, [...this.tags.map((tag, place) => element("li", {}, swatch(`tag${place}`), tag)), element("li", {}, swatch("other"), "other")]),
    ];
    this.show("");
  }

  /** The colour of the rarest of its common tags, which says most about it. */
  colour(item) {
    const own = item.attributes?.tags ?? [];
    const rarest = this.tags.findLastIndex((tag) => own.includes(tag));
    return rarest < 0 ? "other" : `tag${rarest}`;
  }

  /** Dims what has not the tag, and rings what is picked. @param {string} tag all for an empty one */
  show(tag) {
    this.tag = tag;
    const picked = new Set(this.ways.picked());
    this.items.forEach((item, place) => {
      const dim = tag && !(item.attributes?.tags ?? []).includes(tag);
      this.dots[place].classList.toggle("dim", Boolean(dim));
      this.dots[place].classList.toggle("picked", picked.has(item.item_id));
    });
  }

  move(place) {
    this.at = place;
    const item = this.items[place];
    for (const [name, value] of [["cx", item.x], ["cy", item.y], ["r", 13]]) this.ring.setAttribute(name, value);
    const left = item.x < SIDE / 2;
    for (const [name, value] of [["x", item.x + (left ? 18 : -18)], ["y", Math.max(item.y - 14, LABELLED)], ["text-anchor", left ? "start" : "end"]]) this.label.setAttribute(name, value);
    this.label.textContent = nameOf(item);
    this.name.textContent = `${nameOf(item)}: ${(item.attributes?.tags ?? []).join(", ") || "no tags"}`;
  }

  pick(place) {
    this.ways.pick(this.items[place]);
    this.show(this.tag);
    announce(`${nameOf(this.items[place])} is picked`);
  }

  key(event) {
    const way = WAYS[event.key];
    if (!way && event.key !== "Enter") return;
    event.preventDefault();
    if (way) this.move(nearest(this.items, this.at, way));
    else this.pick(this.at);
  }
}

/** The item that is nearest in a direction, itself where there is none. */
function nearest(items, at, [across, down]) {
  const here = items[at];
  const far = items.map((item) => {
    const [x, y] = [item.x - here.x, item.y - here.y];
    const ahead = x * across + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * across);
    return ahead > 0 && aside <= NEAREST_WIDTH * ahead ? ahead + aside : Infinity;
  });
  const best = far.indexOf(Math.min(...far));
  return Number.isFinite(far[best]) ? best : at;
}

/** The tags that most items have, each of which some items have not. */
function commonTags(items) {
  const counts = new Map();
  for (const item of items) for (const tag of item.attributes?.tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const telling = [...counts].filter(([, count]) => count < items.length);
  return telling.sort(([one, more], [other, most]) => most - more || (one < other ? -1 : 1)).slice(0, COLOURS).map(([tag]) => tag);
}

function swatch(name) {
  return drawn("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, drawn("circle", { cx: 6, cy: 6, r: 6, class: `dot ${name}` }));
}
