/** Operate: catalogs, versions, trainings, imports and use, and the few things that an operator changes. */

import { announce, choice, element, factList, field, note, table } from "./dom.js";
import { explained, into, service } from "./service.js";

const LOOK_MILLISECONDS = 2000;
const METRICS = ["ndcg@100", "recall@20", "coverage@20", "novelty@20"];
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
  if (!catalogs.length) return [note("There is no catalog yet. Import events: doublebill import CATALOG --events FILE."), use];
  const names = catalogs.map((one) => one.catalog);
  const chosen = catalogs.find((one) => one.catalog === catalog) ?? catalogs[0];
  const select = choice(names.map((name) => [name, name]), chosen.catalog, { change: () => { location.hash = `#operate/${select.value}`; } });
  return [field("Catalog", select), new Desk(chosen).part, use];
}

class Desk {
  constructor(overview) {
    this.catalog = overview.catalog;
    const [versions, trainings, imports] = ["Versions", "Trainings", "Imports"].map((name) => element("section", { class: "card", "aria-label": name }));
    Object.assign(this, { versions, trainings, imports });
    const counts = overview.counts ?? {};
    const facts = factList([["Champion", overview.champion ?? "none yet"], ["Events", counts.events?.toLocaleString()], ["Users", counts.users?.toLocaleString()], ["Items", counts.items?.toLocaleString()], ["Newest event", counts.newest?.slice(0, 16).replace("T", " ")]]);
    this.part = element("div", {}, element("section", { class: "card", "aria-label": "Overview" }, element("h2", {}, this.catalog), facts), versions, trainings, imports);
    this.showVersions();
    this.showTrainings();
    const refuse = (failure) => [element("h2", {}, "Imports"), note(explained(failure), "bad")];
    into(imports, () => service.imports(this.catalog), (answer) => this.importTable(answer), refuse);
  }

  showVersions() {
    return into(this.versions, () => service.models(this.catalog, { n: 20 }), (answer) => this.versionTable(answer), (failure) => [element("h2", {}, "Versions"), note(explained(failure), "bad")]);
  }

  versionTable(answer) {
    const rows = answer.models.map((one) => [
      element("code", {}, one.version.slice(0, 12)),
      one.champion ? "champion" : one.challenger ? `challenger, ${Math.round(answer.share * 100)} %` : "",
      one.created?.slice(0, 16).replace("T", " "),
      ...METRICS.map((name) => measured(one.report, name)),
      one.champion ? "" : element("button", { click: () => this.promote(one, answer), "aria-label": `Promote ${one.version.slice(0, 12)}` }, "Promote"),
    ]);
    const why = answer.models.find((one) => one.champion)?.why;
    return [element("h2", {}, "Versions"), table("Versions", ["version", "", "made", ...METRICS, ""], rows), why ? element("p", { class: "soft" }, `Why the champion stands: ${why}`) : ""];
  }

  /** Says what a promotion would change, then does it. */
  promote(version, answer) {
    const champion = answer.models.find((one) => one.champion);
    const changes = METRICS.map((name) => [name, measured(champion?.report, name), measured(version.report, name)]);
    const close = () => ask.remove();
    const yes = async () => {
      try {
        await service.promote(this.catalog, version.version);
        announce("The version is champion now");
        await this.showVersions();
      } catch (failure) {
        ask.append(note(explained(failure), "bad"));
      }
    };
    const ask = element("div", { class: "note", role: "group", "aria-label": "Promote" }, element("p", {}, `Version ${version.version.slice(0, 12)} would answer in place of the champion. Each figure was measured when its version was trained.`), table("What changes", ["metric", "champion now", "this version"], changes), element("div", { class: "row" }, element("button", { class: "main", click: yes }, "Promote it"), element("button", { click: close }, "Leave it")));
    this.versions.append(ask);
    ask.querySelector("button").focus();
  }

  showTrainings() {
    return into(this.trainings, () => service.trainings(this.catalog, { n: 10 }), (answer) => this.trainingTable(answer), (failure) => [element("h2", {}, "Trainings"), note(explained(failure), "bad")]);
  }

  trainingTable(answer) {
    const running = answer.runs.find((one) => one.state === "queued" || one.state === "running");
    clearInterval(looking);
    if (running) looking = setInterval(() => (this.trainings.isConnected ? this.showTrainings() : clearInterval(looking)), LOOK_MILLISECONDS);
    const rows = answer.runs.map((one) => [one.created.slice(0, 16).replace("T", " "), one.state, one.seconds ? `${Math.round(one.seconds)} s` : "", one.tried ? `${one.tried} of ${one.of}` : "", one.state !== "succeeded" ? "" : one.promoted ? "yes" : "no", one.why ?? one.error ?? ""]);
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

  importTable(answer) {
    const rows = answer.imports.map((one) => [one.file ?? one.import_id, one.kind, one.accepted?.toLocaleString(), one.quarantined ? element("details", {}, element("summary", {}, String(one.quarantined)), element("pre", {}, JSON.stringify(one.reasons ?? one.quarantine ?? {}, null, 1))) : "0", new Date(one.imported_ms).toISOString().slice(0, 16).replace("T", " ")]);
    return [element("h2", {}, "Imports"), rows.length ? table("Imports", ["file", "holds", "accepted", "not read", "imported"], rows) : note("No file was imported; events came by requests.")];
  }
}

function measured(report, name) {
  const value = report?.metrics?.[name];
  if (value === undefined || value === null) return "–";
  const interval = report.intervals?.[name];
  return interval ? `${value.toFixed(3)} (${interval[0].toFixed(3)}–${interval[1].toFixed(3)})` : value.toFixed(3);
}

function usage(answer) {
  const rows = answer.usage.flatMap((day) => day.routes.map((route) => [day.day, day.caller, route.route, String(route.requests), String(route.failed), String(Math.round(route.milliseconds / Math.max(route.requests, 1)))]));
  return [element("h2", {}, "Use in the last seven days"), rows.length ? table("Use", ["day", "caller", "route", "requests", "failed", "ms on average"], rows) : note("No requests yet.")];
}
