/** Items: what one leads to and what leads to it, and names of items everywhere on the page. */

import { bars } from "./charts.js";
import { element, into, note } from "./dom.js";
import { explained, service } from "./service.js";

/** Metadata that the page shows of items. */
export const FIELDS = ["tags", "year"];

/** Of the bars of one list, which stands beside two others where there is room. */
const WIDEST = 270;
/** What had the focus when the page of an item was opened. */
let opener;
const DIRECTIONS = [["both", "Most alike"], ["to", "What leads to it"], ["from", "What it leads to"]];

/** The title with its year, or the id. @param {any} item */
export function nameOf(item) {
  const year = item.attributes?.year;
  const title = item.title || item.item_id;
  return year && !title.includes(String(year)) ? `${title} (${year})` : title;
}

/** A button that picks an item, or takes it out again. @param {any} item @param {string[]} picks ids of what is picked @param {() => void} click */
export function pickButton(item, picks, click) {
  const button = element("button", { click, "data-pick": item.item_id, "data-name": nameOf(item) });
  sayPicked(button, picks);
  return button;
}

/** Says on each button that picks an item whether it is picked. @param {HTMLElement[]} parts @param {string[]} picks */
export function showPicked(parts, picks) {
  for (const part of parts) for (const button of part.querySelectorAll("button[data-pick]")) sayPicked(button, picks);
}

function sayPicked(button, picks) {
  const { pick, name } = button.dataset;
  const picked = picks.includes(pick);
  button.classList.toggle("picked", picked);
  button.textContent = picked ? "Picked" : "Pick";
  button.setAttribute("aria-label", picked ? `Picked: ${name}; take it out` : `Pick ${name}`);
}

/**
 * Shows the page of an item in a place: its neighbours in both directions and in each, every one a way on.
 *
 * @param {HTMLElement} place @param {string} catalog @param {any} item
 * @param {{pickButton: (item: any) => HTMLElement, move: (item: any) => void, fallback: HTMLElement}} ways `move` gets the item that is
 * shown next; `fallback` gets the focus when it is closed and what opened it is gone
 */
export function showItem(place, catalog, item, ways) {
  const leave = () => {
    place.replaceChildren();
    (opener?.isConnected ? opener : ways.fallback).focus();
  };
  if (!place.contains(document.activeElement)) opener = document.activeElement;
  const card = element("section", { class: "card", "aria-label": `More like ${nameOf(item)}`, keydown: (event) => { if (event.key === "Escape") leave(); } });
  place.replaceChildren(card);
  const close = element("button", { click: leave }, "Close");
  const call = () => Promise.all(DIRECTIONS.map(([direction]) => service.neighbours(catalog, item.item_id, { n: 8, fields: FIELDS, direction })));
  const draw = (answers) => [
    element("h2", { tabindex: -1 }, nameOf(item)),
    element("p", { class: "soft" }, (item.attributes?.tags ?? []).join(", ")),
    element("div", { class: "thirds" }, answers.map((answer, place) => neighbourList(DIRECTIONS[place][1], answer.neighbours, ways))),
    element("div", { class: "row" }, ways.pickButton(item), close),
  ];
  into(card, call, draw, (failure) => [note(explained(failure), "bad"), close]).then(() => card.querySelector("h2")?.focus());
}

function neighbourList(title, neighbours, ways) {
  const most = Math.max(...neighbours.map((one) => one.score), 1e-12);
  const parts = neighbours.map((one) => ({ label: nameOf(one), value: one.score, text: `${Math.round((one.score / most) * 100)}`, click: () => ways.move(one) }));
  return element("div", {}, element("h3", {}, title), parts.length ? bars(parts, `${title}, the first being 100`, WIDEST) : note("Nothing."));
}
