/** A map of the items: those that lead to each other near each other, coloured by tag, each a way to pick it. */

import { announce, choice, drawn, element, field, into, note } from "./dom.js";
import { FIELDS, nameOf } from "./items.js";
import { labelsOf, overlap } from "./map_labels.js";
import { MapView } from "./map_view.js";
import { explained, service } from "./service.js";

const SIDE = 1000;
const EDGE = 24;
const COLOURS = 8;
const NEAREST_WIDTH = 3;
const STEP = 1.6;
/** Labels of the whole map and of a part of it at most, where the map is wide; fewer where it is narrow. */
/** Of a grid over what is seen, in each direction. */
const CELLS = 4;
const [FEW, MANY] = [15, 40];
const WIDE = 700;
const closer = (view, x, y) => view.by(STEP, x, y);
const farther = (view, x, y) => view.by(1 / STEP, x, y);
const ZOOMS = { "+": closer, "=": closer, "-": farther, "−": farther, 0: (view) => view.whole() };
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
    this.ring = drawn("circle", { class: "ring" });
    this.label = drawn("text", { class: "label" });
    this.labels = drawn("g", { class: "labels", "aria-hidden": "true" });
    this.view = new MapView(-EDGE, SIDE + 2 * EDGE, () => this.look());
    this.dots = items.map((item, place) => drawn("circle", { cx: item.x, cy: item.y, r: 7, "data-place": place, class: `dot ${this.colour(item)}`, pointerenter: () => this.move(place), click: () => this.pick(place) }));
    const words = `Map of ${items.length} items. The arrow keys go to the next item in their direction, Enter picks it or takes it out again, + and − zoom, 0 shows the whole.`;
    this.picture = drawn("svg", { class: "map", tabindex: 0, role: "application", "aria-roledescription": "map", "aria-label": words, keydown: (event) => this.key(event), focus: () => this.move(this.at) }, ...this.dots, this.labels, this.ring, this.label);
    this.view.watch(this.picture);
    new ResizeObserver(() => this.look()).observe(this.picture);
    this.look();
    const only = choice([["", "all"], ...this.tags.map((tag) => [tag, tag])], "", { change: () => this.show(only.value) });
    this.parts = [
      element("p", { class: "soft" }, "Items that the model finds alike lie near each other; left, right, up and down mean nothing. A training makes the map from the model alone, so it shows no single user. The most popular items of each region have their titles; zoom in for more."),
      element("div", { class: "row end" }, field("Show the tag", only),
        element("button", { click: () => this.view.by(STEP) }, "Zoom in"), element("button", { click: () => this.view.by(1 / STEP) }, "Zoom out"), element("button", { click: () => this.view.whole() }, "Whole map")),
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
    this.look();
  }

  /** Draws what is seen: the part of the map, sizes that stay as they are on the screen, and the labels for which there is room. */
  look() {
    const { x, y, size, zoom } = this.view;
    const pixels = this.picture.clientWidth || SIDE;
    const unit = size / pixels;
    this.picture.setAttribute("viewBox", `${x} ${y} ${size} ${size}`);
    this.picture.style.setProperty("--unit", String(unit));
    this.picture.style.setProperty("--dot", String(((pixels * Math.sqrt(zoom)) / 150) * unit));
    this.picture.classList.toggle("zoomed", zoom > 1);
    const seen = (item) => item.x >= x && item.x <= x + size && item.y >= y && item.y <= y + size;
    const points = this.items.flatMap((item, key) => (seen(item) && !this.dots[key].classList.contains("dim") ? [{ x: (item.x - x) / unit, y: (item.y - y) / unit, title: nameOf(item), key }] : []));
    const picked = points.filter((one) => this.dots[one.key].classList.contains("picked"));
    const placed = labelsOf([...new Set([...picked, ...spread(points, pixels), ...points])], pixels, Math.ceil((zoom > 1 ? MANY : FEW) * Math.min(1, pixels / WIDE)));
    this.labels.replaceChildren(...placed.map((one) => this.text(drawn("text", {}, one.text), one)));
    this.placed = placed;
    if (this.ring.isConnected && this.label.textContent) this.point(this.at);
  }

  /** Places a text that is placed in pixels. */
  text(made, { x, y, anchor }) {
    const unit = this.view.size / (this.picture.clientWidth || SIDE);
    for (const [name, value] of [["x", this.view.x + x * unit], ["y", this.view.y + y * unit], ["text-anchor", anchor]]) made.setAttribute(name, value);
    return made;
  }

  /** Rings an item, and writes its title over what is in the way of it. */
  point(place) {
    const item = this.items[place];
    const unit = this.view.size / (this.picture.clientWidth || SIDE);
    for (const [name, value] of [["cx", item.x], ["cy", item.y]]) this.ring.setAttribute(name, value);
    const here = { x: (item.x - this.view.x) / unit, y: (item.y - this.view.y) / unit, title: nameOf(item), key: place };
    const [label] = labelsOf([here], this.picture.clientWidth || SIDE, 1);
    this.label.textContent = label?.text ?? "";
    if (label) this.text(this.label, label);
    this.placed.forEach((one, at) => this.labels.children[at].classList.toggle("under", Boolean(label) && overlap(one.box, label.box)));
  }

  /** Goes to an item. @param {number} place @param {boolean} [reach] moves the view there if it is not seen */
  move(place, reach = false) {
    this.at = place;
    const item = this.items[place];
    if (reach) this.view.reach(item.x, item.y);
    this.point(place);
    this.name.textContent = `${nameOf(item)}: ${(item.attributes?.tags ?? []).join(", ") || "no tags"}`;
  }

  pick(place) {
    if (this.view.dragged) return;
    this.ways.pick(this.items[place]);
    this.show(this.tag);
    announce(`${nameOf(this.items[place])} is ${this.ways.picked().includes(this.items[place].item_id) ? "picked" : "taken out"}`);
  }

  key(event) {
    const way = WAYS[event.key];
    const zoom = ZOOMS[event.key];
    if ((!way && !zoom && event.key !== "Enter") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.view.dragged = false;
    if (way) this.move(nearest(this.items, this.at, way), true);
    else if (zoom) this.zoom(zoom);
    else this.pick(this.at);
  }

  /** Zooms to the item at hand. @param {(view: MapView, x: number, y: number) => void} how */
  zoom(how) {
    const { x, y } = this.items[this.at];
    how(this.view, x, y);
  }
}

/** The first point of each cell of a grid, so that the first labels are everywhere. */
function spread(points, pixels) {
  const cell = ({ x, y }) => `${Math.floor((x / pixels) * CELLS)} ${Math.floor((y / pixels) * CELLS)}`;
  return [...Map.groupBy(points, cell).values()].map(([first]) => first);
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
