/** The page: its three parts, shown by the part of the address behind "#". */

import { announce, element, note } from "./dom.js";
import { useToken } from "./service.js";

/** Each part is loaded when it is shown first. */
const PARTS = {
  recommend: async (path) => (await import("./recommend.js")).recommendPart(path),
  play: async (path) => (await import("./play.js")).playPart(path),
  operate: async (path) => (await import("./operate.js")).operatePart(path),
};
const content = document.querySelector("#content");
let turn = 0;

/** Shows the part that the address names, and what follows its name there; of parts that load only the latest. */
async function show() {
  const mine = ++turn;
  const [name, ...rest] = location.hash.slice(1).split("/");
  const chosen = Object.hasOwn(PARTS, name) ? name : "recommend";
  for (const link of document.querySelectorAll("#tabs a")) {
    const current = link.getAttribute("href") === `#${chosen}`;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  content.replaceChildren(element("p", { class: "soft" }, "Loading …"));
  try {
    const parts = await PARTS[chosen](rest.map(decodeURIComponent));
    if (mine !== turn) return;
    content.replaceChildren(...parts);
  } catch (defect) {
    if (mine === turn) content.replaceChildren(note(`This part of the page failed: ${defect}`, "bad"));
    throw defect;
  }
  announce(`${chosen} is shown`);
}

document.querySelector("#access").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(document.querySelector("#token").value);
  show();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address names the part of the page
  content.focus();
});
addEventListener("hashchange", show);
show();
