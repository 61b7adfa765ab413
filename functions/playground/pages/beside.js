/** Two versions beside each other: what each recommends for one history. */

import { element, field, into, note } from "./dom.js";
import { FIELDS, nameOf } from "./items.js";
import { explained, service } from "./service.js";

const LENGTH = 10;

/**
 * Returns a form for a history, and what two versions recommend for it.
 *
 * @param {string} catalog @param {string[]} versions two of them @param {string[]} names of the two, as their lists are headed
 * @param {string[]} items ids to begin with
 */
export function besidePart(catalog, versions, names, items) {
  const place = element("div");
  const ids = element("input", { value: items.join(", "), autocomplete: "off", spellcheck: "false" });
  const history = () => ids.value.split(",").map((id) => id.trim()).filter(Boolean);
  const both = () => Promise.all(versions.map((version) => service.recommendBy(catalog, version, { history: history(), n: LENGTH, fields: FIELDS })));
  const draw = (answers) => lists(answers.map((answer) => answer.recommendations), names);
  const ask = () => into(place, both, draw, (failure) => [note(explained(failure), "bad")]);
  ask();
  return element(
    "section", { "aria-label": "For one history" },
    element("h3", {}, "For one history"),
    element("form", { submit: (event) => { event.preventDefault(); ask(); } }, element("div", { class: "row end" }, field("Item ids, with commas", ids), element("button", {}, "Ask both"))),
    place,
  );
}

function lists([before, after], names) {
  const place = (list, item) => list.findIndex((one) => one.item_id === item.item_id);
  const left = before.map((item) => [nameOf(item), place(after, item) < 0 ? "gone" : ""]);
  const right = after.map((item, now) => [nameOf(item), moved(place(before, item), now)]);
  const common = after.filter((item) => place(before, item) >= 0).length;
  return [
    element("p", {}, `${common} of ${Math.max(before.length, after.length)} items are in both lists.`),
    element("div", { class: "thirds" }, listOf(names[0], left), listOf(names[1], right)),
  ];
}

/** @param {number} before the place in the other list, below 0 where it has none @param {number} now */
function moved(before, now) {
  if (before < 0) return "new";
  return before === now ? "" : before > now ? `${before - now} up` : `${now - before} down`;
}

function listOf(title, rows) {
  return element("div", {}, element("h3", {}, title), element("ol", { "aria-label": title, class: "long" }, rows.map(([name, mark]) => element("li", {}, name, mark ? element("span", { class: `mark ${mark}` }, mark) : null))));
}
