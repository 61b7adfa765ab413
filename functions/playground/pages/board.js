/** A level on its canvas: shown, played, replayed, changed, proved again and made again around what is kept. */

import { choice, element, field, into, note } from "./dom.js";
import { hasJumps, jumpKeys } from "./jumps.js";
import { STEPS, cellAt, cellsOf, draw, gameOf, isPlayed, shownCells, wayOf } from "./level.js";
import { explained, service } from "./service.js";

const WALKS = [["L", "ArrowLeft", "←", "left"], ["R", "ArrowRight", "→", "right"], ["U", "ArrowUp", "↑", "up"], ["D", "ArrowDown", "↓", "down"]];
const CURSOR = { ArrowLeft: "L", ArrowRight: "R", ArrowUp: "U", ArrowDown: "D" };
const REPLAY_MILLISECONDS = 120;
/** Pixels of a cell on the page: not smaller than can be read, not larger than it is drawn. */
const SMALLEST = 16;
const SMALLEST_JUMPED = 20;
const LARGEST = 32;
const UNPROVED = "The changed level has no proof yet: choose Prove again.";

/**
 * @typedef {object} Ways what a board can do beside itself
 * @property {() => string} theme
 * @property {((more: object) => void) | null} again makes the level anew around what is kept
 * @property {((rows: string[]) => void) | null} vault takes a part of it for other levels
 * @property {() => void} changed is called after each change and each verdict
 */

export class Board {
  /** @param {any} item the level @param {{kind: string, spec?: any}} made what it was made from @param {Ways} ways @param {[number, number, string][]} [changes] cells that were changed before */
  constructor(item, { kind, spec }, ways, changes = []) {
    Object.assign(this, { item, kind, spec, ways, legend: item.legend, physics: spec?.physics, way: false, game: null, cursor: null, corner: null, part: null, past: [] });
    /** Cells that stay as they are, as "x,y". @type {Set<string>} */
    this.locked = new Set();
    this.grid = changes.reduce(withCell, [...item.grid]);
    /** What the service says of a level that was changed, until it is changed again. */
    this.verdict = null;
    this.canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": `${kind} of ${item.grid[0].length} by ${item.grid.length} cells`, keydown: (event) => this.key(event), click: (event) => this.click(event) });
    this.frame = element("div", { class: "frame" }, this.canvas);
    this.status = element("p", { class: "soft", role: "status" }, "");
    this.health = element("p", { class: "soft" });
    this.pad = element("div", { class: "row pad" });
    this.edit = element("div");
    this.said = element("div");
    this.drawn = element("div");
    const played = isPlayed(this.kind, item);
    this.bar = element("div", { class: "row" },
      played ? element("button", { class: "main", click: () => this.play() }, "Play") : "",
      played ? element("button", { click: () => this.replay() }, "Watch the proof") : "",
      element("button", { click: (event) => this.toggleWay(event.target), "aria-pressed": "false" }, "Show the way"),
      element("button", { click: () => this.startEdit() }, "Change tiles"));
    this.parts = [this.bar, this.status, this.health, this.frame, this.pad, this.drawn, this.edit, this.said];
    this.showHealth();
  }

  /** Cells that are not as they were made. @type {[number, number, string][]} */
  get changes() {
    return this.grid.flatMap((row, y) => [...row].flatMap((tile, x) => (tile === this.item.grid[y][x] ? [] : [[x, y, tile]])));
  }

  get changed() {
    return this.changes.length > 0;
  }

  /** The proof of the level on the screen; null where it was changed and not proved. */
  get certificate() {
    return this.changed ? (this.verdict?.certificate ?? null) : this.item.certificate;
  }

  /** The level on the screen with its proof; one without a proof starts where the first did. */
  get level() {
    return { grid: this.grid, certificate: this.certificate ?? this.item.certificate };
  }

  async show() {
    const cells = this.game ? this.game.cells : shownCells(this.kind, this.level, this.legend);
    const shown = this.way && this.certificate;
    const way = shown ? wayOf(this.kind, this.level, this.legend, this.physics) : [];
    this.drawn.replaceChildren(...(shown && !way.length ? await this.wayPicture() : []));
    await draw(this.canvas, cells, this.ways.theme(), { way, mark: this.cursor, locked: this.cursor ? [...this.locked].map((cell) => cell.split(",").map(Number)) : [], part: this.cursor && this.part });
    const columns = cells[0].length + 2;
    Object.assign(this.canvas.style, { minWidth: `${columns * (hasJumps(this.kind) ? SMALLEST_JUMPED : SMALLEST)}px`, maxWidth: `${columns * LARGEST}px` });
    this.follow(this.cursor ?? this.game?.place ?? (this.frame.scrollLeft || this.frame.scrollTop ? undefined : this.item.certificate.from));
  }

  /** Scrolls the frame of a large level to a cell. @param {[number, number] | undefined} cell */
  follow(cell) {
    if (!cell) return;
    const scale = this.canvas.clientWidth / (this.grid[0].length + 2);
    this.frame.scrollTo({ left: (cell[0] + 1.5) * scale - this.frame.clientWidth / 2, top: (cell[1] + 1.5) * scale - this.frame.clientHeight / 2 });
  }

  toggleWay(button) {
    this.way = !this.way;
    button.setAttribute("aria-pressed", String(this.way));
    if (this.way && !this.certificate) this.say(UNPROVED);
    this.show();
  }

  /** The picture of a level whose proof takes stairs, with the way that the service draws. */
  async wayPicture() {
    if (this.changed) return [note("The way of a changed level with stairs is not drawn; the moves of its proof stand below.")];
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

  /** Shows the health in kinds that have it, at the start of a level too. */
  showHealth() {
    const game = this.game ?? (isPlayed(this.kind, this.item) ? gameOf(this.kind, this.level, this.legend, this.physics) : null);
    this.health.textContent = Number.isFinite(game?.most) ? `Health ${Math.max(game.health, 0)} of ${game.most}` : "";
  }

  get keys() {
    return hasJumps(this.kind) ? jumpKeys(this.kind, this.physics ?? this.certificate?.physics) : WALKS;
  }

  play() {
    clearInterval(this.timer);
    this.leaveEditor();
    this.game = gameOf(this.kind, this.level, this.legend, this.physics);
    const steps = { platform: " Every key is one step, in the air too.", runner: " Every key is one step, in the air too; a jump rises as long as each step keeps it." }[this.kind] ?? "";
    this.say(`${this.keys.map(([, , sign, what]) => `${sign} ${what}`).join(", ")}; u takes a step back.${steps}`);
    this.pad.replaceChildren(...this.keys.map(([letter, , sign, what]) => element("button", { "aria-label": what, title: what, click: () => this.step(letter) }, steps ? `${sign} ${what}` : sign)), element("button", { click: () => this.stepBack() }, "Step back"));
    this.showHealth();
    this.canvas.focus();
    this.show();
  }

  step(letter) {
    clearInterval(this.timer);
    const proof = this.certificate ? `; the proof has ${moves(this.certificate.length)}` : "";
    this.say(this.game.step(letter) || `${moves(this.game.moves.length)}${proof}`);
    this.showHealth();
    this.show();
  }

  /** Plays the moves again without the last. */
  stepBack() {
    clearInterval(this.timer);
    const kept = [...this.game.moves].slice(0, -1);
    this.game = gameOf(this.kind, this.level, this.legend, this.physics);
    for (const letter of kept) this.game.step(letter);
    this.say(`One step back: ${moves(kept.length)}`);
    this.showHealth();
    this.show();
  }

  replay() {
    if (!this.certificate) {
      this.say(UNPROVED);
      return;
    }
    this.play();
    const letters = [...this.certificate.moves];
    const step = () => {
      const letter = letters.shift();
      if (!letter) { clearInterval(this.timer); return; }
      this.say(this.game.step(letter) || `${this.game.moves.length} of ${moves(this.certificate.length)}`);
      this.showHealth();
      this.show();
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) while (letters.length) step();
    else this.timer = setInterval(step, REPLAY_MILLISECONDS);
  }

  key(event) {
    const undo = event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (!undo && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const act = this.cursor ? this.editKey(event, undo) : this.game ? this.playKey(event, undo) : null;
    if (!act) return;
    event.preventDefault();
    act();
  }

  editKey(event, undo) {
    const letter = CURSOR[event.key];
    if (undo) return () => this.undoChange();
    if (letter) return () => this.moveCursor(STEPS[letter]);
    return event.key === "Enter" || event.key === " " ? () => this.use(this.cursor) : null;
  }

  playKey(event, undo) {
    const name = (event.shiftKey ? "Shift+" : "") + event.key;
    const found = this.keys.find(([, key]) => key === name) ?? this.keys.find(([, key]) => key === event.key);
    return undo ? () => this.stepBack() : found ? () => this.step(found[0]) : null;
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
    this.cursor ??= [0, 0];
    this.pad.replaceChildren();
    const tiles = Object.entries(this.legend).map(([symbol, one]) => [symbol, one.name ?? one]);
    const { again, vault } = this.ways;
    const tools = [again && ["lock", "lock or unlock the cell"], (again || vault) && ["part", "mark a part by two corners"]].filter(Boolean);
    this.tool = choice([...tiles, ...tools], tiles[0][0]);
    const button = (text, click) => element("button", { click }, text);
    this.edit.replaceChildren(
      element("div", { class: "row end" }, field("Tile", this.tool), button("Prove again", () => this.prove()),
        again ? [button("Make the rest again", () => this.keep()), button("Make the part again", () => this.makePart())] : null,
        vault ? button("Take the part as a vault", () => this.takePart()) : null,
        button("Undo all", () => this.undoAll()), button("Stop changing", () => this.stopEdit())));
    this.say(`Click cells, or move with the arrow keys and press Enter; u takes a change back.${again ? " Cells that you change or lock stay when the rest is made again." : ""}`);
    this.showHealth();
    this.canvas.focus();
    this.show();
  }

  /** Takes all changes, locks and marks back; one can go on changing. */
  undoAll() {
    this.locked.clear();
    Object.assign(this, { corner: null, part: null });
    this.turnTo([...this.item.grid]);
    this.say("All changes are taken back.");
  }

  undoChange() {
    if (!this.past.length) {
      this.say("There is no change to take back.");
      return;
    }
    const grid = this.past.pop();
    this.turnTo(grid, false);
    this.say("One change is taken back.");
  }

  leaveEditor() {
    this.cursor = null;
    this.edit.replaceChildren();
    if (!this.verdict) this.said.replaceChildren();
  }

  stopEdit() {
    this.leaveEditor();
    this.say("");
    this.show();
  }

  /** Turns the level into other rows, of which nothing is proved. @param {string[]} grid @param {boolean} [remember] */
  turnTo(grid, remember = true) {
    if (remember) this.past.push(this.grid);
    Object.assign(this, { grid, verdict: null });
    this.said.replaceChildren();
    this.showHealth();
    this.show();
    this.ways.changed();
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
    this.said.replaceChildren();
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
    if (this.grid[y][x] !== value) this.turnTo(withCell([...this.grid], [x, y, value]));
    this.say(`Row ${y + 1}, column ${x + 1} is ${this.legend[value].name ?? this.legend[value]} now`);
  }

  prove() {
    const { grid } = this;
    const request = { grid, ...(this.physics ? { physics: this.physics } : {}) };
    const draw = (answer) => {
      this.judged(answer.levels[0], grid);
      return [...this.said.childNodes];
    };
    into(this.said, () => service.prove(this.kind, request), draw, (failure) => [note(explained(failure), "bad")]);
  }

  /** Takes a verdict on rows, and says it if these are still on the screen. @param {any} level @param {string[]} grid */
  judged(level, grid) {
    if (grid !== this.grid) return;
    this.verdict = level;
    const good = `It can be finished, in ${level.certificate ? moves(level.certificate.length) : "some moves"}.`;
    const bad = level.decided ? "It cannot be finished." : "It was not decided within the steps of one request.";
    this.said.replaceChildren(...(level.playable ? [note(good, "good")] : [note(bad, "bad"), element("ul", {}, (level.reasons ?? []).map((one) => element("li", {}, one.detail)))]));
    this.ways.changed();
    this.show();
  }

  /** Makes the level again around the cells that were changed or locked. */
  keep() {
    const kept = (x, y) => this.locked.has(`${x},${y}`) || this.grid[y][x] !== this.item.grid[y][x];
    const fixed = this.grid.flatMap((row, y) => [...row].flatMap((tile, x) => (kept(x, y) ? [{ x, y, tile }] : [])));
    if (!fixed.length) this.said.replaceChildren(note("Nothing is kept yet: change or lock cells, or choose Another one for a new level.", "bad"));
    else this.ways.again({ fixed, seed: newSeed() });
  }

  /** Makes the marked part again, and leaves the rest. */
  makePart() {
    if (this.isMarked()) this.ways.again({ base: { grid: this.grid, reroll: this.part }, seed: newSeed() });
  }

  takePart() {
    if (!this.isMarked()) return;
    const { x, y, width, height } = this.part;
    this.ways.vault(this.grid.slice(y, y + height).map((row) => row.slice(x, x + width)));
    this.say("The part is among the vaults of the form now: make a dungeon that has it.");
  }

  isMarked() {
    const marked = this.part && !this.corner;
    this.said.replaceChildren(...(marked ? [] : [note("Mark a part first: choose it under Tile, then two corners.", "bad")]));
    return marked;
  }
}

/** Rows with another tile in one cell. @param {string[]} grid @param {[number, number, string]} change */
function withCell(grid, [x, y, tile]) {
  return grid.map((row, place) => (place === y ? [...row].map((symbol, column) => (column === x ? tile : symbol)).join("") : row));
}

function moves(number) {
  return `${number} ${number === 1 ? "move" : "moves"}`;
}

function newSeed() {
  return Math.floor(Math.random() * 2 ** 40);
}
