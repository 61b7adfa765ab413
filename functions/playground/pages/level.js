/** Levels: drawn with the tileset of the service, and the rules by which a person walks through them. */

import { hasJumps, jumpGame } from "./jumps.js";

let lookup;
const sheets = new Map();

/** Loads the tiles of a theme. @param {string} theme */
async function tiles(theme) {
  lookup ??= await (await fetch("playground/tileset.json")).json();
  if (!sheets.has(theme)) {
    const picture = new Image();
    picture.src = `playground/${theme}-32.png`;
    await picture.decode();
    sheets.set(theme, picture);
  }
  return sheets.get(theme);
}

const SIZE = 32;
const GROUND = new Set(["wall", "floor", "ground", "air", "block", "spike", "lava", "water", "gap"]);
const PARTS = { "crate on goal": ["goal", "crate on goal"], "player on goal": ["goal", "player"] };

/**
 * Draws a level, within its walls.
 *
 * @param {HTMLCanvasElement} canvas @param {string[][]} cells names of what stands in each cell, [rows][columns]
 * @param {string} theme
 * @param {{way?: [number, number][], mark?: [number, number] | null, locked?: [number, number][], part?: any}} [options] cells
 *   of a way, a cell to be framed, cells to be marked as locked, and a rectangle to be framed
 */
export async function draw(canvas, cells, theme, { way = [], mark = null, locked = [], part = null } = {}) {
  const sheet = await tiles(theme);
  const rows = cells.length;
  const columns = cells[0].length;
  const side = cells.some((row) => row.includes("air"));
  canvas.width = (columns + 2) * SIZE;
  canvas.height = (rows + 2) * SIZE;
  const paper = canvas.getContext("2d");
  const joins = (x, y) => (x < 0 || y < 0 || x >= columns || y >= rows ? true : cells[y][x] === "wall" || cells[y][x] === "ground");
  const put = (tile, x, y) => paper.drawImage(sheet, (tile % lookup.columns) * SIZE, Math.floor(tile / lookup.columns) * SIZE, SIZE, SIZE, (x + 1) * SIZE, (y + 1) * SIZE, SIZE, SIZE);
  for (let y = -1; y <= rows; y++)
    for (let x = -1; x <= columns; x++) {
      const name = x < 0 || y < 0 || x >= columns || y >= rows ? beyond(cells, x, y) : cells[y][x];
      put(ground(name, x, y, joins, side), x, y);
      for (const thing of thingsOf(name)) put(lookup.sprites[thing] ?? lookup.token + (thing.length % lookup.tokens), x, y);
    }
  if (way.length) drawWay(paper, way);
  for (const [x, y] of locked) frame(paper, { x, y, width: 1, height: 1 }, "#5ac8ff", 6);
  if (part) frame(paper, part, "#ffffff", 3);
  if (mark) frame(paper, { x: mark[0], y: mark[1], width: 1, height: 1 }, "#ffd23f", 2);
}

/**
 * The cell of a drawn level where a click fell, or null beside the level.
 *
 * @param {HTMLCanvasElement} canvas @param {MouseEvent} event @param {number} columns @param {number} rows
 * @returns {[number, number] | null}
 */
export function cellAt(canvas, event, columns, rows) {
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * (columns + 2)) - 1;
  const y = Math.floor(((event.clientY - box.top) / box.height) * (rows + 2)) - 1;
  return x < 0 || y < 0 || y >= rows || x >= columns ? null : [x, y];
}

/** Frames cells, so far within their edge. */
function frame(paper, { x, y, width, height }, colour, inside) {
  paper.strokeStyle = colour;
  paper.lineWidth = 4;
  paper.strokeRect((x + 1) * SIZE + inside, (y + 1) * SIZE + inside, width * SIZE - 2 * inside, height * SIZE - 2 * inside);
}

function ground(name, x, y, joins, side) {
  if (name === "wall" || name === "ground") {
    const bits = lookup.around.reduce((sum, [across, down], bit) => sum | (joins(x + across, y + down) ? 1 << bit : 0), 0);
    return (side ? lookup.side : lookup.above) + lookup.pieces[bits];
  }
  if (lookup.grounds[name] !== undefined) return lookup.grounds[name];
  if (side) return lookup.grounds.air ?? lookup.floor;
  return lookup.floor + (Number(joins(x, y - 1)) + 2 * Number(joins(x - 1, y))) * lookup.floors;
}

/** What is drawn beyond the edge: wall, or in levels with pits the cell beside it, so that a pit has no floor. */
function beyond(cells, x, y) {
  if (!cells.at(-1).includes("ground")) return "wall";
  const name = cells[Math.min(Math.max(y, 0), cells.length - 1)].at(Math.min(Math.max(x, 0), cells[0].length - 1));
  return name === "ground" || name === "wall" ? name : "air";
}

function thingsOf(name) {
  const parts = PARTS[name] ?? [name];
  return parts.filter((part) => !GROUND.has(part) && lookup.grounds[part] === undefined);
}

function drawWay(paper, way) {
  paper.strokeStyle = "#ffd23f";
  paper.lineWidth = 5;
  paper.lineJoin = "round";
  paper.setLineDash([2, 9]);
  paper.lineCap = "round";
  paper.beginPath();
  way.forEach(([x, y], place) => paper[place ? "lineTo" : "moveTo"]((x + 1.5) * SIZE, (y + 1.5) * SIZE));
  paper.stroke();
  paper.setLineDash([]);
}

export const STEPS = { L: [-1, 0], R: [1, 0], U: [0, -1], D: [0, 1] };

/** The names of a grid's cells. @param {string[]} grid @param {Record<string, any>} legend */
export function cellsOf(grid, legend) {
  return grid.map((row) => [...row].map((symbol) => legend[symbol]?.name ?? legend[symbol] ?? "floor"));
}

/**
 * The cells of a level as it is shown: a maze has its player and its exit at the ends of its certificate.
 *
 * @param {string} kind @param {any} level its grid and certificate @param {Record<string, any>} legend
 */
export function shownCells(kind, level, legend) {
  const cells = cellsOf(level.grid, legend);
  const ends = kind === "maze" ? [["player", level.certificate.from], ["exit", level.certificate.to]] : [];
  for (const [name, [x, y]] of ends) if (cells[y][x] === "floor") cells[y][x] = name;
  return cells;
}

/** The health at the start of a crypt, which is also the most, and what a step onto a thing takes or gives. */
const HEALTH = 5;
const CHANGES = { goblin: -1, ogre: -2, boss: -4, potion: 2 };

const KINDS = new Set(["maze", "chamber", "crypt", "sokoban", "dungeon"]);

/** Whether a person can play a level on the page: by walking, with keys, levers and crates, on one floor, or by jumps. */
export function isPlayed(kind, level) {
  return (KINDS.has(kind) && !(level.floors?.length > 1)) || hasJumps(kind);
}

/** A game of a level as it stands. @param {string} kind @param {any} level its grid and certificate @param {Record<string, any>} legend @param {any} [physics] */
export function gameOf(kind, level, legend, physics) {
  return hasJumps(kind) ? jumpGame(kind, cellsOf(level.grid, legend), level.certificate, physics) : new Game(kind, level, legend);
}

/** What opens a lock, by the names of both: a red door a red key, an iron gate an iron lever. */
function openerOf(kind, name) {
  if (name === "door") return kind === "chamber" ? "key" : null;
  const lock = /^(.+) (door|gate)$/.exec(name);
  return lock && `${lock[1]} ${lock[2] === "door" ? "key" : "lever"}`;
}

/** One level as it is played. */
export class Game {
  /** @param {string} kind @param {any} level @param {Record<string, any>} legend */
  constructor(kind, level, legend) {
    this.kind = kind;
    this.cells = cellsOf(level.grid, legend);
    this.goals = this.places("goal").concat(this.places("crate on goal"), this.places("player on goal")).map(String);
    const player = this.places("player")[0] ?? this.places("player on goal")[0] ?? level.certificate.from;
    this.place = [...player];
    this.end = kind === "maze" ? level.certificate.to : null;
    this.bag = [];
    /** Health at most: of a dungeon, one more than all its fights cost. */
    this.most = kind === "crypt" ? HEALTH : kind === "dungeon" ? this.cells.flat().reduce((sum, name) => sum - Math.min(CHANGES[name] ?? 0, 0), 1) : Infinity;
    this.health = this.most;
    this.moves = "";
    this.won = false;
    if (kind === "maze") this.put(this.end, "exit");
    this.put(this.place, "player");
    this.below = this.goals.includes(String(this.place)) ? "goal" : "floor";
  }

  /** @param {string} name @returns {[number, number][]} */
  places(name) {
    return this.cells.flatMap((row, y) => row.flatMap((cell, x) => (cell === name ? [[x, y]] : [])));
  }

  at([x, y]) {
    return this.cells[y]?.[x] ?? "wall";
  }

  put([x, y], name) {
    this.cells[y][x] = name;
  }

  /** Moves one step; returns what happened as a sentence. @param {string} letter of L, R, U, D, large or small */
  step(letter) {
    const [across, down] = STEPS[letter.toUpperCase()];
    const next = [this.place[0] + across, this.place[1] + down];
    const there = this.at(next);
    if (this.health <= 0) return "The health is used up. Play again.";
    if (this.won) return `Done in ${this.moves.length} moves.`;
    if (there === "wall") return "A wall.";
    const opener = openerOf(this.kind, there);
    if (opener && !this.bag.includes(opener)) return `The ${there} is locked: find the ${opener}.`;
    if (opener === "small key") this.bag.splice(this.bag.indexOf(opener), 1);
    if (there.startsWith("crate")) {
      const behind = [next[0] + across, next[1] + down];
      if (!["floor", "goal"].includes(this.at(behind))) return "The crate does not move.";
      this.put(behind, this.goals.includes(String(behind)) ? "crate on goal" : "crate");
    }
    this.put(this.place, this.below);
    this.below = this.goals.includes(String(next)) ? "goal" : "floor";
    this.place = next;
    this.put(next, this.below === "goal" ? "player on goal" : "player");
    this.moves += letter.toUpperCase();
    if (/key$|lever$/.test(there)) this.bag.push(there);
    if (Number.isFinite(this.most)) this.health = Math.min(this.health + (CHANGES[there] ?? 0), this.most);
    if (this.health <= 0) return `You met: ${there}. The health is used up. Play again.`;
    this.won = there === "exit" || (opener === "key") || (this.goals.length > 0 && !this.places("crate").length);
    if (this.won) return `Done in ${this.moves.length} moves.`;
    return there === "floor" || there === "goal" ? "" : there.startsWith("crate") ? "Pushed." : `You met: ${there}.`;
  }
}

/**
 * The cells of the way of a proof; none where its moves lead over stairs.
 *
 * @param {string} kind @param {any} level its grid and certificate @param {Record<string, any>} legend @param {any} [physics] @returns {[number, number][]}
 */
export function wayOf(kind, level, legend, physics) {
  const { certificate } = level;
  if (hasJumps(kind)) {
    const game = gameOf(kind, level, legend, physics);
    for (const letter of certificate.moves) game.step(letter);
    return game.way;
  }
  const way = [certificate.from];
  for (const letter of certificate.moves) {
    const step = STEPS[letter.toUpperCase()];
    if (!step) return [];
    const [x, y] = way.at(-1);
    way.push([x + step[0], y + step[1]]);
  }
  return way;
}
