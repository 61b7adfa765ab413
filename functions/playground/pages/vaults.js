/** The form for the vaults of a dungeon: so many of the shipped ones, or those that are ticked and drawn. */

import { choice, element, field } from "./dom.js";
import { cellAt, draw } from "./level.js";

/** What a vault may have, by its symbols. */
const TILES = { "#": "wall", ".": "floor", "+": "door", $: "treasure", g: "goblin", o: "ogre" };
const FIRST = ["#######", "#.....#", "#..$...", "#.....#", "###.###"];

export class VaultForm {
  /** @param {any} schema of the field, whose names of shipped vaults are its examples @param {any} value what the field holds @param {() => string} theme */
  constructor(schema, value, theme) {
    this.theme = theme;
    const shipped = schema.anyOf.flatMap((one) => one.items?.anyOf ?? []).find((one) => one.examples).examples;
    const listed = Array.isArray(value) ? value : [];
    this.number = element("input", { value: typeof value === "number" ? value : "", placeholder: "any", autocomplete: "off", inputmode: "numeric" });
    this.ticks = shipped.map((name) => ({ name, tick: element("input", { type: "checkbox", checked: listed.includes(name) }) }));
    /** @type {{row: HTMLElement, read: () => object}[]} */
    this.drawn = [];
    this.place = element("div");
    this.more = element("details", { open: listed.length > 0 },
      element("summary", {}, "Choose them, or draw your own"),
      this.ticks.map(({ name, tick }) => element("label", { class: "row" }, tick, name)),
      this.place,
      element("button", { type: "button", click: () => this.add(FIRST) }, "Draw a vault"));
    this.control = element("fieldset", {},
      element("legend", {}, "Vaults"),
      element("small", {}, schema.description),
      field("Number of shipped ones", this.number, "counts where none is chosen below"),
      this.more);
    for (const one of listed) if (one.rows) this.add(one.rows, one);
  }

  /** Adds a vault, to be changed as text or by clicks on its picture. @param {string[]} rows */
  add(rows, { name = `mine ${this.drawn.length + 1}`, turns = true } = {}) {
    const called = element("input", { value: name, maxlength: 40, autocomplete: "off" });
    const turned = element("input", { type: "checkbox", checked: turns });
    const text = element("textarea", { rows: rows.length + 1, spellcheck: "false", wrap: "off", value: rows.join("\n") });
    const canvas = element("canvas", { role: "img", "aria-label": "The vault as it is drawn" });
    const tile = choice(Object.entries(TILES), ".");
    const read = () => text.value.split("\n").map((row) => row.trim()).filter(Boolean);
    const show = () => this.picture(canvas, read());
    text.addEventListener("input", show);
    canvas.addEventListener("click", (event) => {
      const now = read();
      const cell = cellAt(canvas, event, now[0]?.length ?? 0, now.length);
      if (!cell) return;
      text.value = now.map((row, y) => (y === cell[1] ? row.slice(0, cell[0]) + tile.value + row.slice(cell[0] + 1) : row)).join("\n");
      show();
    });
    const row = element("section", { class: "piece", "aria-label": "Own vault" },
      field("Name of the vault", called),
      field("Rows", text, Object.entries(TILES).map(([symbol, what]) => `${symbol} ${what}`).join(", ") + "; open cells on the edge are where corridors begin"),
      field("Tile that a click on the picture puts", tile),
      canvas,
      element("label", { class: "row" }, turned, "may be turned and mirrored"),
      element("button", { type: "button", click: () => { row.remove(); this.drawn = this.drawn.filter((one) => one.row !== row); } }, "Remove this vault"));
    this.drawn.push({ row, read: () => ({ name: called.value.trim(), rows: read(), ...(turned.checked ? {} : { turns: false }) }) });
    this.place.append(row);
    this.more.open = true;
    show();
    return row;
  }

  picture(canvas, rows) {
    const width = Math.max(0, ...rows.map((row) => row.length));
    if (width) draw(canvas, rows.map((row) => [...row.padEnd(width, "#")].map((symbol) => TILES[symbol] ?? "floor")), this.theme());
  }

  /** Takes a part of a dungeon as a vault; what a vault cannot have becomes floor. @param {string[]} rows */
  take(rows, name) {
    this.add(rows.map((row) => [...row].map((symbol) => (symbol in TILES ? symbol : ".")).join("")), { name }).scrollIntoView({ block: "nearest" });
  }

  /** What the field holds now: a list, a number, text that the service refuses in words, or nothing. */
  read() {
    const list = [...this.ticks.filter(({ tick }) => tick.checked).map(({ name }) => name), ...this.drawn.map((one) => one.read())];
    const number = this.number.value.trim();
    if (list.length) return list;
    return number ? (Number.isNaN(Number(number)) ? number : Number(number)) : undefined;
  }
}
