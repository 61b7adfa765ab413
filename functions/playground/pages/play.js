/** Play: levels and texts made on request, drawn, played, changed and proved. */

import { Board } from "./board.js";
import { graph } from "./charts.js";
import { NARROW, announce, choice, element, factList, field, into, note, save, table } from "./dom.js";
import { LevelFiles, addressOf } from "./files.js";
import { asTyped, formOf, markWrong } from "./form.js";
import { rangePart } from "./range.js";
import { explained, service } from "./service.js";
import { story } from "./story.js";
import { VaultForm } from "./vaults.js";

const THEMES = ["stone", "cave", "crypt", "forest", "ice"];
/** Kinds of which cells may be fixed and parts made again. */
const FREE = new Set(["maze", "chamber", "crypt", "platform", "sokoban", "runner"]);
const EXPLORED = 40;
const TEXTS = 5;

/** The level that was made last in this window, of which quests speak. @type {{kind: string, level: any} | null} */
let latest = null;

/** @param {string[]} path the kind, then its seed, then its spec and what else its request needs, both as JSON */
export async function playPart([kind, seed, spec = "{}", more = "{}"]) {
  let values;
  try {
    values = [spec, more].map((text) => Object(JSON.parse(text || "{}")));
  } catch {
    return [note("The end of this link is no JSON: copy the whole link again.", "bad")];
  }
  let games;
  try {
    games = await service.games();
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  const kinds = [...games.kinds, ...games.texts].map((one) => one.name);
  if (kind && !kinds.includes(kind)) return [note(`There is no kind “${kind}”. There are:`, "bad"), element("ul", { class: "chips" }, kinds.map((name) => element("li", {}, element("a", { href: `#play/${name}` }, name))))];
  return new Workshop(games, kind ?? "dungeon", seed, ...values).parts;
}

class Workshop {
  constructor(games, kind, seed, values, more) {
    this.levels = new Map(games.kinds.map((one) => [one.name, one]));
    this.texts = new Map(games.texts.map((one) => [one.name, one]));
    this.chosen = this.levels.get(kind) ?? this.texts.get(kind);
    this.theme = THEMES.includes(more.theme) ? more.theme : "stone";
    this.stage = element("div");
    this.said = element("div");
    this.space = element("div");
    this.seed = element("input", { id: "seed", value: seed ?? "", placeholder: "drawn anew", maxlength: 256, autocomplete: "off" });
    const narrow = matchMedia(NARROW).matches;
    this.parts = [element("div", { class: "columns wide" }, element("section", { class: "card", "aria-label": "What to make" }, this.settings(values, more.corpus, !narrow)), element("div", { class: "made" }, this.said, this.stage, this.space))];
    const kept = Object.fromEntries(["fixed", "base"].filter((name) => more[name]).map((name) => [name, more[name]]));
    this.make(kept, Array.isArray(more.changes) ? more.changes : []);
  }

  get isText() {
    return this.texts.has(this.chosen.name);
  }

  settings(values, corpus, open) {
    const kinds = [...this.levels.keys(), ...this.texts.keys()].map((name) => [name, name]);
    const kind = choice(kinds, this.chosen.name, { change: () => { location.hash = `#play/${kind.value}`; } });
    const theme = choice(THEMES.map((one) => [one, one]), this.theme, { change: () => { this.theme = theme.value; this.redraw?.(); } });
    const { vaults } = this.chosen.spec.properties;
    this.vaults = vaults && new VaultForm(vaults, values.vaults, () => this.theme);
    const form = formOf(this.chosen.spec, values, vaults && { vaults: this.vaults });
    this.read = form.read;
    this.named = new Map([...form.named, ["seed", this.seed]]);
    const button = (text, click) => element("button", { type: "button", click }, text);
    return [
      field("Kind", kind, this.chosen.description),
      element("form", { novalidate: true, submit: (event) => { event.preventDefault(); this.make(); } },
        element("div", { class: "row stays" }, element("button", { class: "main" }, "Make"), button("Another one", () => { this.seed.value = ""; this.make(); }), this.isText ? "" : button("Range", () => this.explore())),
        element("details", { open }, element("summary", {}, "Seed and controls"),
          field("Seed", this.seed, "the same seed makes the same content, on every machine"),
          this.isText ? "" : field("Theme", theme),
          this.corpora(corpus),
          element("p", { class: "soft" }, "A control takes a number, a range such as 3-8, or nothing."),
          form.controls)),
    ];
  }

  /** The choice among what the kind learned from, where there is one. @param {string} [chosen] */
  corpora(chosen) {
    const { corpora } = this.chosen;
    this.corpus = corpora.length > 1 ? choice(corpora.map((one) => [one.corpus, `${one.corpus}${one.ships ? "" : one.model_version ? " (yours)" : " (yours, not trained yet)"}`]), chosen ?? corpora[0].corpus) : null;
    if (this.corpus) this.named.set("corpus", this.corpus);
    return this.corpus ? field("Corpus", this.corpus, "the examples that it learned from") : "";
  }

  request(more = {}) {
    const seed = this.seed.value.trim();
    const spec = this.read();
    const corpus = this.corpus && this.corpus.value !== this.chosen.corpora[0].corpus ? { corpus: this.corpus.value } : {};
    return { ...(seed ? { seed: /^\d+$/.test(seed) && Number.isSafeInteger(Number(seed)) ? Number(seed) : seed } : {}), ...corpus, ...(Object.keys(spec).length ? { spec } : {}), ...more };
  }

  /** Makes what the form says. @param {object} [more] of the request @param {[number, number, string][]} [changes] of the level, afterwards */
  make(more = {}, changes = []) {
    const request = this.request(more);
    const kind = this.chosen.name;
    const show = ([answer, sent]) => {
      this.fine();
      return this.isText ? this.text(answer, sent) : this.level(answer, answer.items[0], sent, changes);
    };
    const call = async () => {
      const sent = kind === "quests" ? await withThings(request) : request;
      return [await service.generate(kind, this.isText ? { count: TEXTS, ...sent } : sent), sent];
    };
    return into(this.stage, call, show, (failure) => this.refuse(failure));
  }

  fine() {
    this.said.replaceChildren();
    markWrong(this.named, []);
  }

  /** Says what is wrong, beside the fields too, and leaves on the stage what stands there. */
  refuse(failure) {
    this.said.replaceChildren(note(asTyped(explained(failure)).replace(/^spec\.(.)/i, (_, first) => first.toUpperCase()), "bad"));
    markWrong(this.named, failure.errors ?? []);
    this.said.scrollIntoView({ block: "nearest" });
    return [...this.stage.childNodes];
  }

  text(answer, { spec, corpus }) {
    announce(`${answer.items.length} texts made`);
    this.seed.value = String(answer.items[0].seed);
    this.setAddress(addressOf(this.chosen.name, answer.items[0].seed, this.read(), corpus ? { corpus } : {}));
    const about = this.chosen.name === "quests" && latest && spec?.level?.grid === latest.level.grid ? element("p", { class: "soft" }, `About the ${latest.kind} of seed ${latest.level.seed}, which was made last here.`) : "";
    return [element("section", { class: "card" }, element("h2", {}, this.chosen.name), about, element("ul", { class: "items" }, answer.items.map((item) => element("li", {}, element("pre", { tabindex: 0 }, item.text), element("p", { class: "soft" }, `seed ${item.seed}${item.novel === false ? " · not new: it is in the corpus" : ""}`)))))];
  }

  /** Keeps the address up to date, so that a reload shows the same again. @param {string | null} address */
  setAddress(address) {
    if (this.stage.isConnected) history.replaceState(null, "", address ?? `#play/${encodeURIComponent(this.chosen.name)}`);
  }

  level(answer, item, request, changes) {
    const kind = this.chosen.name;
    latest = { kind, level: item };
    announce(`${kind} made from seed ${item.seed}`);
    const kept = request.fixed ? `${request.fixed.length} kept ${request.fixed.length === 1 ? "cell" : "cells"}` : request.base ? "what was kept of another level" : "";
    if (!kept) this.seed.value = String(item.seed);
    const ways = {
      theme: () => this.theme,
      again: FREE.has(kind) ? (more) => this.make(more) : null,
      vault: this.vaults ? (rows) => this.vaults.take(rows, `from seed ${item.seed}`.slice(0, 40)) : null,
      changed: () => about.update(),
    };
    const board = new Board(item, { kind, spec: request.spec }, ways, changes);
    const about = new About(this, board, { answer, item, request });
    this.redraw = () => { board.show(); about.update(); };
    about.update();
    board.show();
    return [element("section", { class: "card", "aria-label": "Level" },
      element("h2", {}, `${kind}, seed ${item.seed}`),
      kept ? element("p", { class: "soft" }, `Made around ${kept}, from this seed. “Make” begins anew from the seed of the form, without them.`) : "",
      board.parts, about.parts)];
  }

  /** Makes forty levels and shows where they lie in two controls; a click makes one from there. */
  explore() {
    const seed = Math.floor(Math.random() * 2 ** 40);
    const pick = (own) => { this.seed.value = String(own); this.make(); };
    const show = (answer) => { this.fine(); return rangePart(answer.items, pick); };
    const refuse = (failure) => { this.refuse(failure); return []; };
    into(this.space, () => service.generate(this.chosen.name, { ...this.request(), seed, count: EXPLORED }), show, refuse);
  }
}

/** What stands under a level: its proof, its controls, its files and its request, all of the level on the screen. */
class About {
  constructor(workshop, board, { answer, item, request }) {
    Object.assign(this, { workshop, board, answer, item });
    this.files = new LevelFiles(workshop.chosen.name, item, request, board, () => workshop.theme);
    this.format = choice(workshop.chosen.formats.map((one) => [one, one]), "tiled", { change: () => this.said.replaceChildren() });
    this.said = element("div");
    this.bodies = { facts: element("div"), mission: element("div"), story: element("div"), controls: element("div"), link: element("p", { class: "long" }), curl: element("pre", { tabindex: 0 }) };
    this.parts = [
      this.bodies.facts, this.bodies.story, this.bodies.mission,
      element("details", {}, element("summary", {}, "What was asked, and what the level has"), this.bodies.controls),
      element("details", {}, element("summary", {}, "Files"), element("div", { class: "row end" }, field("Format", this.format), element("button", { click: () => this.download() }, "Download")), this.said, this.bodies.link),
      element("details", {}, element("summary", {}, "The same as a request"), this.bodies.curl),
    ];
  }

  /** Draws all of it anew, for the level as it is on the screen now. */
  update() {
    const { board, item, bodies, files } = this;
    const { certificate, verdict } = board;
    const unproved = !verdict ? "none yet: the level was changed" : verdict.decided ? "none: it cannot be finished" : "none was found";
    bodies.facts.replaceChildren(factList([["Proof", certificate ? `${certificate.length} ${certificate.length === 1 ? "move" : "moves"}: ${shortened(certificate.moves)}` : unproved], ["Licence", this.answer.licence]]));
    const mission = board.changed ? undefined : item.mission;
    const grid = board.grid.join("\n");
    if (grid !== this.drawn) {
      this.drawn = grid;
      this.said.replaceChildren();
      bodies.mission.replaceChildren(mission ? element("details", { open: true }, element("summary", {}, "Mission: what must be done before what"), missionGraph(mission)) : "");
      bodies.story.replaceChildren(story(files.kind, { ...item, grid: board.grid, mission }));
      latest = { kind: files.kind, level: { ...item, grid: board.grid, mission } };
    }
    bodies.controls.replaceChildren(this.controls());
    const { address } = files;
    this.workshop.setAddress(address);
    const href = address && new URL(address, location.href).href;
    bodies.link.replaceChildren(...(href ? ["Link to this level: ", element("a", { href }, href)] : ["This level is too large for a link: keep its file, or the request below."]));
    bodies.curl.textContent = files.curl;
  }

  controls() {
    const { board, item } = this;
    if (board.changed && !board.verdict) return note("The level was changed: it is measured when it is proved again.");
    const rows = Object.entries(item.controls).map(([name, one]) => {
      const measured = board.changed ? board.verdict.measured[name] : one.measured;
      return [name.replaceAll("_", " "), text(one.asked), measured === undefined ? "not measured" : text(measured), measured === undefined ? "" : (board.changed ? isMet(one.asked, measured) : one.met) ? "yes" : "no"];
    });
    return table("Controls", ["control", "asked", "measured", "met"], rows);
  }

  async download() {
    this.said.replaceChildren();
    try {
      const file = await this.files.take(this.format.value);
      if (file) save(file.name, file);
      this.said.replaceChildren(file ? note(`${file.name} is downloaded.`, "good") : note("This level cannot be finished, so it has no file; the reasons stand above.", "bad"));
    } catch (failure) {
      this.said.replaceChildren(note(explained(failure), "bad"));
    }
  }
}

/** A request for quests that has something to speak of: what was typed, the level that was made last here, or a dungeon. */
async function withThings(request) {
  const { level, mission, facts } = request.spec ?? {};
  if (level || mission || facts) return request;
  latest ??= { kind: "dungeon", level: (await service.generate("dungeon", {})).items[0] };
  return { ...request, spec: { ...request.spec, level: { grid: latest.level.grid, legend: latest.level.legend } } };
}

function missionGraph(mission) {
  const needs = mission.edges.map((edge) => ({ from: edge.from, to: edge.to, strong: edge.kind === "opens" }));
  return graph(mission.nodes.map((node) => node.id), needs, "Mission");
}

/** Whether a measure is what was asked: the same, or within a range. */
function isMet(asked, measured) {
  if (Array.isArray(asked)) return measured >= asked[0] && measured <= asked[1];
  return asked === null || JSON.stringify(asked) === JSON.stringify(measured);
}

function text(value) {
  if (value === null || value === undefined) return "any";
  if (Array.isArray(value)) return value.join("-");
  return typeof value === "object" ? `column ${value.x + 1}, row ${value.y + 1}` : String(value);
}

function shortened(moves) {
  return moves.length > 80 ? `${moves.slice(0, 79)}…` : moves;
}
