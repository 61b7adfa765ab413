/** The service of a page without a network: the model inside it answers, in the shapes of the HTTP API. */

import { ItemSearch } from "./item_search.js";
import { Model } from "./scoring.js";

export const offline = true;

/** Stands for an unknown year. */
const NO_YEAR = -32768;

const model = new Model(JSON.parse(document.querySelector("#model").textContent));
let search;

/** An item with its tags and year. @param {number} item @param {number} score */
function entry(item, score) {
  const year = model.years[item];
  const tags = [...model.tagsOf(item)].map((tag) => model.packed.items.tag_names[tag]);
  return { ...model.named(item), score, attributes: { ...(tags.length ? { tags } : {}), ...(year === NO_YEAR ? {} : { year }) } };
}

export const service = {
  async catalogs() {
    return { catalogs: [{ catalog: model.packed.catalog, champion: model.packed.version }] };
  },
  async lookUpItems(_, ids) {
    return { items: ids.filter((id) => model.found.has(id)).map((id) => entry(model.found.get(id), 0)) };
  },
  async popular(_, { n }) {
    const items = [...model.byPopularity].filter((item) => model.available[item]).slice(0, n);
    return { popular: items.map((item) => entry(item, model.popularity[item])) };
  },
  async search(_, { q, n }) {
    search ??= new ItemSearch(model);
    return { items: search.search(q, n).map((item) => entry(item, 0)) };
  },
  async neighbours(_, id, { n, direction = "both" }) {
    const item = model.found.get(id);
    const near = direction === "both" ? model.neighbours(item, n) : model.joined(item, n, direction);
    return { neighbours: near.map(([item, score]) => entry(item, score)) };
  },
  async recommend(_, request) {
    const answer = model.recommend(request);
    for (const one of answer.recommendations) one.attributes = entry(model.found.get(one.item_id), 0).attributes;
    return answer;
  },
};

/** @param {unknown} failure */
export function explained(failure) {
  return `This page failed: ${failure}`;
}

/** There is no request that a command line could repeat. */
export function asCurl() {
  return "";
}
