/** Search by titles, tags, texts and ids, as the service does it (see `doublebill.model.searching`). */

const ENOUGH = 0.4;
const OF_TITLE = 0.25;
const OF_LABELS = 0.6;
const OF_POPULARITY = 0.1;
const SPACE = 32;
const encoder = new TextEncoder();

/** Small letters without accents, one space between words. @param {string} text */
function plain(text) {
  const folded = text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{Mn}/gu, "");
  return folded.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The runs of three bytes in a text that have no space in their middle. @param {string} text */
function codes(text) {
  const bytes = encoder.encode(text);
  const found = new Set();
  for (let place = 0; place + 2 < bytes.length; place++)
    if (bytes[place + 1] !== SPACE) found.add((bytes[place] << 16) | (bytes[place + 1] << 8) | bytes[place + 2]);
  return found;
}

/** Which texts have which runs of three bytes. */
class Trigrams {
  /** @param {string[]} texts */
  constructor(texts) {
    this.owners = new Map();
    this.sizes = texts.map((text, number) => {
      const own = codes(` ${plain(text)} `);
      for (const code of own) this.owners.has(code) ? this.owners.get(code).push(number) : this.owners.set(code, [number]);
      return own.size;
    });
  }

  /** How much each text is like a query; 0 where it lacks too much of it. @param {Set<number>} wanted */
  likeness(wanted) {
    const shared = new Float64Array(this.sizes.length);
    for (const code of wanted) for (const number of this.owners.get(code) ?? []) shared[number]++;
    return shared.map((count, number) => {
      const ofQuery = count / Math.max(wanted.size, 1);
      return ofQuery >= ENOUGH ? ofQuery + (OF_TITLE * count) / Math.max(this.sizes[number], 1) : 0;
    });
  }
}

/** The texts of the items of a model. */
export class ItemSearch {
  /** @param {import("./scoring.js").Model} model */
  constructor(model) {
    const { ids, titles, tag_names, texts } = model.packed.items;
    this.model = model;
    this.titles = new Trigrams(titles.map((title, item) => title || ids[item] || ""));
    this.tags = new Trigrams(tag_names);
    this.texts = new Trigrams(texts);
    this.places = new Uint32Array(model.size);
    model.byPopularity.forEach((item, place) => { this.places[item] = place; });
  }

  /** The numbers of the items that are most like a query, best first. @param {string} query @param {number} n */
  search(query, n) {
    const { model } = this;
    const words = ` ${plain(query)}`;
    const wanted = codes(words.at(-2) === " " ? `${words} ` : words);
    const scores = this.titles.likeness(wanted);
    const tags = this.tags.likeness(wanted);
    const texts = this.texts.likeness(wanted);
    const raise = (item, score) => { scores[item] = Math.max(scores[item], OF_LABELS * score); };
    for (let item = 0; item < model.size; item++) for (const tag of model.tagsOf(item)) raise(item, tags[tag]);
    model.text_owners.forEach((item, place) => raise(item, texts[model.text_numbers[place]]));
    const named = model.found.get(query);
    if (named !== undefined) scores[named] = 1 + OF_TITLE + OF_POPULARITY;
    const found = [...scores.keys()].filter((item) => scores[item] > 0 && model.available[item]);
    const worth = (item) => scores[item] + OF_POPULARITY * (1 - this.places[item] / Math.max(model.size, 1));
    return found.sort((one, other) => worth(other) - worth(one) || one - other).slice(0, n);
  }
}
