/** The model inside a page: what a history is worth, which items come first, and why, as the service counts it. */

const NUMBERS = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, int32: Int32Array, uint32: Uint32Array, float32: Float32Array, float64: Float64Array };
const K1 = 1.2;
const USER_SHRINKAGE = 5;
const NAMED = 2;
const NAMED_SHARE = 0.1;
const MOST_LOOKED_BACK = 1000;
const MOST_SERIES = 3;
const ABOVE = 1.1;

/** Reads the numbers of an array. @param {{type: string, data: string}} packed little-endian, in base64 */
export function numbersOf({ type, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return type === "float16" ? Float32Array.from(new Uint16Array(bytes.buffer), half) : new NUMBERS[type](bytes.buffer);
}

/** The number that 16 bits stand for (IEEE 754 binary16). @param {number} bits */
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits >> 15 ? -size : size;
}

/** A model as `doublebill export --to html` writes it. */
export class Model {
  /** @param {any} packed */
  constructor(packed) {
    const arrays = Object.fromEntries(Object.entries(packed.arrays).map(([name, one]) => [name, numbersOf(one)]));
    Object.assign(this, { packed, ...arrays, config: packed.config, ids: packed.items.ids, titles: packed.items.titles });
    this.size = this.ids.length;
    this.starts = new Uint32Array(this.size + 1);
    this.lengths.forEach((length, item) => { this.starts[item + 1] = this.starts[item] + length; });
    this.found = new Map(this.ids.map((id, item) => [id, item]).filter(([id]) => id !== null));
    this.places = new Uint32Array(this.size);
    this.order.forEach((item, place) => { this.places[item] = place; });
    this.byPopularity = Uint32Array.from(this.popularity.keys()).sort((one, other) => this.popularity[other] - this.popularity[one] || one - other);
  }

  /**
   * A history as numbers of items, each once in order of first appearance, with how much each counts.
   *
   * @param {(string | {item_id: string, weight?: number, timestamp?: number, rating?: number})[]} history
   */
  counted(history) {
    const entries = new Map();
    const unknown = new Set();
    for (const sent of history) {
      const { item_id, weight = 1, timestamp, rating } = typeof sent === "string" ? { item_id: sent } : sent;
      const item = this.found.get(item_id);
      if (item === undefined) { unknown.add(item_id); continue; }
      const entry = entries.get(item) ?? { sum: 0, newest: 0, rating: NaN, rated: 0 };
      const rates = rating !== undefined && rating !== null;
      const time = timestamp || 0;
      if (rates && (Number.isNaN(entry.rating) || time >= entry.rated)) Object.assign(entry, { rating, rated: time });
      entry.sum = entry.sum + weight + (rates ? this.config.shift : 0);
      entry.newest = Math.max(entry.newest, time);
      entries.set(item, entry);
    }
    const met = [...entries.values()];
    const column = (name) => met.map((entry) => entry[name]);
    return {
      items: [...entries.keys()],
      times: column("newest"),
      weights: this.weigh(column("sum"), column("newest"), column("rating")),
      liked: met.map((entry) => entry.sum >= 0),
      unknown: [...unknown],
    };
  }

  /** The weight of each item of a history: saturated, judged, and halved by newer ones. @param {number[]} sums @param {number[]} times @param {number[]} ratings NaN without one */
  weigh(sums, times, ratings) {
    const { strength, saturation, liked_from, others, levels, half_life } = this.config;
    const saturated = saturation === "binary" ? Math.sign : (weight) => Math.sign(weight) * Math.log1p(Math.abs(weight));
    const weights = strength === "none" ? sums.map(saturated) : strengths(sums, strength);
    const low = levels ? lowest(ratings, levels) : -Infinity;
    const sorted = Float64Array.from(times).sort();
    return weights.map((weight, place) => {
      const share = ratings[place] < low ? 0 : liked_from !== null && ratings[place] < liked_from ? others : 1;
      const newer = half_life ? sorted.length - firstAbove(sorted, times[place]) : 0;
      return weight * share * (newer ? 0.5 ** (newer / half_life) : 1);
    });
  }

  /** The scores of all items, and which of them the history reaches. @param {number[]} items @param {number[]} weights */
  score(items, weights) {
    const scores = new Float64Array(this.size);
    const reached = new Uint8Array(this.size);
    items.forEach((item, place) => {
      if (!weights[place]) return;
      for (let edge = this.starts[item]; edge < this.starts[item + 1]; edge++) {
        scores[this.targets[edge]] += this.values[edge] * weights[place];
        reached[this.targets[edge]] = 1;
      }
    });
    for (let item = 0; item < this.size; item++) if (reached[item]) scores[item] = this.withPrior(item, this.scaled(item, scores[item]));
      else scores[item] = this.added?.[item] ?? 0;
    return { scores, reached };
  }

  scaled(item, sum) {
    return sum * this.scales[item] * (this.damping?.[item] ?? 1);
  }

  withPrior(item, score) {
    return score * (this.factors?.[item] ?? 1) + (this.added?.[item] ?? 0);
  }

  /**
   * The next episode of each series that a history was in the middle of: by item its place in the history of the episode
   * before; and by how much their scores rise (see `doublebill.reranking.next_episodes`).
   *
   * @param {any} counted @param {Float64Array} scores @param {Uint8Array} reached
   */
  nextEpisodes(counted, scores, reached) {
    const last = new Map();
    counted.items.forEach((item, place) => {
      const before = last.get(this.series?.[item]);
      if (this.series && this.series[item] >= 0 && (before === undefined || this.series_places[item] > this.series_places[counted.items[before]])) last.set(this.series[item], place);
    });
    const continued = [...last.values()].filter((place) => counted.weights[place] > 0 && this.series_next[counted.items[place]] >= 0);
    continued.sort((one, other) => counted.times[other] - counted.times[one] || other - one).splice(MOST_SERIES);
    const episodes = new Map(continued.map((place) => [this.series_next[counted.items[place]], place]));
    const best = (numbers) => numbers.reduce((most, number) => Math.max(most, number), 0);
    const highest = Math.max(best(scores.filter((_, item) => reached[item])), best(this.added ?? []));
    const lowest = [...episodes.keys()].reduce((least, item) => Math.min(least, reached[item] ? scores[item] : 0), 0);
    return { episodes, rise: (highest ? ABOVE * highest : 1) - lowest };
  }

  /** The best items for a history: its numbers with their scores, best first. @param {any} counted @param {number} n @param {boolean} excludeSeen */
  ranked(counted, n, excludeSeen) {
    const { scores, reached } = this.score(counted.items, counted.weights);
    const { episodes, rise } = this.nextEpisodes(counted, scores, reached);
    for (const item of episodes.keys()) { scores[item] += rise; reached[item] = 1; }
    const cold = !reached.includes(1);
    const hidden = new Set(counted.items.filter((_, place) => excludeSeen || !counted.liked[place]));
    const shown = [...this.order].filter((item) => this.available[item] && !hidden.has(item));
    if (!cold) shown.sort((one, other) => scores[other] - scores[one] || this.places[one] - this.places[other]);
    const items = shown.slice(0, n);
    return { items, scores: items.map((item) => (cold ? this.worth[item] : scores[item])), cold, episodes, rise };
  }

  /** What contributes to the score of an item, the largest part first. @param {any} counted @param {any} ranking @param {number} target */
  contributions(counted, ranking, target) {
    const parts = counted.items.map((item, place) => {
      const edge = this.edge(item, target);
      return { part: this.named(item), contribution: edge < 0 ? 0 : this.scaled(target, this.values[edge] * counted.weights[place]) };
    });
    if (this.added || this.factors) {
      const without = parts.reduce((sum, one) => sum + one.contribution, 0);
      parts.push({ part: { prior: "recent" }, contribution: (this.added?.[target] ?? 0) + without * ((this.factors?.[target] ?? 1) - 1) });
    }
    if (ranking.episodes.has(target)) parts[ranking.episodes.get(target)].contribution += ranking.rise;
    const nonzero = parts.filter((one) => one.contribution !== 0);
    const sum = nonzero.reduce((size, one) => size + Math.abs(one.contribution), 0);
    return nonzero
      .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution))
      .map(({ part, contribution }) => ({ ...part, contribution, share: Math.abs(contribution) / sum }));
  }

  /** The edge from one item to another, by bisection; -1 without one. */
  edge(source, target) {
    const end = this.starts[source + 1];
    let low = this.starts[source];
    for (let high = end; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.targets[middle] < target) low = middle + 1;
      else high = middle;
    }
    return low < end && this.targets[low] === target ? low : -1;
  }

  /** The similarity of an edge, in the 32 bits of the service, where equal ones go by item number. */
  similarity(edge) {
    return edge < 0 ? 0 : Math.fround(this.values[edge] * this.scales[this.targets[edge]]);
  }

  /** The items most like one, by the mean of both directions. @param {number} item @param {number} n */
  neighbours(item, n) {
    const edges = Array.from({ length: this.lengths[item] }, (_, place) => this.starts[item] + place);
    if (edges.length > MOST_LOOKED_BACK) edges.sort((one, other) => this.similarity(other) - this.similarity(one)).length = MOST_LOOKED_BACK;
    const joined = new Map(edges.map((edge) => [this.targets[edge], this.similarity(edge) / 2]));
    for (const target of joined.keys()) joined.set(target, joined.get(target) + this.similarity(this.edge(target, item)) / 2);
    const shown = () => [...joined].filter(([other, likeness]) => likeness > 0 && this.available[other] && other !== item);
    if (shown().length < n)
      for (let source = 0; source < this.size; source++) {
        const edge = joined.has(source) ? -1 : this.edge(source, item);
        if (edge >= 0) joined.set(source, this.similarity(edge) / 2);
      }
    return shown().sort(([one, likeness], [other, more]) => more - likeness || one - other).slice(0, n);
  }

  /** The numbers of the tags of an item. @param {number} item */
  tagsOf(item) {
    return this.item_tags.subarray(this.tag_offsets[item], this.tag_offsets[item + 1]);
  }

  /** The items that edges of one direction join to an item. @param {number} item @param {number} n @param {"from" | "to"} direction */
  joined(item, n, direction) {
    const edges = direction === "from"
      ? Array.from({ length: this.lengths[item] }, (_, place) => [this.targets[this.starts[item] + place], this.starts[item] + place])
      : Array.from({ length: this.size }, (_, source) => [source, this.edge(source, item)]);
    const shown = edges.map(([other, edge]) => [other, this.similarity(edge)]).filter(([other, likeness]) => likeness > 0 && this.available[other] && other !== item);
    return shown.sort(([one, likeness], [other, more]) => more - likeness || one - other).slice(0, n);
  }

  /** How an answer names an item. @param {number} item */
  named(item) {
    return this.titles[item] ? { item_id: this.ids[item], title: this.titles[item] } : { item_id: this.ids[item] };
  }

  /** The answer of the service to a request for recommendations. @param {{history: any[], n?: number, exclude_seen?: boolean}} request */
  recommend({ history, n = 10, exclude_seen }) {
    const counted = this.counted(history);
    const ranking = this.ranked(counted, n, exclude_seen ?? this.config.exclude_seen);
    const explained = !ranking.cold || Boolean(this.added);
    const recommendations = ranking.items.map((item, place) => {
      const contributions = explained ? this.contributions(counted, ranking, item) : [];
      return { ...this.named(item), score: ranking.scores[place], contributions, reason: reason(contributions) };
    });
    return { model_version: this.packed.version, cold: ranking.cold, degraded: false, baseline: this.config.baseline, unknown_items: counted.unknown, recommendations };
  }
}

/** The weights of a history beside each other (see `doublebill.model.counting.strength`). @param {number[]} weights @param {string} how */
function strengths(weights, how) {
  const sizes = weights.map((weight) => (how === "log" ? Math.log1p(Math.abs(weight)) : Math.abs(weight)));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(sizes.length, 1) || 1;
  return weights.map((weight, place) => Math.sign(weight) * (how === "log" ? sizes[place] / mean : ((1 + K1) * sizes[place]) / (sizes[place] + K1 * mean)));
}

/** The rating below which an item leads nowhere (see `doublebill.model.counting.verdicts`). @param {number[]} ratings @param {{mean: number, middle: number}} levels */
function lowest(ratings, { mean, middle }) {
  const rated = ratings.filter((rating) => !Number.isNaN(rating));
  const own = (rated.reduce((sum, rating) => sum + rating, 0) + USER_SHRINKAGE * mean) / (rated.length + USER_SHRINKAGE);
  return Math.min(own, middle);
}

/** The place of the first of some ascending numbers that is above another number. @param {Float64Array} sorted @param {number} number */
function firstAbove(sorted, number) {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest parts that speak for an item, in words. @param {any[]} contributions */
function reason(contributions) {
  const good = contributions.filter((part) => part.contribution > 0).slice(0, NAMED);
  const named = good.filter((part, place) => !place || part.share >= NAMED_SHARE);
  const names = named.map((part) => (part.prior ? "recent popularity" : part.title ?? part.item_id));
  return names.length ? `because of ${names.join(" and ")}` : "";
}
