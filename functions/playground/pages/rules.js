/** Rules: the controls that say what may be recommended, and how they stand in a request. */

import { NARROW, announce, element, field, mark, note, paused } from "./dom.js";

/** Rules as they are at first. */
export const NO_RULES = { n: 10, diversity: 0, exclude_seen: true, tags: "", without: "", from: "", until: "", group: "", perGroup: "", promoted: "", share: 0.3 };

const MOST = 100;
const YEARS = { min: -9999, max: 9999 };
const TYPING_MILLISECONDS = 250;
const SUGGESTED = 200;
/** The field of a request that each control stands for. */
const SENT_AS = { tags: "filter.tags.any", without: "filter.tags.none", from: "filter.year", group: "max_per", promoted: "promote" };
const OF_TAGS = ["tags", "without", "promoted"];

/** A card with a control for each rule, where messages about a rule stand beside its control. */
export class Rules {
  /**
   * @param {Record<string, any>} state what the controls show and change @param {() => void} changed is called after each change
   * @param {(() => Promise<string[]>) | null} tagsOf the tags of the catalog; null where rules have only the controls that need no service
   */
  constructor(state, changed, tagsOf) {
    Object.assign(this, { state, changed, tagsOf, controls: {} });
    this.suggestions = element("datalist", { id: "tags-of-the-catalog" });
    this.none = note("No item is left with these rules. Loosen one of them.", "bad");
    const wide = !matchMedia(NARROW).matches;
    const details = element("details", { open: state.folded === undefined ? wide : !state.folded, toggle: (event) => { state.folded = !event.target.open; } }, element("summary", {}, element("h2", { class: "small" }, "Rules")), this.fields());
    this.part = element("section", { class: "card", "aria-label": "Rules" }, details);
  }

  fields() {
    const seen = element("input", { type: "checkbox", checked: this.state.exclude_seen, change: (event) => this.set("exclude_seen", event.target, event.target.checked) });
    return [
      field("Number of items", this.number("n", { min: 1, max: MOST, required: true }), `a whole number from 1 to ${MOST}`),
      this.tagsOf ? [
      field("Diversity", this.share("diversity"), "to the right, items that are less alike"),
      field("Only with one of these tags", this.text("tags", "Comedy, Drama")),
      field("Without these tags", this.text("without", "Horror")),
      element("div", { class: "pair" }, field("From year", this.number("from", YEARS)), field("Until year", this.number("until", YEARS))),
      element("div", { class: "pair" }, field("At most so many items", this.number("perGroup", { min: 1, max: 500 })), field("with the same", this.text("group", "year"))),
      element("p", { class: "soft" }, "Both fields belong together. With 1 and “year”, no two items are of the same year; an attribute such as “director” works like that too. With 2 and a tag such as “Comedy”, there are two comedies at most."),
      element("div", { class: "pair" }, field("Promote the tag", this.text("promoted", "Animation")), field("in this share of places", this.share("share"))),
      this.suggestions,
      ] : null,
      element("label", { class: "row" }, seen, "Leave out what is picked already"),
    ];
  }

  text(name, placeholder) {
    const taken = paused((control) => this.set(name, control, control.value), TYPING_MILLISECONDS);
    const suggest = (event) => this.suggest(event.target);
    return (this.controls[name] = element("input", { value: this.state[name], placeholder, autocomplete: "off", list: this.suggestions.id, focus: suggest, input: (event) => { suggest(event); taken(event.target); } }));
  }

  number(name, bounds) {
    const read = (control) => this.set(name, control, control.value === "" ? "" : Number(control.value));
    return (this.controls[name] = element("input", { type: "number", ...bounds, value: this.state[name], input: (event) => read(event.target) }));
  }

  share(name) {
    return element("input", { type: "range", min: 0, max: 1, step: 0.1, value: this.state[name], input: (event) => this.set(name, event.target, Number(event.target.value)) });
  }

  /** Takes a rule over, unless the control does not allow its value: then the limits stand beside it. */
  set(name, control, value) {
    this.last = control;
    const { min, max } = control;
    const wrong = control.validity.valid ? "" : `Use a whole number from ${min} to ${max}. The list is still as before.`;
    mark(control, wrong);
    if (wrong) return announce(wrong);
    this.state[name] = value;
    this.changed();
  }

  /** Offers the tags of the catalog for the last word of a control. */
  async suggest(control) {
    this.offered ??= this.tagsOf().catch(() => []);
    const tags = await this.offered;
    const before = control.value.slice(0, control.value.lastIndexOf(",") + 1);
    this.suggestions.replaceChildren(...tags.slice(0, SUGGESTED).map((tag) => element("option", { value: before ? `${before} ${tag}` : tag })));
  }

  /** Says beside the controls which of their tags no item has, and that nothing is left. @param {any} answer */
  answered(answer) {
    const unknown = new Map((answer.unknown_tags ?? []).map((one) => [one.tag, one]));
    const messages = OF_TAGS.map((name) => [name, words(this.state[name]).filter((tag) => unknown.has(tag)).map((tag) => unknownTag(unknown.get(tag))).join(" ")]);
    this.say(Object.fromEntries(messages));
    if (answer.recommendations.length) this.none.remove();
    else {
      this.place().after(this.none);
      if (this.part.contains(document.activeElement)) this.none.scrollIntoView({ block: "nearest" });
    }
  }

  /** Says beside the controls what the service refused. @param {any} failure */
  refused(failure) {
    const of = (sent) => (failure.errors ?? []).filter((one) => one.field.startsWith(sent)).map((one) => `${one.problem}; ${one.fix}.`).join(" ");
    this.say(Object.fromEntries(Object.entries(SENT_AS).map(([name, sent]) => [name, of(sent)])));
    this.none.remove();
  }

  say(messages) {
    for (const [name, control] of Object.entries(this.controls)) if (control.validity.valid) mark(control, messages[name]);
  }

  /** The control that was changed last, with what belongs to it. */
  place() {
    return this.last?.closest(".pair, .field, label") ?? this.part.querySelector("summary");
  }
}

/** @param {{tag: string, nearest?: string}} unknown */
function unknownTag({ tag, nearest }) {
  const capitals = nearest && nearest.toLowerCase() === tag.toLowerCase() ? " (capitals count)" : "";
  return `No item has the tag “${tag}”${nearest ? `; there is “${nearest}”${capitals}` : ""}.`;
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
