/** A level on its canvas: shown, played, replayed, changed, proved again and made again around what is kept. */

import { choice, element, field, into, note } from "./dom.js";
import { Game, STEPS, cellAt, cellsOf, draw, isPlayed, wayOf } from "./level.js";
import { explained, service } from "./service.js";

const KEYS = { ArrowLeft: "L", ArrowRight: "R", ArrowUp: "U", ArrowDown: "D" };
const REPLAY_MILLISECONDS = 120;

export class Board {
  /**
   * @param {HTMLCanvasElement} canvas @param {any} item the level @param {{kind: string, spec?: object}} made what it was made from
   * @param {{theme: () => string, again: ((more: object) => void) | null, vault: ((rows: string[]) => void) | null}} ways `again`
   *   makes the level anew around what is kept, `vault` takes a part of it for other levels
   */
  constructor(canvas, item, { kind, spec }, ways) {
    Object.assign(this, { canvas, item, kind, spec, ways, legend: item.legend, way: false, game: null, cursor: null, corner: null, part: null });
    /** Cells that stay as they are, as "x,y". @type {Set<string>} */
    this.locked = new Set();
    this.grid = [...item.grid];
    this.status = element("p", { class: "soft", role: "status" }, "");
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
    await draw(this.canvas, cells, this.ways.theme(), { way, mark: this.cursor, locked: this.cursor ? [...this.locked].map((cell) => cell.split(",").map(Number)) : [], part: this.cursor && this.part });
  }

  /** The picture of a kind whose moves are not single steps, with the way that the service draws. */
  async wayPicture() {
    try {
      const blob = await service.draw(this.kind, { seed: this.item.seed, spec: this.spec, format: "png", theme: this.ways.theme(), tile_pixels: 32, solution: true });
      const url = URL.createObjectURL(blob);
      return [element("img", { class: "level", src: url, load: () => URL.revokeObjectURL(url), alt: "The level with the way of its proof" })];
    } catch (failure) {
      return [note(explained(failure), "bad")];
    }
  }

  say(sentence) {
    this.status.textContent = sentence;
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
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.use(this.cursor); }
    } else if (letter && this.game) {
      event.preventDefault();
      clearInterval(this.timer);
      this.say(this.game.step(letter) || `${this.game.moves.length} moves; the proof has ${this.item.certificate.length}`);
      this.show();
    }
  }

  click(event) {
    if (!this.cursor) return;
    const cell = cellAt(this.canvas, event, this.grid[0].length, this.grid.length);
    if (!cell) return;
    this.cursor = cell;
    this.use(cell);
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
    const tiles = Object.entries(this.legend).map(([symbol, one]) => [symbol, one.name ?? one]);
    const { again, vault } = this.ways;
    const tools = [again && ["lock", "lock or unlock the cell"], (again || vault) && ["part", "mark a part by two corners"]].filter(Boolean);
    this.tool = choice([...tiles, ...tools], tiles[0][0]);
    const said = element("div");
    const button = (text, click) => element("button", { click }, text);
    this.edit.replaceChildren(
      element("div", { class: "row end" }, field("Tile", this.tool), button("Prove again", () => this.prove(said)),
        again ? [button("Make the rest again", () => this.keep()), button("Make the part again", () => this.makePart(said))] : null,
        vault ? button("Take the part as a vault", () => this.takePart(said)) : null,
        button("Undo all", () => this.undo())),
      said);
    this.say(`Click cells, or move with the arrow keys and press Enter.${again ? " Cells that you change or lock stay when the rest is made again." : ""}`);
    this.canvas.focus();
    this.show();
  }

  undo() {
    Object.assign(this, { grid: [...this.item.grid], cursor: null, corner: null, part: null });
    this.locked.clear();
    this.edit.replaceChildren();
    this.say("");
    this.show();
  }

  /** Does at a cell what the tool says. */
  use([x, y]) {
    const tool = this.tool.value;
    if (tool === "lock") this.lock(`${x},${y}`);
    else if (tool === "part") this.markPart([x, y]);
    else this.setTile([x, y]);
    this.show();
  }

  lock(cell) {
    if (!this.locked.delete(cell)) this.locked.add(cell);
    this.say(this.locked.size === 1 ? "One cell is locked." : `${this.locked.size} cells are locked.`);
  }

  markPart([x, y]) {
    if (!this.corner) {
      Object.assign(this, { corner: [x, y], part: { x, y, width: 1, height: 1 } });
      this.say("One corner. Now the other one.");
      return;
    }
    const [left, top] = [Math.min(x, this.corner[0]), Math.min(y, this.corner[1])];
    this.part = { x: left, y: top, width: Math.abs(x - this.corner[0]) + 1, height: Math.abs(y - this.corner[1]) + 1 };
    this.corner = null;
    this.say(`A part of ${this.part.width} by ${this.part.height} cells is marked.`);
  }

  setTile([x, y]) {
    const { value } = this.tool;
    this.grid = this.grid.map((row, place) => (place === y ? [...row].map((symbol, column) => (column === x ? value : symbol)).join("") : row));
    this.say(`Row ${y + 1}, column ${x + 1} is ${this.legend[value].name ?? this.legend[value]} now`);
  }

  prove(said) {
    const draw = (answer) => {
      const level = answer.levels[0];
      if (level.playable) return [note(`It can be finished, in ${level.certificate?.length ?? "some"} moves.`, "good")];
      return [note(level.decided ? "It cannot be finished." : "It was not decided within the steps of one request.", "bad"), element("ul", {}, (level.reasons ?? []).map((one) => element("li", {}, one.detail)))];
    };
    into(said, () => service.prove(this.kind, { grid: this.grid }), draw, (failure) => [note(explained(failure), "bad")]);
  }

  /** Makes the level again around the cells that were changed or locked. */
  keep() {
    const kept = (x, y) => this.locked.has(`${x},${y}`) || this.grid[y][x] !== this.item.grid[y][x];
    const fixed = this.grid.flatMap((row, y) => [...row].flatMap((tile, x) => (kept(x, y) ? [{ x, y, tile }] : [])));
    this.ways.again({ fixed, seed: newSeed() });
  }

  /** Makes the marked part again, and leaves the rest. */
  makePart(said) {
    if (this.isMarked(said)) this.ways.again({ base: { grid: this.grid, reroll: this.part }, seed: newSeed() });
  }

  takePart(said) {
    if (!this.isMarked(said)) return;
    const { x, y, width, height } = this.part;
    this.ways.vault(this.grid.slice(y, y + height).map((row) => row.slice(x, x + width)));
    this.say("The part is among the vaults of the form now: make a dungeon that has it.");
  }

  isMarked(said) {
    const marked = this.part && !this.corner;
    said.replaceChildren(...(marked ? [] : [note("Mark a part first: choose it under Tile, then two corners.", "bad")]));
    return marked;
  }
}

function newSeed() {
  return Math.floor(Math.random() * 2 ** 40);
}
