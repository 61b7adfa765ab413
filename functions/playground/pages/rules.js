/** Rules: the controls that say what may be recommended, and how they stand in a request. */

import { element, field } from "./dom.js";

/** Rules as they are at first. */
export const NO_RULES = { n: 10, diversity: 0, exclude_seen: true, tags: "", without: "", from: "", until: "", group: "", perGroup: "", promoted: "", share: 0.3 };

/**
 * Returns a card with a control for each rule.
 *
 * @param {Record<string, any>} state what the controls show and change @param {() => void} changed is called after each change
 * @param {boolean} all whether rules have controls that only a service can follow
 */
export function rulesCard(state, changed, all = true) {
  const set = (name, read = (control) => control.value) => (event) => {
    state[name] = read(event.target);
    changed();
  };
  const text = (name, placeholder) => element("input", { value: state[name], input: set(name), placeholder, autocomplete: "off" });
  const number = (name, bounds) => element("input", { type: "number", ...bounds, value: state[name], input: set(name, (control) => (control.value === "" ? "" : Number(control.value))) });
  const share = (name) => element("input", { type: "range", min: 0, max: 1, step: 0.1, value: state[name], input: set(name, (control) => Number(control.value)) });
  const many = (control) => Math.min(100, Math.max(1, Math.round(Number(control.value)) || 10));
  return element(
    "section", { class: "card", "aria-label": "Rules" },
    element("h2", { class: "small" }, "Rules"),
    field("Number of items", element("input", { type: "number", min: 1, max: 100, value: state.n, input: set("n", many) })),
    all ? [
    field("Diversity", share("diversity"), "to the right, items that are less alike"),
    field("Only with one of these tags", text("tags", "Comedy, Drama")),
    field("Without these tags", text("without", "Horror")),
    element("div", { class: "pair" }, field("From year", number("from")), field("Until year", number("until"))),
    element("div", { class: "pair" }, field("At most", number("perGroup", { min: 1, max: 500 })), field("of one", text("group", "year"))),
    element("p", { class: "soft" }, "A group is a year, a tag such as Comedy, an attribute, or what tags have before a colon."),
    element("div", { class: "pair" }, field("Promote the tag", text("promoted", "Animation")), field("in this share of places", share("share"))),
    ] : null,
    element("label", { class: "row" }, element("input", { type: "checkbox", checked: state.exclude_seen, change: set("exclude_seen", (control) => control.checked) }), "Leave out what is picked already"),
  );
}

/** Returns the fields of a request that the rules describe. @param {Record<string, any>} state */
export function asOptions(state) {
  const filter = {};
  for (const [name, parts] of [["tags", { any: words(state.tags), none: words(state.without) }], ["year", { min: state.from, max: state.until }]]) {
    const present = Object.entries(parts).filter(([, value]) => (Array.isArray(value) ? value.length : value !== ""));
    if (present.length) filter[name] = Object.fromEntries(present);
  }
  const promoted = words(state.promoted);
  const group = state.group.trim();
  return {
    n: state.n,
    exclude_seen: state.exclude_seen,
    ...(state.diversity ? { diversity: state.diversity } : {}),
    ...(group && state.perGroup ? { max_per: { [group]: state.perGroup } } : {}),
    ...(promoted.length && state.share ? { promote: { filter: { tags: { any: promoted } }, share: state.share } } : {}),
    ...(Object.keys(filter).length ? { filter } : {}),
  };
}

/** @param {string} text */
function words(text) {
  return text.split(",").map((word) => word.trim()).filter(Boolean);
}
