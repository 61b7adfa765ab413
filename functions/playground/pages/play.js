/** Play: levels and texts made on request, drawn, walked through, changed and proved. */

import { Board } from "./board.js";
import { graph, heatMap } from "./charts.js";
import { announce, choice, element, factList, field, into, note, save, table } from "./dom.js";
import { formOf } from "./form.js";
import { cellsOf } from "./level.js";
import { asCurl, explained, service } from "./service.js";
import { VaultForm } from "./vaults.js";

const THEMES = ["stone", "cave", "crypt", "forest", "ice"];
const FORMATS = ["json", "text", "csv", "xsb", "tiled", "tmx", "ldtk", "godot", "uvtt", "svg", "png"];
const EMPTY = new Set(["wall", "floor"]);
/** Kinds of which cells may be fixed and parts made again. */
const FREE = new Set(["maze", "chamber", "crypt", "platform", "sokoban", "runner"]);

/** @param {string[]} path the kind, then its seed, then its spec as JSON */
export async function playPart([kind, seed, spec = "{}"]) {
  let values;
  try {
    values = Object(JSON.parse(spec));
  } catch {
    return [note("The end of this link is no JSON: copy the whole link again.", "bad")];
  }
  let games;
  try {
    games = await service.games();
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  return new Workshop(games, kind, seed, values).parts;
}

class Workshop {
  constructor(games, kind, seed, values) {
    this.levels = new Map(games.kinds.map((one) => [one.name, one]));
    this.texts = new Map(games.texts.map((one) => [one.name, one]));
    this.chosen = this.levels.get(kind) ?? this.texts.get(kind) ?? this.levels.get("dungeon") ?? games.kinds[0];
    this.theme = "stone";
    this.stage = element("div");
    this.space = element("div");
    this.form = element("div");
    this.seed = element("input", { value: seed ?? "", placeholder: "drawn anew", maxlength: 256, autocomplete: "off" });
    this.parts = [element("div", { class: "columns wide" }, element("section", { class: "card", "aria-label": "What to make" }, this.settings(values)), element("div", {}, this.stage, this.space))];
    this.make();
  }

  get isText() {
    return this.texts.has(this.chosen.name);
  }

  settings(values) {
    const kinds = [...this.levels.keys(), ...this.texts.keys()].map((name) => [name, name]);
    const kind = choice(kinds, this.chosen.name, { change: () => { location.hash = `#play/${kind.value}`; } });
    const theme = choice(THEMES.map((one) => [one, one]), this.theme, { change: () => { this.theme = theme.value; this.redraw?.(); } });
    const { vaults } = this.chosen.spec.properties;
    this.vaults = vaults && new VaultForm(vaults, values.vaults, () => this.theme);
    const { controls, read } = formOf(this.chosen.spec, values, vaults && { vaults: this.vaults });
    this.read = read;
    return [
      field("Kind", kind, this.chosen.description),
      this.isText ? "" : field("Theme", theme),
      field("Seed", this.seed, "the same seed makes the same content, on every machine"),
      element("form", { submit: (event) => { event.preventDefault(); this.make(); } },
        element("div", { class: "row" }, element("button", { class: "main" }, "Make"), element("button", { type: "button", click: () => { this.seed.value = ""; this.make(); } }, "Another one"), this.isText ? "" : element("button", { type: "button", click: () => this.explore() }, "Range")),
        element("details", { open: true }, element("summary", {}, "Controls: a number, a range such as 3-8, or empty"), controls)),
    ];
  }

  request(more = {}) {
    const seed = this.seed.value.trim();
    const spec = this.read();
    return { ...(seed ? { seed: /^\d{1,15}$/.test(seed) ? Number(seed) : seed } : {}), ...(Object.keys(spec).length ? { spec } : {}), ...more };
  }

  make(more = {}) {
    const request = this.request(more);
    const kind = this.chosen.name;
    const show = (answer) => (this.isText ? this.text(answer) : this.level(answer, answer.items[0], request));
    return into(this.stage, () => service.generate(kind, this.isText ? { count: 5, ...request } : request), show, (failure) => [note(explained(failure), "bad")]);
  }

  text(answer) {
    announce(`${answer.items.length} texts made`);
    return [element("section", { class: "card" }, element("h2", {}, this.chosen.name), element("ul", { class: "items" }, answer.items.map((item) => element("li", {}, element("pre", { tabindex: 0 }, item.text), element("p", { class: "soft" }, `seed ${item.seed}${item.novel === false ? " · not new: it is in the corpus" : ""}`)))))];
  }

  level(answer, item, request) {
    announce(`${this.chosen.name} made from seed ${item.seed}`);
    this.seed.value = String(item.seed);
    const canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": `${this.chosen.name} of ${item.grid[0].length} by ${item.grid.length} cells` });
    const ways = { theme: () => this.theme, again: FREE.has(this.chosen.name) ? (more) => this.make(more) : null, vault: this.vaults ? (rows) => this.vaults.take(rows, `from seed ${item.seed}`.slice(0, 40)) : null };
    const board = new Board(canvas, item, { kind: this.chosen.name, spec: request.spec }, ways);
    this.redraw = () => board.show();
    board.show();
    const controls = Object.entries(item.controls).map(([name, one]) => [name.replaceAll("_", " "), text(one.asked), text(one.measured), one.met ? "yes" : "no"]);
    const more = [
      this.story(item),
      item.mission ? element("details", { open: true }, element("summary", {}, "Mission: what must be done before what"), missionGraph(item.mission)) : "",
      element("details", {}, element("summary", {}, "What was asked, and what the level has"), table("Controls", ["control", "asked", "measured", "met"], controls)),
      element("details", {}, element("summary", {}, "Files"), this.files(item, request)),
      element("details", {}, element("summary", {}, "The same as a request"), element("pre", { tabindex: 0 }, asCurl("POST", `/v1/games/${this.chosen.name}`, { ...request, seed: item.seed }))),
    ];
    return [element("section", { class: "card", "aria-label": "Level" }, element("h2", {}, `${this.chosen.name}, seed ${item.seed}`), board.bar, board.status, canvas, board.drawn, board.edit, factList([["Proof", `${item.certificate.length} moves: ${shortened(item.certificate.moves)}`], ["Licence", answer.licence]]), more)];
  }

  files(item, request) {
    if (request.fixed || request.base) return [note("A level with locked cells has no link of its own: the request below makes it again, in the format that it names.")];
    const format = choice(FORMATS.map((one) => [one, one]), "tiled");
    const take = async () => {
      try {
        const query = { seed: item.seed, format: format.value, theme: this.theme, spec: request.spec };
        const blob = await service.draw(this.chosen.name, query);
        const end = blob.type.includes("zip") ? "zip" : { svg: "svg", png: "png", tmx: "tmx", json: "json", tiled: "json", ldtk: "ldtk", godot: "tscn" }[format.value] ?? "txt";
        save(`${this.chosen.name}-${item.seed}.${end}`, blob);
      } catch (failure) {
        said.replaceChildren(note(explained(failure), "bad"));
      }
    };
    const said = element("div");
    const ends = [item.seed, ...(request.spec ? [JSON.stringify(request.spec)] : [])].map(encodeURIComponent);
    const link = new URL(`#play/${this.chosen.name}/${ends.join("/")}`, location.href).href;
    return [element("div", { class: "row" }, field("Format", format), element("button", { click: take }, "Download")), said, element("p", {}, "Link to this level: ", element("a", { href: link }, link))];
  }

  /** A name, a quest and what lies in the treasures of a level, all from its own seed. */
  story(item) {
    const place = element("div");
    const tell = async () => {
      const things = cellsOf(item.grid, item.legend).flat();
      const treasures = things.filter((name) => name === "treasure").length;
      const spec = item.mission ? { mission: item.mission } : { level: { grid: item.grid, legend: item.legend } };
      const made = await Promise.all([
        service.generate("names", { corpus: "places", seed: item.seed, spec: { length: [5, 11] } }),
        things.every((name) => EMPTY.has(name)) ? { items: [{}] } : service.generate("quests", { seed: item.seed, spec }),
        treasures ? service.generate("items", { seed: item.seed, count: Math.min(treasures, 12) }) : { items: [] },
        service.generate("loot", { seed: item.seed }),
      ]);
      return made.map((one) => one.items);
    };
    const show = ([[name], [quest], found, [loot]]) => [
      factList([
        ["Place", name.text], ["Quest", quest.text ?? "none: there is nothing in this level but floor and walls"],
        ["In the treasures", found.map((one) => `${one.text} (${one.rarity}, worth ${one.value})`).join("; ")],
      ]),
      table("What foes drop", ["what foes drop", "rarity", "chance"], loot.drops.map((one) => [one.name, one.rarity ?? "", `${one.chance} in ${loot.denominator}`])),
    ];
    const toggle = (event) => { if (event.target.open && !place.childNodes.length) into(place, tell, show, (failure) => [note(explained(failure), "bad")]); };
    return element("details", { toggle }, element("summary", {}, "Name, quest, items and loot of this level"), place);
  }

  /** Makes forty levels and shows where they lie in two controls; a click makes one from there. */
  explore() {
    const most = 40;
    const kind = this.chosen.name;
    const show = (answer) => {
      const measured = (item) => Object.entries(item.controls).filter(([, one]) => typeof one.measured === "number");
      const names = measured(answer.items[0]).map(([name]) => name).filter((name) => new Set(answer.items.map((item) => item.controls[name].measured)).size > 1);
      if (names.length < 2) return [note("All these levels measure the same; leave more controls empty.")];
      const [across, up] = [choice(names.map((name) => [name, name]), names[0]), choice(names.map((name) => [name, name]), names[1])];
      const place = element("div");
      const paint = () => place.replaceChildren(this.range(answer.items, across.value, up.value));
      across.addEventListener("change", paint);
      up.addEventListener("change", paint);
      paint();
      return [element("section", { class: "card" }, element("h2", {}, "Expressive range"), element("p", { class: "soft" }, `${answer.items.length} levels; darker where more of them lie. Choose a cell to see a level from there.`), element("div", { class: "row" }, field("From left to right", across), field("From bottom to top", up)), place)];
    };
    const seed = Math.floor(Math.random() * 2 ** 40);
    into(this.space, () => service.generate(kind, { ...this.request(), seed, count: most }), show, (failure) => [note(explained(failure), "bad")]);
  }

  range(items, across, up) {
    const buckets = 8;
    const axis = (name) => {
      const values = items.map((item) => item.controls[name].measured);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { low, width: (high - low) / buckets || 1, of: (item) => Math.min(buckets - 1, Math.floor(((item.controls[name].measured - low) / (high - low || 1)) * buckets)) };
    };
    const [x, y] = [axis(across), axis(up)];
    const cells = Array.from({ length: buckets }, () => Array.from({ length: buckets }, () => []));
    for (const item of items) cells[y.of(item)][x.of(item)].push(item);
    const bound = (one, place) => Math.round(one.low + place * one.width);
    const name = (row, column) => `${cells[row][column].length} levels: ${across} from ${bound(x, column)}, ${up} from ${bound(y, row)}`;
    const pick = (row, column) => { this.seed.value = String(cells[row][column][0].seed); this.make(); };
    return heatMap(cells.map((row) => row.map((cell) => cell.length)), name, pick);
  }
}


function missionGraph(mission) {
  const needs = mission.edges.map((edge) => ({ from: edge.from, to: edge.to, strong: edge.kind === "opens" }));
  return graph(mission.nodes.map((node) => node.id), needs, "Mission");
}

function text(value) {
  return value === null || value === undefined ? "any" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function shortened(moves) {
  return moves.length > 80 ? `${moves.slice(0, 79)}…` : moves;
}
