/** Operate: catalogs, versions, trainings, imports, people and use, and the few things that an operator changes. */

import { NARROW, announce, choice, element, factList, field, into, note, table } from "./dom.js";
import { explained, service } from "./service.js";
import { Versions, moment, short } from "./versions.js";

const LOOK_MILLISECONDS = 2000;
let looking;

/** @param {string[]} path the catalog */
export async function operatePart([catalog]) {
  clearInterval(looking);
  let catalogs;
  try {
    ({ catalogs } = await service.catalogs());
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  const use = element("section", { class: "card", "aria-label": "Use" });
  into(use, () => service.usage({ days: 7 }), usage, (failure) => [element("h2", {}, "Use"), note(explained(failure), "bad")]);
  if (!catalogs.length) return [note("There is no catalog yet. Import events: doublebill import CATALOG --events FILE. Or fetch and train real films: doublebill try."), use];
  const names = catalogs.map((one) => one.catalog);
  if (catalog && !names.includes(catalog)) {
    const others = names.map((name) => element("li", {}, element("a", { href: `#operate/${encodeURIComponent(name)}` }, name)));
    return [note(`There is no catalog “${catalog}” here.`, "bad"), element("h2", {}, "Catalogs"), element("ul", {}, others), use];
  }
  const chosen = catalogs.find((one) => one.catalog === catalog) ?? catalogs[0];
  const select = choice(names.map((name) => [name, name]), chosen.catalog, { change: () => { location.hash = `#operate/${select.value}`; } });
  return [element("div", { class: "narrow" }, field("Catalog", select)), new Desk(chosen).part, use];
}

class Desk {
  constructor(overview) {
    this.catalog = overview.catalog;
    const [trainings, imports, people] = ["Trainings", "Imports", "People"].map((name) => element("section", { class: "card", "aria-label": name }));
    Object.assign(this, { trainings, imports, people, champion: element("span", {}, "none yet") });
    this.versions = new Versions(overview.catalog, (version) => this.champion.replaceChildren(version ? element("code", {}, short(version)) : "none yet"));
    const counts = overview.counts ?? {};
    const facts = factList([["Champion", this.champion], ["Events", counts.events?.toLocaleString()], ["Users", counts.users?.toLocaleString()], ["Items", counts.items?.toLocaleString()], ["Newest event", moment(counts.newest)]]);
    this.part = element("div", {}, element("section", { class: "card", "aria-label": "Overview" }, element("h2", {}, this.catalog), facts), this.versions.part, trainings, imports, people);
    this.showTrainings();
    into(imports, () => service.imports(this.catalog), importTable, (failure) => [element("h2", {}, "Imports"), note(explained(failure), "bad")]);
    this.showPeople();
  }

  showTrainings() {
    return into(this.trainings, () => service.trainings(this.catalog, { n: 10 }), (answer) => this.trainingTable(answer), (failure) => [element("h2", {}, "Trainings"), note(explained(failure), "bad")]);
  }

  trainingTable(answer) {
    const running = answer.runs.find((one) => one.state === "queued" || one.state === "running");
    if (this.running && !running) this.versions.show();
    this.running = running;
    clearInterval(looking);
    if (running) looking = setInterval(() => (this.trainings.isConnected ? this.showTrainings() : clearInterval(looking)), LOOK_MILLISECONDS);
    const rows = answer.runs.map((one) => [moment(one.created), one.state, one.seconds ? `${Math.round(one.seconds)} s` : "", one.tried ? `${one.tried} of ${one.of}` : "", one.state !== "succeeded" ? "" : one.promoted ? "yes" : "no", reasonOf(one)]);
    const start = element("button", { class: "main", disabled: Boolean(running), click: () => this.train() }, running ? "A training is running" : "Train now");
    return [element("h2", {}, "Trainings"), element("div", { class: "row" }, start), running ? element("progress", { "aria-label": "A training is running" }) : "", rows.length ? table("Trainings", ["begun", "state", "took", "configs tried", "promoted", "why"], rows) : note("No training yet.")];
  }

  async train() {
    try {
      await service.startTraining(this.catalog);
      announce("A training has begun");
      await this.showTrainings();
    } catch (failure) {
      this.trainings.append(note(explained(failure), "bad"));
    }
  }

  /** Lists the erasures, below a form that erases a user. */
  showPeople() {
    const refuse = (failure) => [element("h2", {}, "People"), note(explained(failure), "bad")];
    return into(this.people, () => service.erasures(this.catalog), (answer) => this.peopleParts(answer), refuse);
  }

  peopleParts(answer) {
    const rows = answer.erasures.map((one) => [moment(one.erased), one.state, one.users.toLocaleString(), element("button", { click: () => this.showErasure(() => service.erasure(this.catalog, one.erasure_id)), "aria-label": `Receipt of the erasure of ${moment(one.erased)}` }, "Receipt")]);
    const user = element("input", { required: true, maxlength: 256, autocomplete: "off", spellcheck: "false" });
    const ask = element("form", { submit: (event) => { event.preventDefault(); this.confirmErasure(user.value); } }, element("div", { class: "row end" }, field("User id", user), element("button", {}, "Erase …")));
    this.receipt = element("div");
    return [element("h2", {}, "People"), element("p", {}, "Erases all that is stored of a user, trains again where a version was trained on it, and seals a receipt."), ask, this.receipt, rows.length ? table("Erasures", ["erased", "state", "users", ""], rows) : note("Nobody was erased yet.")];
  }

  confirmErasure(user) {
    const yes = async () => { await this.showErasure(() => service.eraseUser(this.catalog, user)); };
    const no = element("button", { click: () => this.receipt.replaceChildren() }, "Leave it");
    this.receipt.replaceChildren(element("div", { class: "note", role: "group", "aria-label": "Erase" }, element("p", {}, `Everything of user ${user} in ${this.catalog} will be gone. This cannot be undone. Where versions were trained on the user, a training without them begins; once its version answers, the earlier ones are refused, and going back to one fits its config again on the data of today. With a mistyped id nothing is removed: the receipt says 0 events.`), element("div", { class: "row" }, element("button", { class: "main", click: yes }, "Erase the user"), no)));
    no.focus();
  }

  /** Shows an erasure, and looks again until it is complete. @param {() => Promise<any>} call */
  async showErasure(call) {
    const place = element("section", { class: "note", "aria-label": "Receipt" });
    this.receipt.replaceChildren(place);
    const draw = (one) => {
      if (one.state !== "complete") setTimeout(() => place.isConnected && this.showErasure(() => service.erasure(this.catalog, one.erasure_id)), LOOK_MILLISECONDS);
      return erasureParts(one);
    };
    await into(place, call, draw, (failure) => [note(explained(failure), "bad")]);
  }
}

/** Why a version was promoted or not, or a training failed: folded where it would make rows of a narrow table very high. */
function reasonOf({ why, error }) {
  const text = why ?? error ?? "";
  return text && matchMedia(NARROW).matches ? element("details", {}, element("summary", {}, why === undefined ? "error" : "why"), text) : text;
}

const STATES = { erasing: "The rows are being removed.", sweeping: "All of it is removed; what was on its way may still land, so a last look follows within a minute.", training: "All of it is removed. The receipt is sealed when a version without the user answers.", complete: "Complete." };

function erasureParts(one) {
  const { receipt } = one;
  announce(STATES[one.state] ?? one.state);
  return [
    element("h3", {}, receipt ? "Receipt" : "Erasure"),
    receipt ? "" : element("progress", { "aria-label": "The erasure is going on" }),
    factList([
      ["State", STATES[one.state] ?? one.state], ["Why", one.reason], ["Erasure", element("code", {}, one.erasure_id)], ["From then on nothing older counts", moment(one.erased)], ["Complete since", moment(receipt?.completed)],
      ["Events removed", one.events?.toLocaleString()], ["Support ids", element("code", {}, one.support_ids.join(" "))],
      ["Versions that were trained on them", one.versions && (one.versions.map((version) => short(version.version)).join(", ") || "none")], ["Training without them", one.training_id && element("code", {}, one.training_id)],
    ]),
    receipt ? table("Copies that stay for a while", ["place", "until"], receipt.remains.map((copy) => [copy.place, copy.until])) : "",
    receipt ? element("details", {}, element("summary", {}, "The sealed receipt"), element("pre", { tabindex: 0 }, JSON.stringify(receipt, null, 1))) : "",
  ];
}

function importTable(answer) {
  const rows = answer.imports.map((one) => [one.file ?? one.import_id, one.kind, one.accepted.toLocaleString(), one.quarantined.toLocaleString(), one.users?.toLocaleString(), one.items.toLocaleString(), one.imported_ms ? moment(new Date(one.imported_ms).toISOString()) : ""]);
  const bad = answer.imports.some((one) => one.quarantined);
  return [
    element("h2", {}, "Imports"),
    rows.length ? table("Imports", ["file", "holds", "rows accepted", "rows refused", "users", "items", "imported"], rows) : note("No file was imported; events came by requests."),
    bad ? element("p", { class: "soft" }, "Rows that could not be read are in quarantine, with their lines and reasons: doublebill imports bad CATALOG IMPORT shows them.") : "",
    ...answer.skipped.map((one) => note(`${one.name}: ${one.problem}`, "bad")),
  ];
}

function usage(answer) {
  const rows = answer.usage.flatMap((day) => day.routes.map((route) => [day.day, day.caller, route.route, String(route.requests), String(route.failed), String(Math.round(route.milliseconds / Math.max(route.requests, 1)))]));
  return [element("h2", {}, "Use in the last seven days"), rows.length ? table("Use", ["day", "caller", "route", "requests", "failed in the service", "ms on average"], rows) : note("No requests yet."), rows.length ? element("p", { class: "soft" }, "A request that the service refuses, for example since a field is wrong, is counted as a request. It has not failed in the service.") : ""];
}
