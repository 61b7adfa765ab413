/** The page: the recommending part of the playground, on the model inside. */

import { note } from "./dom.js";
import { recommendPart } from "./recommend.js";

const content = document.querySelector("#content");

recommendPart([]).then(
  (parts) => content.replaceChildren(...parts),
  (defect) => content.replaceChildren(note(`This page failed: ${defect}`, "bad")),
);
