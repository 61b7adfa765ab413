/** Recommend: pick items, and see at once what the model recommends and why. */

import { bars } from "./charts.js";
import { announce, choice, element, field, into, note, paused } from "./dom.js";
import { FIELDS, nameOf, showItem } from "./items.js";
import { NO_RULES, asOptions, rulesCard } from "./rules.js";
import { asCurl, explained, offline, service } from "./service.js";

const WEIGHTS = [["2", "love"], ["1", "like"], ["0.5", "a little"], ["-1", "dislike"]];
const FOUND = 6;
const ROWS = 3;
const MOST_EDITED = 30;

/** What the person has chosen; it stays while they look at other parts of the page. */
const state = { catalog: "", history: [], user: "", shown: "popular", ...NO_RULES };

/** The ids of the picks of a catalog. @param {string} catalog @returns {string[]} */
export function picksOf(catalog) {
  return state.catalog === catalog ? state.history.map((one) => one.item_id) : [];
}

/** @param {string[]} path the catalog, then items to begin with */
export async function recommendPart([catalog, ...items]) {
  let catalogs;
  try {
    ({ catalogs } = await service.catalogs());
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  const served = catalogs.filter((one) => one.champion);
  if (!served.length) return [note("No catalog has a model yet. Import events and train, then come back: doublebill import CATALOG --events FILE, doublebill train CATALOG.")];
  const known = served.map((one) => one.catalog);
  const chosen = known.includes(catalog) ? catalog : known.includes(state.catalog) ? state.catalog : known[0];
  if (chosen !== state.catalog) Object.assign(state, { catalog: chosen, history: [], user: "" });
  if (items.length) state.history = await titled(items);
  return new Picker(known).parts;
}

/** @param {string[]} items @returns {Promise<{item_id: string, title: string, weight: number}[]>} */
async function titled(items) {
  const found = await service.lookUpItems(state.catalog, items).catch(() => ({ items: [] }));
  const titles = new Map(found.items.map((one) => [one.item_id, one.title]));
  return items.map((item_id) => ({ item_id, title: titles.get(item_id) || item_id, weight: 1 }));
}

/** @param {{weight: number, rating?: number}} stored */
function storedVerdict({ weight, rating }) {
  return rating === undefined ? (weight < 0 ? "disliked" : "as stored") : `${rating} stars`;
}

class Picker {
  /** @param {string[]} catalogs */
  constructor(catalogs) {
    this.results = element("section", { class: "card", "aria-label": "Recommendations" });
    this.found = element("ul", { class: "items found", "aria-label": "Found items" });
    this.picked = element("ul", { class: "chips", "aria-label": "Picked items" });
    this.edit = element("div", { class: "row" });
    this.request = element("div");
    this.item = element("div");
    this.rows = element("div");
    const ask = paused(() => this.recommend(), 60);
    const map = element("details", { class: "card", toggle: (event) => this.openMap(event.target) }, element("summary", {}, "Map of the items"));
    const same = element("details", { class: "card" }, element("summary", {}, "The same as a request"), this.request);
    this.parts = [
      element("div", { class: "columns wide" }, element("div", {}, this.pickCard(catalogs), rulesCard(state, ask, !offline)), element("div", {}, this.item, this.results, this.rows, offline ? null : map, offline ? null : same)),
    ];
    this.drawPicked();
    this.find("");
    this.recommend();
  }

  pickCard(catalogs) {
    const search = element("input", { type: "search", autocomplete: "off", maxlength: 128, input: paused(() => this.find(search.value), 80) });
    this.user = element("input", { maxlength: 256, autocomplete: "off", change: () => { state.user = this.user.value; this.changed(); } });
    const select = choice(catalogs.map((one) => [one, one]), state.catalog, { change: () => { location.hash = `#recommend/${select.value}`; } });
    const shown = choice([["popular", "what most people like"], ["trending", "what is popular lately"]], state.shown, { change: () => { state.shown = shown.value; search.value = ""; this.find(""); } });
    return element(
      "section", { class: "card", "aria-label": "What you like" },
      offline ? null : field("Catalog", select),
      offline ? null : field("Begin with", shown),
      field("Search", search, "titles, tags or ids; typing mistakes are forgiven"),
      this.found,
      element("h2", { class: "small" }, "Your picks, the latest last"),
      this.picked,
      this.edit,
      offline ? null : element("details", { open: Boolean(state.user) }, element("summary", {}, "Or a user of the service"), field("User id", this.user, "the stored history of this user in place of your picks")),
    );
  }

  /** Draws the map where it stands, the first time that it is opened. */
  async openMap(place) {
    if (!place.open || place.childNodes.length > 1) return;
    const { mapPart } = await import("./map.js");
    place.append(mapPart(state.catalog, { pick: (item) => this.pick(item), picked: () => picksOf(state.catalog) }));
  }

  /** Shows the items that are like a query; those of a list without a query. @param {string} query */
  find(query) {
    const words = query.trim();
    const list = state.shown;
    const call = () => (words ? service.search(state.catalog, { q: words, n: FOUND, fields: FIELDS }) : service[list](state.catalog, { n: FOUND, fields: FIELDS }));
    const draw = (answer) => {
      const items = answer.items ?? answer[list];
      if (words) announce(`${items.length} items found`);
      if (!items.length) return [element("li", { class: "soft" }, words ? "Nothing is like that. Try fewer letters." : "Nothing yet.")];
      return items.map((item) => element("li", { class: "item" }, element("b", {}, nameOf(item)), element("button", { click: () => this.pick(item), "aria-label": `Pick ${nameOf(item)}` }, "Pick")));
    };
    into(this.found, call, draw, (failure) => [element("li", {}, note(explained(failure), "bad"))]);
  }

  /** @param {{item_id: string, title?: string}} item */
  pick(item) {
    if (!state.history.some((one) => one.item_id === item.item_id)) state.history.push({ item_id: item.item_id, title: nameOf(item), weight: 1 });
    state.user = "";
    this.changed();
  }

  /** Draws the picks again, and asks again. */
  changed() {
    this.drawPicked();
    this.recommend();
  }

  drawPicked() {
    const latest = state.history.at(-1);
    const without = (item) => state.history.filter((one) => one !== item);
    const chips = state.history.map((item) =>
      element(
        "li", {}, item.title, element("span", { class: "row tight" },
        choice([...(item.stored ? [["", storedVerdict(item.stored)]] : []), ...WEIGHTS], item.weight === undefined ? "" : String(item.weight), { "aria-label": `How much you like ${item.title}`, change: (event) => { item.weight = event.target.value === "" ? undefined : Number(event.target.value); this.recommend(); } }),
        item === latest ? null : element("button", { "aria-label": `${item.title} is the latest`, title: "Make it the latest", click: () => { state.history = [...without(item), item]; this.changed(); } }, "↓"),
        element("button", { "aria-label": `Take out ${item.title}`, title: "Take it out", click: () => { state.history = without(item); this.changed(); } }, "×")),
      ),
    );
    const empty = state.user ? `The history of user ${state.user} is used.` : "Nothing yet: the answer is what most people like.";
    this.picked.replaceChildren(...(chips.length && !state.user ? chips : [element("li", { class: "soft" }, empty)]));
    const start = element("button", { click: () => { state.history = []; state.user = ""; this.changed(); } }, "Start over");
    const edit = element("button", { click: () => this.editHistory() }, "Edit this history");
    this.user.value = state.user;
    this.offerRows();
    this.edit.replaceChildren(...(state.user ? [edit, start] : chips.length ? [start] : []));
    const picks = state.user ? [] : state.history.map((one) => `/${encodeURIComponent(one.item_id)}`);
    history.replaceState(null, "", `#recommend/${encodeURIComponent(state.catalog)}${picks.join("")}`);
  }

  /** Takes the stored history of the user for picks, so that it can be changed. */
  async editHistory() {
    try {
      const { items } = await service.history(state.catalog, state.user, { n: MOST_EDITED });
      const picks = await titled(items.map((one) => one.item_id).reverse());
      const stored = new Map(items.map(({ item_id, weight, rating, timestamp }) => [item_id, { weight, rating, timestamp }]));
      state.history = picks.map((one) => ({ ...one, weight: undefined, stored: stored.get(one.item_id) }));
      state.user = "";
      this.changed();
      announce(`${items.length} picks`);
    } catch (failure) {
      this.edit.append(note(explained(failure), "bad"));
    }
  }

  /** The body of the request that the controls describe. */
  body() {
    const items = state.history.map(({ item_id, weight, stored }) => (weight === undefined ? { item_id, ...stored } : weight === 1 ? item_id : { item_id, weight }));
    return { ...(state.user ? { user_id: state.user } : { history: items }), explain: true, fields: FIELDS, ...asOptions(state) };
  }

  recommend() {
    const body = this.body();
    const path = `/v1/catalogs/${state.catalog}/recommendations`;
    const draw = (answer) => {
      announce(`${answer.recommendations.length} recommendations`);
      this.request.replaceChildren(element("h2", { class: "small" }, "curl"), element("pre", { tabindex: 0 }, asCurl("POST", path, body)), element("h2", { class: "small" }, "Answer"), element("pre", { tabindex: 0 }, JSON.stringify(answer, null, 1)));
      return this.drawn(answer);
    };
    const started = performance.now();
    const refuse = (failure) => [element("h2", {}, "Recommendations"), note(explained(failure), "bad")];
    into(this.results, () => service.recommend(state.catalog, body), draw, refuse).then(() => performance.measure("recommendation", { start: started }));
  }

  drawn(answer) {
    const notes = [];
    if (answer.degraded) notes.push(note(`This answer is not as good as it could be: ${answer.degraded}.`, "bad"));
    if (answer.cold) notes.push(note("Nothing is known of this taste yet, so these are the items that most people like."));
    if (answer.baseline) notes.push(note(`No model of this catalog beats a simple baseline yet; ${answer.baseline} answers.`));
    if (answer.unknown_items.length) notes.push(note(`The model does not know: ${answer.unknown_items.join(", ")}.`));
    const items = answer.recommendations.map((item, place) => this.entry(item, place));
    const list = items.length ? element("ol", { class: "items" }, items) : note("No item is left with these rules. Loosen one of them.");
    return [element("h2", {}, "Recommendations"), ...notes, list, element("p", { class: "soft" }, `Model ${answer.model_version}`)];
  }

  entry(item, place) {
    const details = element("details", { open: place < 3 }, element("summary", {}, item.reason || "why"));
    const parts = (item.contributions ?? []).slice(0, 8).map((part) => ({
      label: part.prior ? "popular lately" : part.title || part.item_id || "an item that was taken down", value: part.contribution, text: `${Math.round(part.share * 100)} %`,
    }));
    if (parts.length) details.append(bars(parts, `What speaks for ${nameOf(item)}`));
    const facts = [(item.attributes?.tags ?? []).join(", "), `score ${item.score.toPrecision(3)}`, item.predicted_rating ? `predicted rating ${item.predicted_rating.toFixed(1)}` : ""];
    return element(
      "li", {},
      element("div", { class: "item" }, element("b", {}, `${place + 1}. ${nameOf(item)}`), element("span", { class: "row" },
        element("button", { click: () => this.pick(item), "aria-label": `Pick ${nameOf(item)}` }, "Pick"),
        element("button", { click: () => this.showItem(item), "aria-label": `More like ${nameOf(item)}` }, "More like this"),
        state.user ? element("button", { click: (event) => this.send(item, event.target), "aria-label": `Tell the service that ${state.user} met ${nameOf(item)}` }, "Send event") : null)),
      element("p", { class: "soft" }, facts.filter(Boolean).join(" · ")),
      parts.length ? details : null,
    );
  }

  /** Sends an event of the user, and asks again: the next answer has it. */
  async send(item, button) {
    button.disabled = true;
    const event = { user_id: state.user, item_id: item.item_id, kind: "like", timestamp: Date.now() / 1000 };
    try {
      const settings = await service.settings(state.catalog);
      const kinds = Object.keys(settings.kinds ?? {});
      if (kinds.length && !kinds.includes("like")) event.kind = kinds.find((kind) => kind !== "rate") ?? "view";
      await service.sendEvents(state.catalog, [event]);
      announce("The event was stored");
      this.recommend();
    } catch (failure) {
      this.results.prepend(note(explained(failure), "bad"));
    }
  }

  /** Offers the rows of the user, if there is one; they are fetched when they are opened. */
  offerRows() {
    const place = element("div");
    const call = () => service.rows(state.catalog, state.user, { rows: ROWS, n: FOUND, exclude_seen: state.exclude_seen, fields: FIELDS });
    const row = ({ source, items }) => [element("h3", {}, `Because of ${nameOf(source)}`), element("ol", { "aria-label": `Because of ${nameOf(source)}` }, items.map((item) => element("li", {}, nameOf(item))))];
    const draw = ({ rows }) => (rows.length ? [element("div", { class: "thirds" }, rows.map((one) => element("div", {}, row(one))))] : [note("No item of this history leads to enough others.")]);
    const toggle = (event) => { if (event.target.open) into(place, call, draw, (failure) => [note(explained(failure), "bad")]); };
    this.rows.replaceChildren(...(state.user ? [element("details", { class: "card", toggle }, element("summary", {}, "Rows of this user, each because of one item"), place)] : []));
  }

  showItem(item) {
    showItem(this.item, state.catalog, item, { pick: (one) => this.pick(one), move: (one) => this.showItem(one) });
  }
}
