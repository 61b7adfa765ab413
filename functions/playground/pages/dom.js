/** Elements, notes and small parts of the page. */

/** Whether there is one column only, as in the style sheet. */
export const NARROW = "(max-width: 48rem)";

/**
 * Makes an element.
 *
 * @param {string} name @param {Record<string, any>} [attributes] functions are listeners, false and null are left out
 * @param {...(Node | string | null | (Node | string | null)[])} children
 * @returns {any}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  set(made, attributes);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** Makes an element of a picture. @param {string} name @param {Record<string, any>} [attributes] @param {...(Node | string)} children */
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** @param {Element} made @param {Record<string, any>} attributes */
function set(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") made[name] = value;
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : String(value));
  }
}

let fields = 0;

/** A label with its control. @param {string} label @param {HTMLElement} control @param {string} [hint] */
export function field(label, control, hint) {
  control.id ||= `field-${++fields}`;
  const small = hint ? element("small", { id: `${control.id}-hint` }, hint) : null;
  if (small) control.setAttribute("aria-describedby", small.id);
  return element("div", { class: "field" }, element("label", { for: control.id }, label), control, small);
}

/** Marks a control as wrong, with the message beside it; takes the mark away without one. @param {HTMLElement} control @param {string} [message] */
export function mark(control, message) {
  const id = `${control.id}-wrong`;
  document.getElementById(id)?.remove();
  const others = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (message) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  control.setAttribute("aria-describedby", [...others, ...(message ? [id] : [])].join(" "));
  if (message) control.after(element("small", { id, class: "wrong" }, message));
}

/** A note; bad ones are read out at once. @param {string} text @param {"" | "bad" | "good"} [sort] */
export function note(text, sort = "") {
  return element("p", { class: `note ${sort}`, role: sort === "bad" ? "alert" : null }, text);
}

/** Says something to those who do not see the page. @param {string} text */
export function announce(text) {
  document.querySelector("#announcements").textContent = text;
}

/** A list of terms with their values. @param {[string, any][]} facts those without a value are left out */
export function factList(facts) {
  const known = facts.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return element("dl", { class: "facts" }, known.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]));
}

/** @param {string} caption @param {string[]} heads @param {any[][]} rows */
export function table(caption, heads, rows) {
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table: ${caption}` },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head || element("span", { class: "unseen" }, "more"))))),
      element("tbody", {}, rows.map((row) => element("tr", {}, row.map((cell) => element("td", {}, cell ?? "–"))))),
    ),
  );
}

/** A select with options. @param {[string, string][]} options values with their texts @param {string} [chosen] */
export function choice(options, chosen, attributes = {}) {
  return element("select", attributes, options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
}

/** Calls a function when its calls have paused. @param {(...given: any[]) => void} call @param {number} milliseconds */
export function paused(call, milliseconds) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), milliseconds);
  };
}

/** Saves text or a blob under a name. @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Runs a call and draws its answer, dimming the place meanwhile; of calls for one place only the latest is drawn.
 *
 * @param {HTMLElement} place @param {() => Promise<any>} call @param {(answer: any) => (Node | string)[]} draw
 * @param {(failure: unknown) => (Node | string)[]} refuse
 */
export async function into(place, call, draw, refuse) {
  const turn = (turns.get(place) ?? 0) + 1;
  turns.set(place, turn);
  place.classList.add("busy");
  place.setAttribute("aria-busy", "true");
  const latest = () => turns.get(place) === turn;
  let parts;
  try {
    const answer = await call();
    if (latest()) parts = draw(answer);
  } catch (failure) {
    if (latest()) parts = refuse(failure);
  }
  if (!latest()) return;
  place.replaceChildren(...parts);
  place.classList.remove("busy");
  place.removeAttribute("aria-busy");
}

/** @type {WeakMap<HTMLElement, number>} */
const turns = new WeakMap();
