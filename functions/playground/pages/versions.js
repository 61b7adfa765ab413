/** Versions of a catalog: their figures, the card of one, and what a promotion would change. */

import { besidePart } from "./beside.js";
import { announce, choice, element, factList, field, into, note, table } from "./dom.js";
import { picksOf } from "./recommend.js";
import { explained, service } from "./service.js";

const DECIDES = "ndcg@100";
const FEWEST_TO_JUDGE = 10;
const METRICS = ["ndcg@100", "recall@20", "coverage@20", "novelty@20"];
/** The champion and the version that would take its place, as columns are headed. */
const NOW_AND_THEN = ["the champion now", "this version"];
const RIGHT = "An operator's token is needed to promote.";

export class Versions {
  /** @param {string} catalog @param {(version: string | undefined) => void} changed gets the champion whenever they are shown */
  constructor(catalog, changed) {
    Object.assign(this, { catalog, changed });
    this.part = element("section", { class: "card", "aria-label": "Versions" });
    this.about = element("div");
    this.done = element("div");
    this.show();
  }

  show() {
    const refuse = (failure) => [element("h2", {}, "Versions"), note(explained(failure), "bad")];
    return into(this.part, () => service.models(this.catalog, { n: 20 }), (answer) => this.drawn(answer), refuse);
  }

  drawn(answer) {
    const champion = answer.models.find((one) => one.champion);
    this.changed(champion?.version);
    const rows = answer.models.map((one) => [
      element("code", {}, short(one.version)),
      one.champion ? "champion" : one.challenger ? `challenger, ${Math.round(answer.share * 100)} %` : "",
      moment(one.created),
      ...METRICS.map((name) => measured(one.report, name)),
      element("div", { class: "row tight" },
        element("button", { click: () => this.showCard(one), "aria-label": `About version ${short(one.version)}` }, "About"),
        one.champion ? null : element("button", { click: () => this.ask(one, champion), "aria-label": `${verb(one, champion)} version ${short(one.version)}` }, verb(one, champion))),
    ]);
    this.about.replaceChildren();
    this.models = answer.models;
    const why = champion?.why ? element("p", { class: "soft" }, `Why the champion stands: ${champion.why}`) : "";
    const versions = rows.length ? table("Versions", ["version", "", "made", ...METRICS, ""], rows) : note("No version yet. Train the catalog.");
    return [element("h2", {}, "Versions"), this.done, versions, rows.length > 1 ? this.compareForm(champion) : "", element("p", { class: "soft" }, "In brackets the 95 % interval. Each figure is of users, or of a time, that the training did not see."), why, this.about];
  }

  /** Shows what a version was made of, and its privacy card. */
  showCard(version) {
    const place = element("section", { class: "note", "aria-label": `Version ${short(version.version)}` });
    this.about.replaceChildren(place);
    const close = element("button", { click: () => this.about.replaceChildren() }, "Close");
    into(place, () => service.model(this.catalog, version.version), (card) => [...cardParts(card), close], (failure) => [note(explained(failure), "bad"), close]).then(() => place.querySelector("h3")?.focus());
  }

  /** A form that shows any two versions beside each other, and changes nothing. */
  compareForm(champion) {
    const options = this.models.map((one) => [one.version, nameIn(one)]);
    const first = champion?.version ?? this.models[0].version;
    const second = this.models.find((one) => one.version !== first).version;
    const [left, right] = [choice(options, first), choice(options, second)];
    const submit = (event) => { event.preventDefault(); this.compare(left.value, right.value); };
    return element("form", { submit, "aria-label": "Compare two versions" }, element("div", { class: "row end" }, field("Compare", left), field("with", right), element("button", {}, "Compare")));
  }

  /** Shows what two versions differ in. @param {string} left @param {string} right */
  compare(left, right) {
    const place = element("section", { class: "note", "aria-label": "Comparison" });
    this.about.replaceChildren(place);
    const close = element("button", { click: () => this.about.replaceChildren() }, "Close");
    const champion = this.models.find((one) => one.champion)?.version;
    const names = [left, right].map((version) => `${short(version)}${version === champion ? " (champion)" : ""}`);
    const both = () => Promise.all([left, right].map((version) => service.model(this.catalog, version)));
    const draw = ([one, other]) => [
      element("h3", { tabindex: -1 }, `${names[0]} and ${names[1]}`),
      ...(left === right ? [note("Both are the same version. Choose two.")] : [
        ...comparisonParts(this.catalog, one, other, names), besidePart(this.catalog, [left, right], names, picksOf(this.catalog)),
      ]),
      close,
    ];
    into(place, both, draw, (failure) => [note(explained(failure), "bad"), close]).then(() => place.querySelector("h3")?.focus());
  }

  /** Says what a promotion would change, then does it. */
  ask(version, champion) {
    const place = element("section", { class: "note", "aria-label": verb(version, champion) });
    this.about.replaceChildren(place);
    const close = element("button", { click: () => this.about.replaceChildren() }, "Leave it");
    const both = () => Promise.all([champion ? service.model(this.catalog, champion.version) : null, service.model(this.catalog, version.version)]);
    const doing = champion && version.created < champion.created ? "Roll back to it" : "Promote it";
    const draw = ([now, then]) => [...changeParts(this.catalog, now, then, verb(version, champion)), now ? besidePart(this.catalog, [now.version, then.version], NOW_AND_THEN, picksOf(this.catalog)) : "", element("div", { class: "row" }, element("button", { class: "main", click: () => this.promote(version, place) }, doing), close)];
    into(place, both, draw, (failure) => [note(explained(failure), "bad"), close]).then(() => place.querySelector("h3")?.focus());
  }

  async promote(version, place) {
    try {
      const { training_id } = await service.promote(this.catalog, version.version);
      await this.show();
      const done = note(training_id ? `Version ${short(version.version)} was trained on users who are erased since. Its config is being trained again without them: ${training_id}.` : `Version ${short(version.version)} is the champion now, and answers. The version before it stays in this list.`, "good");
      done.tabIndex = -1;
      this.done.replaceChildren(done);
      done.focus();
      done.scrollIntoView({ block: "center" });
      announce(done.textContent);
    } catch (failure) {
      place.append(note(`${explained(failure)} ${failure.status === 403 ? RIGHT : ""}`, "bad"));
    }
  }
}

function cardParts(card) {
  const privacy = card.privacy_card;
  return [
    element("h3", { tabindex: -1 }, `Version ${short(card.version)}`),
    factList([["Whole name", element("code", {}, card.version)], ["Size", `${(card.size_bytes / 1e6).toFixed(1)} MB`], ...dataFacts(card), ["Baseline", card.baseline], ["Why", card.why]]),
    ...card.warnings.map((one) => note(one)),
    json("Config", card.config),
    card.data?.report ? json("Data report: what the training read", card.data.report) : "",
    element("h3", {}, "Privacy card"),
    ...(privacy ? privacyParts(privacy) : [note("This version was made before there were privacy cards. Train the catalog again.")]),
  ];
}

function json(title, content) {
  return element("details", {}, element("summary", {}, title), element("pre", { tabindex: 0 }, JSON.stringify(content, null, 1)));
}

function privacyParts(card) {
  const unique = Object.entries(card.unique).map(([items, share]) => [`${items} items`, share === null ? "too few users to say" : `${(share * 100).toFixed(0)} % of users`]);
  return [
    factList([
      ["Protection", card.epsilon === null ? `an edge needs ${card.minimum_users} users` : `differential privacy, ε = ${card.epsilon}, δ = ${card.delta}`],
      ["Items of one user that count", `${card.most_items} at most`],
      ["Users", card.users?.toLocaleString() ?? "secret too"], ["Events", card.events?.toLocaleString() ?? "secret too"],
      ["Rows count for", card.retention_days === null ? "ever" : `${card.retention_days} days`],
      ["Key of the pseudonyms", card.key_id && element("code", {}, card.key_id)],
      ["Budget after it", card.spent && JSON.stringify(card.spent)],
    ]),
    unique.length ? table("Users whom a few of their items single out", ["so many of their items", "single out"], unique) : "",
    element("p", {}, "Collected"), element("ul", {}, card.collected.map((one) => element("li", {}, one))),
    element("p", {}, "Not covered"), element("ul", {}, card.not_covered.map((one) => element("li", {}, one))),
  ];
}

function changeParts(catalog, now, then, doing) {
  return [
    element("h3", { tabindex: -1 }, `${doing}: version ${short(then.version)}`),
    element("p", {}, now ? `It would answer in place of ${short(now.version)}.` : "It would be the first champion."),
    ...comparisonParts(catalog, now, then, NOW_AND_THEN),
  ];
}

/** What two versions differ in: their figures, data and settings. @param {any} now none for a first champion @param {[string, string]} names of the columns */
function comparisonParts(catalog, now, then, names) {
  const figures = METRICS.map((name) => [name, measured(now?.report, name), measured(then.report, name), difference(now?.report, then.report, name)]);
  const settings = changed(flat(now?.config ?? {}), flat(then.config));
  const data = changed(Object.fromEntries(now ? dataFacts(now) : []), Object.fromEntries(dataFacts(then)));
  return [
    now ? verdict(catalog, now, then, names) : "",
    now ? element("p", {}, "Each figure was measured when its version was trained, so compare them only where the data are the same.") : "",
    table("Figures", ["metric", ...names, `${names[1]} − ${names[0]}`], figures),
    data.length ? table("Data", ["data", ...names], data) : element("p", { class: "soft" }, "Both were trained on the same amount of data."),
    settings.length ? element("details", {}, element("summary", {}, `${settings.length} settings differ`), table("Settings", ["setting", ...names], settings)) : element("p", { class: "soft" }, "Both have the same config."),
  ];
}

/** The sentence that says which is better, where the training of one of them measured both on the same users. */
function verdict(catalog, now, then, [first, second]) {
  const ahead = then.report?.champion?.version === now.version ? paired(then.report, 1) : now.report?.champion?.version === then.version ? paired(now.report, -1) : undefined;
  if (!ahead) return element("p", {}, "No verdict: no training measured both on the same users. This command does: ", element("code", {}, `doublebill compare ${catalog} ${now.version} ${then.version}`));
  const { difference, low, high, users } = ahead;
  const same = users < FEWEST_TO_JUDGE || (low <= 0 && high >= 0);
  const found = same ? "not distinguishable from" : low > 0 ? "better than" : "worse than";
  const few = users < FEWEST_TO_JUDGE ? `; fewer than ${FEWEST_TO_JUDGE} users are too few to judge by` : "";
  return element("p", {}, element("b", {}, `Verdict: ${second} is ${found} ${first}`), ` in ${DECIDES} on ${users.toLocaleString()} users, on whom a training measured both: the difference is ${signed(difference)}, with a 95 % interval of ${signed(low)} to ${signed(high)}${few}.`);
}

/** The difference of a report to its champion; `sign` is -1 for the other way round. */
function paired(report, sign) {
  const over = report.over_champion?.[DECIDES];
  if (!over || typeof over.low !== "number") return undefined;
  const [low, high] = [over.low * sign, over.high * sign].sort((one, other) => one - other);
  return { difference: over.difference * sign, low, high, users: over.users };
}

/** @returns {[string, string | undefined][]} */
function dataFacts(card) {
  const { users, items, events, interactions } = card.data ?? {};
  const count = (value) => (typeof value === "number" ? value.toLocaleString() : undefined);
  return [["Made", moment(card.created)], ["Trained on users", count(users)], ["Trained on items", count(items)], ["Trained on events", count(events ?? interactions)]];
}

/** The rows in which two sets of values differ. */
function changed(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => before[name] !== after[name]).map((name) => [name, before[name], after[name]]);
}

/** The leaves of an object by their whole names. */
function flat(values, prefix = "") {
  return Object.assign({}, ...Object.entries(values).map(([name, value]) => (value && typeof value === "object" && !Array.isArray(value) ? flat(value, `${prefix}${name}.`) : { [prefix + name]: JSON.stringify(value) })));
}

/** A version as it is named among others. */
function nameIn({ version, champion, created }) {
  return `${short(version)} of ${moment(created)}${champion ? " (champion)" : ""}`;
}

function verb(version, champion) {
  return champion && version.created < champion.created ? "Roll back" : "Promote";
}

function difference(before, after, name) {
  const [one, other] = [before?.metrics?.[name], after?.metrics?.[name]];
  if (typeof one !== "number" || typeof other !== "number") return "–";
  return signed(other - one);
}

/** @param {number} value */
function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function measured(report, name) {
  const value = report?.metrics?.[name];
  if (value === undefined || value === null) return "–";
  const interval = report.intervals?.[name];
  return interval ? `${value.toFixed(3)} (${interval[0].toFixed(3)}–${interval[1].toFixed(3)})` : value.toFixed(3);
}

/** @param {string} version */
export function short(version) {
  return version.slice(0, 12);
}

/** A moment as a person reads it, in UTC. @param {string | undefined} iso */
export function moment(iso) {
  return iso?.slice(0, 16).replace("T", " ");
}
