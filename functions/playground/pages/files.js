/** The files, the request and the link of the level that is on the screen, as it was made or changed. */

import { asCurl, service } from "./service.js";
import { zipOf } from "./zip.js";

/** Endings of files that are not called as their format. */
const ENDINGS = { tiled: "tmj", godot: "tscn" };
/** Characters of the longest link that every browser and messenger passes on. */
const LONGEST_LINK = 2000;

export class LevelFiles {
  /**
   * @param {string} kind @param {any} item the level @param {any} request that made it @param {import("./board.js").Board} board
   * @param {() => string} theme
   */
  constructor(kind, item, request, board, theme) {
    Object.assign(this, { kind, item, request, board, theme });
  }

  /** Whether the level was made around cells or a part that stayed. */
  get isKept() {
    return Boolean(this.request.fixed || this.request.base);
  }

  /** The request that gives the level on the screen: that which made it, or the proof of the changed one. */
  get curl() {
    return this.board.changed ? asCurl("POST", `/v1/games/${this.kind}/proofs`, this.proof()) : asCurl("POST", `/v1/games/${this.kind}`, this.whole());
  }

  whole(more = {}) {
    return { ...this.request, seed: this.item.seed, ...more };
  }

  proof(more = {}) {
    const { physics } = this.request.spec ?? {};
    return { grid: this.board.grid, ...(physics ? { physics } : {}), ...more };
  }

  /** What the address has after "#" for the level on the screen, or null where that would be too long. */
  get address() {
    const { spec, fixed, base, corpus } = this.request;
    const changes = this.board.changes;
    const more = Object.entries({ fixed, base, corpus, theme: this.theme() === "stone" ? undefined : this.theme(), changes: changes.length ? changes : undefined }).filter(([, value]) => value !== undefined);
    return addressOf(this.kind, this.item.seed, spec, Object.fromEntries(more));
  }

  /**
   * The level as a file of a format, under the name that it has; what was changed is proved first.
   *
   * @param {string} format @returns {Promise<File | null>} null where the level cannot be finished, or nobody knows
   */
  async take(format) {
    const look = { theme: this.theme() };
    if (this.board.changed) {
      const { grid } = this.board;
      const answer = await service.prove(this.kind, this.proof({ write: format, ...look }));
      const [level] = answer.levels;
      this.board.judged(level, grid);
      return level.playable ? fileOf(`${this.stem}-changed`, level.file) : null;
    }
    if (this.isKept) return fileOf(this.stem, (await service.generate(this.kind, this.whole({ format, ...look }))).items[0]);
    return service.draw(this.kind, { seed: this.item.seed, format, ...look, corpus: this.request.corpus, spec: this.request.spec });
  }

  get stem() {
    return `${this.kind}-${String(this.item.seed).replaceAll(/[^\w-]+/g, "_").slice(0, 60)}`;
  }
}

/**
 * What the address has after "#" for a level or a text, or null where the whole address would be too long.
 *
 * @param {string} kind @param {number | string} seed @param {object} [spec] @param {object} [more] what else its request and the page need
 */
export function addressOf(kind, seed, spec = {}, more = {}) {
  const parts = Object.keys(more).length ? [seed, JSON.stringify(spec), JSON.stringify(more)] : Object.keys(spec).length ? [seed, JSON.stringify(spec)] : [seed];
  const address = `#play/${[kind, ...parts].map(encodeURIComponent).join("/")}`;
  return new URL(address, location.href).href.length <= LONGEST_LINK ? address : null;
}

/** A written level as a file, or as a zip with the tileset that it refers to. @param {string} stem @param {any} written */
function fileOf(stem, { format, media_type, data, tileset }) {
  const bytes = (text, isPicture) => (isPicture ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : new TextEncoder().encode(text));
  const level = { name: `${stem}.${ENDINGS[format] ?? format}`, bytes: bytes(data, media_type === "image/png") };
  if (!tileset) return new File([level.bytes], level.name, { type: media_type });
  return new File([zipOf([level, { name: tileset.name, bytes: bytes(tileset.data, true) }])], `${stem}-${format}.zip`, { type: "application/zip" });
}
