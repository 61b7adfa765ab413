/** The name, a quest, the treasures and the loot of a level, all from its own seed. */

import { element, factList, into, note, table } from "./dom.js";
import { cellsOf } from "./level.js";
import { explained, service } from "./service.js";

const EMPTY = new Set(["wall", "floor", "ground", "air", "player", "start"]);
const FOES = new Set(["goblin", "ogre", "boss", "enemy"]);
const LONGEST_SEED = 256;

/** A part that is filled when it is opened. @param {string} kind @param {any} level `seed`, `grid`, `legend`, and the `mission` where it is still that of the grid */
export function story(kind, level) {
  const place = element("div");
  const show = ([[name], [quest], found, [loot]]) => [
    factList([
      ["Place", name.text], ["Quest", quest?.text ?? "none: there is nothing in this level but floor and walls"],
      ["In the treasures", found.map((one) => `${one.text} (${one.rarity}, worth ${one.value})`).join("; ")],
    ]),
    loot ? table("What foes drop", ["what foes drop", "rarity", "chance"], loot.drops.map((one) => [one.name, one.rarity ?? "", `${one.chance} in ${loot.denominator}`])) : "",
  ];
  const toggle = (event) => { if (event.target.open && !place.childNodes.length) into(place, () => tell(kind, level), show, (failure) => [note(explained(failure), "bad")]); };
  return element("details", { toggle }, element("summary", {}, "Name, quest, items and loot of this level"), place);
}

async function tell(kind, { seed: own, grid, legend, mission }) {
  const seed = `${kind} ${own}`.slice(0, LONGEST_SEED);
  const things = cellsOf(grid, legend).flat();
  const treasures = things.filter((name) => name === "treasure").length;
  const spec = mission ? { mission } : { level: { grid, legend } };
  const none = { items: [] };
  const made = await Promise.all([
    service.generate("names", { corpus: "places", seed, spec: { length: [5, 11] } }),
    things.every((name) => EMPTY.has(name)) ? none : service.generate("quests", { seed, spec }),
    treasures ? service.generate("items", { seed, count: Math.min(treasures, 12) }) : none,
    things.some((name) => FOES.has(name)) ? service.generate("loot", { seed }) : none,
  ]);
  return made.map((one) => one.items);
}
