/** Recommend: pick items, and see at once what the model recommends and why. */

import { bars } from "./charts.js";
import { announce, choice, element, field, note, paused } from "./dom.js";
import { asCurl, explained, into, service } from "./service.js";

const FIELDS = ["tags", "year"];

/** What the person has chosen; it stays while they look at other parts of the page. */
const state = { catalog: "", history: [], user: "", n: 10, diversity: 0, exclude_seen: true, tags: "", without: "", from: "", until: "", perTag: "" };

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

class Picker {
  /** @param {string[]} catalogs */
  constructor(catalogs) {
    this.results = element("section", { class: "card", "aria-label": "Recommendations" });
    this.found = element("ul", { class: "items found", "aria-label": "Found items" });
    this.picked = element("ul", { class: "chips", "aria-label": "Picked items" });
    this.request = element("div");
    this.item = element("div");
    this.ask = paused(() => this.recommend(), 60);
    this.parts = [
      element("div", { class: "columns wide" }, element("div", {}, this.pickCard(catalogs), this.controlsCard()), element("div", {}, this.item, this.results, element("details", { class: "card" }, element("summary", {}, "The same as a request"), this.request))),
    ];
    this.drawPicked();
    this.find("");
    this.recommend();
  }

  pickCard(catalogs) {
    const search = element("input", { type: "search", autocomplete: "off", maxlength: 128, input: paused(() => this.find(search.value), 80) });
    const user = element("input", { value: state.user, maxlength: 256, autocomplete: "off", change: () => { state.user = user.value; this.drawPicked(); this.recommend(); } });
    const select = choice(catalogs.map((one) => [one, one]), state.catalog, { change: () => { location.hash = `#recommend/${select.value}`; } });
    return element(
      "section", { class: "card", "aria-label": "What you like" },
      field("Catalog", select),
      field("Search", search, "titles, tags or ids; typing mistakes are forgiven"),
      this.found,
      element("h2", { class: "small" }, "Your picks"),
      this.picked,
      element("details", { open: Boolean(state.user) }, element("summary", {}, "Or a user of the service"), field("User id", user, "the stored history of this user in place of your picks")),
    );
  }

  controlsCard() {
    const set = (name, read = (control) => control.value) => (event) => { state[name] = read(event.target); this.ask(); };
    const number = (control) => (control.value === "" ? "" : Number(control.value));
    return element(
      "section", { class: "card", "aria-label": "Rules" },
      element("h2", { class: "small" }, "Rules"),
      field("Number of items", element("input", { type: "number", min: 1, max: 100, value: state.n, input: set("n", (control) => Math.min(100, Math.max(1, Number(control.value) || 10))) })),
      field("Diversity", element("input", { type: "range", min: 0, max: 1, step: 0.1, value: state.diversity, input: set("diversity", number) }), "to the right, items that are less alike"),
      field("Only with one of these tags", element("input", { value: state.tags, input: set("tags"), placeholder: "Comedy, Drama" })),
      field("Without these tags", element("input", { value: state.without, input: set("without") })),
      element("div", { class: "row" }, field("From year", element("input", { type: "number", value: state.from, input: set("from", number) })), field("Until year", element("input", { type: "number", value: state.until, input: set("until", number) }))),
      field("At most so many of one tag", element("input", { type: "number", min: 1, value: state.perTag, input: set("perTag", number) })),
      element("label", { class: "row" }, element("input", { type: "checkbox", checked: state.exclude_seen, change: set("exclude_seen", (control) => control.checked) }), "Leave out what is picked already"),
    );
  }

  /** Shows the items that are like a query, popular ones without a query. @param {string} query */
  find(query) {
    const words = query.trim();
    const call = () => (words ? service.search(state.catalog, { q: words, n: 6, fields: FIELDS }) : service.popular(state.catalog, { n: 6, fields: FIELDS }));
    const draw = (answer) => {
      const items = answer.items ?? answer.popular;
      if (words) announce(`${items.length} items found`);
      if (!items.length) return [element("li", { class: "soft" }, "Nothing is like that. Try fewer letters.")];
      return items.map((item) => element("li", { class: "item" }, element("b", {}, nameOf(item)), element("button", { click: () => this.pick(item), "aria-label": `Pick ${nameOf(item)}` }, "Pick")));
    };
    into(this.found, call, draw, (failure) => [element("li", {}, note(explained(failure), "bad"))]);
  }

  /** @param {{item_id: string, title?: string}} item */
  pick(item) {
    if (!state.history.some((one) => one.item_id === item.item_id)) state.history.push({ item_id: item.item_id, title: nameOf(item), weight: 1 });
    state.user = "";
    this.drawPicked();
    this.recommend();
  }

  drawPicked() {
    const chips = state.history.map((item) =>
      element(
        "li", {}, item.title,
        choice([["2", "love"], ["1", "like"], ["0.5", "a little"], ["-1", "dislike"]], String(item.weight), { "aria-label": `How much you like ${item.title}`, change: (event) => { item.weight = Number(event.target.value); this.recommend(); } }),
        element("button", { "aria-label": `Take out ${item.title}`, click: () => { state.history = state.history.filter((one) => one !== item); this.drawPicked(); this.recommend(); } }, "×"),
      ),
    );
    const empty = state.user ? `The history of user ${state.user} is used.` : "Nothing yet: the answer is what everybody likes.";
    this.picked.replaceChildren(...(chips.length && !state.user ? chips : [element("li", { class: "soft" }, empty)]));
  }

  /** The body of the request that the controls describe. */
  body() {
    const tags = { any: words(state.tags), none: words(state.without) };
    const years = { min: state.from, max: state.until };
    const filter = {};
    for (const [name, parts] of [["tags", tags], ["year", years]]) {
      const present = Object.entries(parts).filter(([, value]) => (Array.isArray(value) ? value.length : value !== ""));
      if (present.length) filter[name] = Object.fromEntries(present);
    }
    const history = state.history.map(({ item_id, weight }) => (weight === 1 ? item_id : { item_id, weight }));
    return {
      ...(state.user ? { user_id: state.user } : { history }),
      n: state.n, explain: true, exclude_seen: state.exclude_seen, fields: FIELDS,
      ...(state.diversity ? { diversity: state.diversity } : {}),
      ...(state.perTag ? { max_per: { tags: state.perTag } } : {}),
      ...(Object.keys(filter).length ? { filter } : {}),
    };
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
    into(this.results, () => service.recommend(state.catalog, body).finally(() => performance.measure("recommendation", { start: started })), draw, (failure) => [element("h2", {}, "Recommendations"), note(explained(failure), "bad")]);
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
    const stars = item.predicted_rating ? ` · predicted rating ${item.predicted_rating.toFixed(1)}` : "";
    return element(
      "li", {},
      element("div", { class: "item" }, element("b", {}, `${place + 1}. ${nameOf(item)}`), element("span", { class: "row" },
        element("button", { click: () => this.pick(item), "aria-label": `Pick ${nameOf(item)}` }, "Pick"),
        element("button", { click: () => this.showItem(item), "aria-label": `More like ${nameOf(item)}` }, "More like this"),
        state.user ? element("button", { click: (event) => this.send(item, event.target), "aria-label": `Tell the service that ${state.user} met ${nameOf(item)}` }, "Send event") : null)),
      element("p", { class: "soft" }, `${(item.attributes?.tags ?? []).join(", ")} · score ${item.score.toPrecision(3)}${stars}`),
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

  showItem(item) {
    const card = element("section", { class: "card", "aria-label": `More like ${nameOf(item)}` });
    this.item.replaceChildren(card);
    const close = () => element("button", { click: () => this.item.replaceChildren() }, "Close");
    const draw = (answer) => {
      const most = Math.max(...answer.neighbours.map((one) => one.score), 1e-12);
      const parts = answer.neighbours.map((one) => ({ label: nameOf(one), value: one.score, text: `${Math.round((one.score / most) * 100)}` }));
      const links = answer.neighbours.map((one) => element("li", {}, element("button", { click: () => this.showItem(one) }, nameOf(one))));
      return [element("h2", { tabindex: -1 }, `More like ${nameOf(item)}`), ...(parts.length ? [bars(parts, "How alike, the first being 100")] : [note("The model knows nothing that is like it.")]), element("ul", { class: "chips" }, links), close()];
    };
    into(card, () => service.neighbours(state.catalog, item.item_id, { n: 10, fields: FIELDS }), draw, (failure) => [note(explained(failure), "bad"), close()]).then(() => card.querySelector("h2")?.focus());
  }
}

/** @param {string} text */
function words(text) {
  return text.split(",").map((word) => word.trim()).filter(Boolean);
}

/** The title with its year, or the id. @param {any} item */
function nameOf(item) {
  const year = item.attributes?.year;
  const title = item.title || item.item_id;
  return year && !title.includes(String(year)) ? `${title} (${year})` : title;
}
