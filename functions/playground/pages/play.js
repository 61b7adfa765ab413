/** Play: levels and texts made on request, drawn, walked through, changed and proved. */

import { heatMap } from "./charts.js";
import { announce, choice, element, factList, field, note, save, table } from "./dom.js";
import { formOf } from "./form.js";
import { Game, STEPS, cellsOf, draw, isPlayed, wayOf } from "./level.js";
import { asCurl, explained, into, service } from "./service.js";

const KEYS = { ArrowLeft: "L", ArrowRight: "R", ArrowUp: "U", ArrowDown: "D" };
const THEMES = ["stone", "cave", "crypt", "forest", "ice"];
const FORMATS = ["json", "text", "csv", "xsb", "tiled", "tmx", "ldtk", "godot", "uvtt", "svg", "png"];
const REPLAY_MILLISECONDS = 120;

/** @param {string[]} path the kind, then its seed */
export async function playPart([kind, seed]) {
  let games;
  try {
    games = await service.games();
  } catch (failure) {
    return [note(explained(failure), "bad")];
  }
  return new Workshop(games, kind, seed).parts;
}

class Workshop {
  constructor(games, kind, seed) {
    this.levels = new Map(games.kinds.map((one) => [one.name, one]));
    this.texts = new Map(games.texts.map((one) => [one.name, one]));
    this.chosen = this.levels.get(kind) ?? this.texts.get(kind) ?? this.levels.get("dungeon") ?? games.kinds[0];
    this.theme = "stone";
    this.stage = element("div");
    this.space = element("div");
    this.form = element("div");
    this.seed = element("input", { value: seed ?? "", placeholder: "drawn anew", maxlength: 256, autocomplete: "off" });
    this.parts = [element("div", { class: "columns wide" }, element("section", { class: "card", "aria-label": "What to make" }, this.settings()), element("div", {}, this.stage, this.space))];
    this.make();
  }

  get isText() {
    return this.texts.has(this.chosen.name);
  }

  settings() {
    const kinds = [...this.levels.keys(), ...this.texts.keys()].map((name) => [name, name]);
    const kind = choice(kinds, this.chosen.name, { change: () => { location.hash = `#play/${kind.value}`; } });
    const theme = choice(THEMES.map((one) => [one, one]), this.theme, { change: () => { this.theme = theme.value; this.redraw?.(); } });
    const { controls, read } = formOf(this.chosen.spec);
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
    const legend = item.legend;
    const canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": `${this.chosen.name} of ${item.grid[0].length} by ${item.grid.length} cells` });
    const board = new Board(this, canvas, item, legend, request.spec);
    this.redraw = () => board.show();
    board.show();
    const controls = Object.entries(item.controls).map(([name, one]) => [name.replaceAll("_", " "), text(one.asked), text(one.measured), one.met ? "yes" : "no"]);
    const more = [
      item.mission ? element("details", {}, element("summary", {}, "Mission"), missionTable(item.mission)) : "",
      element("details", {}, element("summary", {}, "What was asked, and what the level has"), table("Controls", ["control", "asked", "measured", "met"], controls)),
      element("details", {}, element("summary", {}, "Files"), this.files(item, request)),
      element("details", {}, element("summary", {}, "The same as a request"), element("pre", { tabindex: 0 }, asCurl("POST", `/v1/games/${this.chosen.name}`, { ...request, seed: item.seed }))),
    ];
    return [element("section", { class: "card", "aria-label": "Level" }, element("h2", {}, `${this.chosen.name}, seed ${item.seed}`), board.bar, board.told, canvas, board.drawn, board.edit, factList([["Proof", `${item.certificate.length} moves: ${shortened(item.certificate.moves)}`], ["Licence", answer.licence]]), more)];
  }

  files(item, request) {
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
    const link = new URL(`#play/${this.chosen.name}/${encodeURIComponent(item.seed)}`, location.href).href;
    return [element("div", { class: "row" }, field("Format", format), element("button", { click: take }, "Download")), said, element("p", {}, "Link to this seed: ", element("a", { href: link }, link))];
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

/** A level on its canvas: shown, played, replayed, changed. */
class Board {
  constructor(workshop, canvas, item, legend, spec) {
    Object.assign(this, { workshop, canvas, item, legend, spec, kind: workshop.chosen.name, way: false, game: null, cursor: null });
    this.grid = [...item.grid];
    this.told = element("p", { class: "soft", role: "status" }, "");
    this.edit = element("div");
    this.drawn = element("div");
    const played = isPlayed(this.kind, item);
    this.bar = element("div", { class: "row" },
      played ? element("button", { class: "main", click: () => this.play() }, "Play") : "",
      played ? element("button", { click: () => this.replay() }, "Watch the proof") : "",
      element("button", { click: (event) => { this.way = !this.way; event.target.setAttribute("aria-pressed", String(this.way)); this.show(); }, "aria-pressed": "false" }, "Show the way"),
      element("button", { click: () => this.startEdit() }, "Change tiles"));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("click", (event) => this.click(event));
  }

  async show() {
    const cells = this.game ? this.game.cells : cellsOf(this.grid, this.legend);
    const way = this.way && !this.game ? wayOf(this.kind, this.item.certificate) : [];
    this.drawn.replaceChildren(...(this.way && !way.length ? await this.wayPicture() : []));
    await draw(this.canvas, cells, this.workshop.theme, { way, mark: this.cursor });
  }

  /** The picture of a kind whose moves are not single steps, with the way that the service draws. */
  async wayPicture() {
    try {
      const blob = await service.draw(this.kind, { seed: this.item.seed, spec: this.spec, format: "png", theme: this.workshop.theme, tile_pixels: 32, solution: true });
      const url = URL.createObjectURL(blob);
      return [element("img", { class: "level", src: url, load: () => URL.revokeObjectURL(url), alt: "The level with the way of its proof" })];
    } catch (failure) {
      return [note(explained(failure), "bad")];
    }
  }

  say(sentence) {
    this.told.textContent = sentence;
  }

  play() {
    clearInterval(this.timer);
    this.cursor = null;
    this.game = new Game(this.kind, { ...this.item, grid: this.grid }, this.legend);
    this.say("Use the arrow keys.");
    this.canvas.focus();
    this.show();
  }

  replay() {
    this.play();
    const moves = [...this.item.certificate.moves];
    const step = () => {
      const letter = moves.shift();
      if (!letter) { clearInterval(this.timer); return; }
      this.say(this.game.step(letter) || `${this.game.moves.length} of ${this.item.certificate.length} moves`);
      this.show();
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) while (moves.length) step();
    else this.timer = setInterval(step, REPLAY_MILLISECONDS);
  }

  key(event) {
    const letter = KEYS[event.key];
    if (this.cursor) {
      if (letter) { event.preventDefault(); this.moveCursor(STEPS[letter]); }
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.setTile(this.cursor); }
    } else if (letter && this.game) {
      event.preventDefault();
      clearInterval(this.timer);
      this.say(this.game.step(letter) || `${this.game.moves.length} moves; the proof has ${this.item.certificate.length}`);
      this.show();
    }
  }

  click(event) {
    if (!this.cursor) return;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * (this.grid[0].length + 2)) - 1;
    const y = Math.floor(((event.clientY - box.top) / box.height) * (this.grid.length + 2)) - 1;
    if (x < 0 || y < 0 || y >= this.grid.length || x >= this.grid[0].length) return;
    this.cursor = [x, y];
    this.setTile(this.cursor);
  }

  moveCursor([across, down]) {
    const [x, y] = [this.cursor[0] + across, this.cursor[1] + down];
    if (x >= 0 && y >= 0 && y < this.grid.length && x < this.grid[0].length) this.cursor = [x, y];
    this.say(`Row ${this.cursor[1] + 1}, column ${this.cursor[0] + 1}: ${cellsOf(this.grid, this.legend)[this.cursor[1]][this.cursor[0]]}`);
    this.show();
  }

  startEdit() {
    clearInterval(this.timer);
    this.game = null;
    this.cursor = [0, 0];
    const names = Object.entries(this.legend).map(([symbol, one]) => [symbol, one.name ?? one]);
    this.tile = choice(names, names[0][0]);
    const said = element("div");
    this.edit.replaceChildren(
      element("div", { class: "row" }, field("Tile", this.tile), element("button", { click: () => this.prove(said) }, "Prove again"), element("button", { click: () => this.keep() }, "Make the rest again"), element("button", { click: () => { this.grid = [...this.item.grid]; this.cursor = null; this.edit.replaceChildren(); this.show(); } }, "Undo all")),
      said);
    this.say("Click cells, or move with the arrow keys and press Enter, to put the tile.");
    this.canvas.focus();
    this.show();
  }

  setTile([x, y]) {
    this.grid = this.grid.map((row, place) => (place === y ? [...row].map((symbol, column) => (column === x ? this.tile.value : symbol)).join("") : row));
    this.say(`Row ${y + 1}, column ${x + 1} is ${this.legend[this.tile.value].name ?? this.legend[this.tile.value]} now`);
    this.show();
  }

  prove(said) {
    const draw = (answer) => {
      const level = answer.levels[0];
      if (level.playable) return [note(`It can be finished, in ${level.certificate?.length ?? "some"} moves.`, "good")];
      return [note(level.decided ? "It cannot be finished." : "It was not decided within the steps of one request.", "bad"), element("ul", {}, (level.reasons ?? []).map((one) => element("li", {}, one.detail)))];
    };
    into(said, () => service.prove(this.kind, { grid: this.grid }), draw, (failure) => [note(explained(failure), "bad")]);
  }

  /** Keeps the cells that were changed, and makes the level around them. */
  keep() {
    const fixed = this.grid.flatMap((row, y) => [...row].flatMap((tile, x) => (tile === this.item.grid[y][x] ? [] : [{ x, y, tile }])));
    this.workshop.make({ fixed });
  }
}

function missionTable(mission) {
  return table("Mission", ["from", "to", "sort"], (mission.edges ?? []).map((edge) => [text(edge.from ?? edge.source), text(edge.to ?? edge.target), text(edge.kind ?? edge.type ?? "")]));
}

function text(value) {
  return value === null || value === undefined ? "any" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function shortened(moves) {
  return moves.length > 80 ? `${moves.slice(0, 79)}…` : moves;
}
