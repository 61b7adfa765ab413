/** Items: what one leads to and what leads to it, and names of items everywhere on the page. */

import { bars } from "./charts.js";
import { element, into, note } from "./dom.js";
import { explained, service } from "./service.js";

/** Metadata that the page shows of items. */
export const FIELDS = ["tags", "year"];

/** Of the bars of one list, which stands beside two others where there is room. */
const WIDEST = 270;
const DIRECTIONS = [["both", "Most alike"], ["to", "What leads to it"], ["from", "What it leads to"]];

/** The title with its year, or the id. @param {any} item */
export function nameOf(item) {
  const year = item.attributes?.year;
  const title = item.title || item.item_id;
  return year && !title.includes(String(year)) ? `${title} (${year})` : title;
}

/**
 * Shows the page of an item in a place: its neighbours in both directions and in each, every one a way on.
 *
 * @param {HTMLElement} place @param {string} catalog @param {any} item
 * @param {{pick: (item: any) => void, move: (item: any) => void}} ways `move` gets the item that is shown next
 */
export function showItem(place, catalog, item, ways) {
  const card = element("section", { class: "card", "aria-label": `More like ${nameOf(item)}` });
  place.replaceChildren(card);
  const close = element("button", { click: () => place.replaceChildren() }, "Close");
  const call = () => Promise.all(DIRECTIONS.map(([direction]) => service.neighbours(catalog, item.item_id, { n: 8, fields: FIELDS, direction })));
  const draw = (answers) => [
    element("h2", { tabindex: -1 }, nameOf(item)),
    element("p", { class: "soft" }, (item.attributes?.tags ?? []).join(", ")),
    element("div", { class: "thirds" }, answers.map((answer, place) => neighbourList(DIRECTIONS[place][1], answer.neighbours, ways))),
    element("div", { class: "row" }, element("button", { class: "main", click: () => ways.pick(item) }, "Pick it"), close),
  ];
  into(card, call, draw, (failure) => [note(explained(failure), "bad"), close]).then(() => card.querySelector("h2")?.focus());
}

function neighbourList(title, neighbours, ways) {
  const most = Math.max(...neighbours.map((one) => one.score), 1e-12);
  const parts = neighbours.map((one) => ({ label: nameOf(one), value: one.score, text: `${Math.round((one.score / most) * 100)}`, click: () => ways.move(one) }));
  return element("div", {}, element("h3", {}, title), parts.length ? bars(parts, `${title}, the first being 100`, WIDEST) : note("Nothing."));
}
