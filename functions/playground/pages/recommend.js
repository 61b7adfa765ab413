/** Recommend: pick items, and see at once what the model recommends and why. */

import { bars } from "./charts.js";
import { announce, choice, element, field, into, note, paused } from "./dom.js";
import { FIELDS, nameOf, pickButton, showItem, showPicked } from "./items.js";
import { NO_RULES, Rules, asOptions } from "./rules.js";
import { asCurl, explained, offline, service } from "./service.js";

const WEIGHTS = [["2", "love"], ["1", "like"], ["0.5", "a little"], ["-1", "dislike"]];
const FOUND = 6;
const ROWS = 3;
const MOST_EDITED = 30;
/** Items whose tags are offered in rules. */
const LOOKED_AT = 500;

/** What the person has chosen; it stays while they look at other parts of the page. */
const state = { catalog: "", history: [], user: "", shown: "popular", ...NO_RULES };

/** The ids of the picks of a catalog. @param {string} catalog @returns {string[]} */
export function picksOf(catalog) {
  return state.catalog === catalog ? state.history.map((one) => one.item_id) : [];
}

/** The ids of the picks, none while the history of a user is used. */
function shownPicks() {
  return state.user ? [] : picksOf(state.catalog);
}

/** @param {string[]} path the catalog, then items to begin with */
export async function recommendPart([catalog, ...items]) {
  let catalogs;
  try {
    ({ catalogs } = await service.catalogs());
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  const known = catalogs.filter((one) => one.champion).map((one) => one.catalog);
  if (catalog && !known.includes(catalog)) return absent(catalog, known, catalogs.some((one) => one.catalog === catalog));
  if (!known.length) return beginning(catalogs.map((one) => one.catalog));
  const chosen = catalog || (known.includes(state.catalog) ? state.catalog : known[0]);
  if (chosen !== state.catalog) Object.assign(state, { catalog: chosen, history: [], user: "" });
  if (items.length) state.history = await titled(items);
  return new Picker(known).parts;
}

/** Says that the address names a catalog that cannot be shown. @param {string} catalog @param {string[]} known @param {boolean} untrained */
function absent(catalog, known, untrained) {
  const why = untrained ? `The catalog “${catalog}” has no model yet. Train it: doublebill train ${catalog}` : `There is no catalog “${catalog}” here.`;
  const others = known.map((one) => element("li", {}, element("a", { href: `#recommend/${encodeURIComponent(one)}` }, one)));
  return [note(why, "bad"), ...(known.length ? [element("h2", {}, "Catalogs"), element("ul", {}, others)] : beginning([]))];
}

/** Says how to begin where no catalog has a model. @param {string[]} untrained */
function beginning(untrained) {
  const command = (text) => element("pre", { tabindex: 0 }, text);
  const train = untrained.length ? [element("p", {}, "There are catalogs, and none has a model yet. Train one:"), command(`doublebill train ${untrained[0]}`)] : [];
  return [element("section", { class: "card", "aria-label": "How to begin" },
    element("h2", {}, untrained.length ? "No catalog has a model yet" : "There is no catalog yet"),
    ...train,
    element("p", {}, "Real films, fetched, trained and served in one step. End this service with ctrl-c before it:"), command("doublebill try"),
    element("p", {}, "Your own files:"), command("doublebill import CATALOG --events FILE --items FILE\ndoublebill train CATALOG"),
    element("p", {}, element("a", { href: "#play" }, "Play"), " makes levels and texts, and needs no catalog."))];
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
    this.results = element("section", { class: "card", "aria-label": "Recommendations", tabindex: -1 });
    this.jump = this.skip("jump");
    this.happened = element("div");
    this.found = element("ul", { class: "items found", "aria-label": "Found items" });
    this.picked = element("ul", { class: "chips", "aria-label": "Picked items" });
    this.edit = element("div", { class: "row" });
    this.request = element("div");
    this.item = element("div");
    this.rows = element("div");
    this.rules = new Rules(state, paused(() => this.recommend(), 60), offline ? null : () => tagsOf(state.catalog));
    const map = element("details", { class: "card", toggle: (event) => this.openMap(event.target) }, element("summary", {}, "Map of the items"));
    const same = element("details", { class: "card" }, element("summary", {}, "The same as a request"), this.request);
    this.parts = [
      this.skip("skip"),
      element("div", { class: "columns wide" }, element("div", {}, this.pickCard(catalogs), this.rules.part), element("div", {}, this.item, this.happened, this.results, this.rows, offline ? null : map, offline ? null : same)),
    ];
    this.drawPicked();
    this.find("");
    this.recommend();
  }

  /** A link to the recommendations. @param {string} sort its class */
  skip(sort) {
    return element("a", { class: sort, href: "#", click: (event) => { event.preventDefault(); this.results.focus(); this.results.scrollIntoView(); } }, "Skip to the recommendations");
  }

  pickCard(catalogs) {
    const search = element("input", { type: "search", autocomplete: "off", maxlength: 128, input: paused(() => this.find(search.value), 80) });
    this.user = element("input", { maxlength: 256, autocomplete: "off", spellcheck: "false" });
    const showUser = (event) => { event.preventDefault(); state.user = this.user.value; this.changed(); };
    const select = choice(catalogs.map((one) => [one, one]), state.catalog, { change: () => { location.hash = `#recommend/${select.value}`; } });
    const shown = choice([["popular", "what most people like"], ["trending", "what people turned to recently"]], state.shown, { change: () => { state.shown = shown.value; search.value = ""; this.find(""); } });
    return element(
      "section", { class: "card", "aria-label": "What you like" },
      element("h2", { class: "small" }, "What you like"),
      offline ? null : field("Catalog", select),
      offline ? null : field("Begin with", shown),
      field("Search", search, "titles, tags or ids; typing mistakes are forgiven"),
      this.found,
      element("h2", { class: "small" }, "Your picks, the latest last"),
      this.picked,
      this.edit,
      this.jump,
      offline ? null : element("details", { open: Boolean(state.user) }, element("summary", {}, "Or a user of the service"), element("form", { submit: showUser }, field("User id", this.user, "the stored history of this user in place of your picks"), element("button", {}, "Show"))),
    );
  }

  /** Draws the map where it stands, the first time that it is opened. */
  async openMap(place) {
    if (!place.open || place.childNodes.length > 1) return;
    const { mapPart } = await import("./map.js");
    place.append(mapPart(state.catalog, { pick: (item) => this.pick(item), picked: shownPicks }));
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
      return items.map((item) => element("li", { class: "item" }, element("b", {}, nameOf(item)), this.pickButton(item)));
    };
    into(this.found, call, draw, (failure) => [element("li", {}, note(explained(failure), "bad"))]);
  }

  /** Picks an item, or takes it out of the picks again. @param {{item_id: string, title?: string}} item */
  pick(item) {
    const others = state.history.filter((one) => one.item_id !== item.item_id);
    const takenOut = others.length < state.history.length && !state.user;
    state.history = takenOut ? others : [...others, { item_id: item.item_id, title: nameOf(item), weight: 1 }];
    state.user = "";
    this.changed();
  }

  pickButton(item) {
    return pickButton(item, shownPicks(), () => this.pick(item));
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
    this.happened.replaceChildren();
    showPicked(this.parts, shownPicks());
    this.offerRows();
    this.edit.replaceChildren(...(state.user ? [edit, start] : chips.length ? [start] : []));
    const picks = state.user ? [] : state.history.map((one) => `/${encodeURIComponent(one.item_id)}`);
    history.replaceState(null, "", `#recommend/${encodeURIComponent(state.catalog)}${picks.join("")}`);
  }

  /** Takes the stored history of the user for picks, so that it can be changed. */
  async editHistory() {
    try {
      const { items, older, next_cursor } = await service.history(state.catalog, state.user, { n: MOST_EDITED });
      const picks = await titled(items.map((one) => one.item_id).reverse());
      const stored = new Map(items.map(({ item_id, weight, rating, timestamp }) => [item_id, { weight, rating, timestamp }]));
      state.history = picks.map((one) => ({ ...one, weight: undefined, stored: stored.get(one.item_id) }));
      state.user = "";
      this.changed();
      announce(`${items.length} picks`);
      if (next_cursor || older) this.happened.replaceChildren(note(`These are the newest ${items.length} items of the history; there are more, which do not count here.`));
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
      this.answer = answer;
      announce(`${answer.recommendations.length} recommendations`);
      this.rules.answered(answer);
      this.jump.textContent = answer.recommendations.length ? `First: ${nameOf(answer.recommendations[0])}. See all ${answer.recommendations.length}` : "Skip to the recommendations";
      this.request.replaceChildren(element("h2", { class: "small" }, "curl"), element("pre", { tabindex: 0 }, asCurl("POST", path, body)), element("h2", { class: "small" }, "Answer"), element("pre", { tabindex: 0 }, JSON.stringify(answer, null, 1)));
      return this.drawn(answer);
    };
    const started = performance.now();
    const refuse = (failure) => {
      this.rules.refused(failure);
      return [element("h2", {}, "Recommendations"), note(explained(failure), "bad")];
    };
    return into(this.results, () => this.ask(body), draw, refuse).then(() => performance.measure("recommendation", { start: started }));
  }

  /** Asks for recommendations; for a user also which kind of event to send, and whether anything is stored where nothing is known. */
  async ask(body) {
    const answer = await service.recommend(state.catalog, body);
    if (!state.user) return answer;
    this.kind ??= await likingKind(state.catalog);
    const lookUp = () => service.history(state.catalog, state.user, { n: 1 }).then(({ items, older }) => !items.length && !older, () => false);
    this.unknown = answer.cold && (await lookUp());
    return answer;
  }

  drawn(answer) {
    const notes = [];
    if (answer.degraded) notes.push(note(`This answer is not as good as it could be: ${answer.degraded}.`, "bad"));
    if (state.user && this.unknown) notes.push(note(`Nothing is stored of the user “${state.user}” in this catalog, so these are the items that most people like.`));
    else if (answer.cold) notes.push(note("Nothing is known of this taste yet, so these are the items that most people like."));
    if (answer.baseline) notes.push(note(`No model of this catalog beats a simple baseline yet; ${answer.baseline} answers.`));
    if (answer.unknown_items.length) notes.push(note(`The model does not know: ${answer.unknown_items.join(", ")}.`));
    const items = answer.recommendations.map((item, place) => this.entry(item, place));
    const list = items.length ? element("ol", { class: "items" }, items) : note("No item is left with these rules. Loosen one of them.");
    return [element("h2", {}, "Recommendations"), ...notes, list, element("p", { class: "soft" }, `Model ${answer.model_version}`)];
  }

  entry(item, place) {
    const details = element("details", { open: place < 3 }, element("summary", {}, item.reason || "why"));
    const parts = (item.contributions ?? []).slice(0, 8).map((part) => ({
      label: part.prior ? "recent popularity" : part.title || part.item_id || "an item that was taken down", value: part.contribution, text: shareOf(part),
    }));
    const against = parts.some((part) => part.value < 0);
    if (parts.length) details.append(bars(parts, `What speaks for ${nameOf(item)}${against ? ", and against it" : ""}`));
    const facts = [(item.attributes?.tags ?? []).join(", "), `score ${item.score.toPrecision(3)}`, item.predicted_rating ? `predicted rating ${item.predicted_rating.toFixed(1)}` : ""];
    return element(
      "li", {},
      element("div", { class: "item" }, element("b", {}, `${place + 1}. ${nameOf(item)}`), element("span", { class: "row" },
        this.pickButton(item),
        element("button", { click: () => this.showItem(item), "aria-label": `More like this: ${nameOf(item)}` }, "More like this"),
        state.user ? element("button", { click: (event) => this.send(item, event.target), "aria-label": `Send “${this.kind}”: an event of user ${state.user} with ${nameOf(item)}` }, `Send “${this.kind}”`) : null)),
      element("p", { class: "soft" }, facts.filter(Boolean).join(" · ")),
      parts.length ? details : null,
    );
  }

  /** Sends an event of the user, asks again since the next answer has it, and says what it changed. */
  async send(item, button) {
    button.disabled = true;
    const [user, before] = [state.user, this.answer.recommendations];
    try {
      await service.sendEvents(state.catalog, [{ user_id: user, item_id: item.item_id, kind: this.kind, timestamp: Date.now() / 1000 }]);
      await this.recommend();
      if (state.user !== user) return;
      const stored = note(`Stored: an event “${this.kind}” of user ${user} with ${nameOf(item)}. ${changes(before, this.answer.recommendations)}`, "good");
      stored.tabIndex = -1;
      this.happened.replaceChildren(stored);
      stored.focus();
      announce(stored.textContent);
    } catch (failure) {
      button.disabled = false;
      this.happened.replaceChildren(note(explained(failure), "bad"));
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
    showItem(this.item, state.catalog, item, { pickButton: (one) => this.pickButton(one), move: (one) => this.showItem(one), fallback: this.results });
  }
}

/** The share of a contribution, with its sign in words too. @param {{share: number, contribution: number}} part */
function shareOf({ share, contribution }) {
  const percent = Math.round(share * 100) ? `${contribution < 0 ? "−" : ""}${Math.round(share * 100)} %` : "under 1 %";
  return contribution < 0 ? `${percent}, against it` : percent;
}

/** What is new in a list and what is gone from it, in words. */
function changes(before, after) {
  const lacking = (list, from) => from.filter((item) => !list.some((one) => one.item_id === item.item_id)).map(nameOf);
  const [fresh, gone] = [lacking(before, after), lacking(after, before)];
  if (!fresh.length && !gone.length) return "The list has the same items as before.";
  return `In the list now: ${fresh.join(", ") || "nothing new"}. No longer in it: ${gone.join(", ") || "nothing"}.`;
}

/** The kind of event that says that somebody likes an item, or another one of the catalog. @param {string} catalog */
async function likingKind(catalog) {
  const { kinds = {} } = await service.settings(catalog).catch(() => ({}));
  const names = Object.keys(kinds);
  return !names.length || names.includes("like") ? "like" : (names.find((kind) => kind !== "rate") ?? "view");
}

/** The tags of a catalog's most popular items, the most frequent first. @param {string} catalog */
async function tagsOf(catalog) {
  const { popular } = await service.popular(catalog, { n: LOOKED_AT, fields: ["tags"] });
  const counts = new Map();
  for (const item of popular) for (const tag of item.attributes?.tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([tag]) => tag);
}
