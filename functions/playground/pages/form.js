/** Forms made from the JSON Schema of a specification. */

import { choice, element, field, mark } from "./dom.js";

/**
 * Returns a form for the properties of a schema that take a number, a word or a truth, and a function that reads it.
 * What is left empty stays at its default; what no simple control can hold is typed as JSON.
 *
 * @param {any} schema
 * @param {Record<string, any>} values what the controls hold at first
 * @param {Record<string, {control: HTMLElement, read: () => any}>} own controls of their own kind, by property
 * @returns {{controls: HTMLElement[], named: Map<string, HTMLElement>, read: () => Record<string, any>}} `named` has the control of each property
 */
export function formOf(schema, values = {}, own = {}) {
  const readers = [];
  const named = new Map();
  const controls = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const made = own[name] ?? controlOf(one, values[name]);
    readers.push(() => [name, made.read()]);
    named.set(name, made.control);
    return own[name] ? made.control : field(name.replaceAll("_", " "), made.control, hintOf(one));
  });
  return { controls, named, read: () => Object.fromEntries(readers.map((read) => read()).filter(([, value]) => value !== undefined)) };
}

/** @param {any} one @param {any} value */
function controlOf(one, value) {
  const kinds = one.anyOf ?? [one];
  const words = kinds.find((kind) => kind.enum)?.enum;
  if (words) {
    const control = choice([["", "as usual"], ...words.filter((word) => word !== null).map((word) => [String(word), String(word)])], String(value ?? ""));
    return { control, read: () => words.find((word) => String(word) === control.value) };
  }
  if (kinds.some((kind) => kind.type === "boolean")) {
    const control = choice([["", "as usual"], ["true", "yes"], ["false", "no"]], String(value ?? ""));
    return { control, read: () => (control.value === "" ? undefined : control.value === "true") };
  }
  const number = kinds.find((kind) => kind.type === "integer" || kind.type === "number");
  const control = element("input", { value: shown(value), placeholder: one.default === undefined || one.default === null || one.default === "" ? "any" : shown(one.default), autocomplete: "off", spellcheck: "false", inputmode: number && kinds.length === 1 ? "numeric" : null });
  return { control, read: () => typed(control.value) };
}

/** A value as it is typed. @param {any} value */
function shown(value) {
  if (value === undefined || typeof value === "string") return value ?? "";
  return Array.isArray(value) && value.length === 2 && value.every(Number.isInteger) ? value.join("-") : JSON.stringify(value);
}

/** A number, a range such as 3-8, JSON, or the text itself. @param {string} text */
export function typed(text) {
  const trimmed = text.trim();
  if (!trimmed) return undefined;
  const range = /^(-?\d+)\s*(?:-|–|to|\.\.)\s*(-?\d+)$/.exec(trimmed);
  if (range) return [Number(range[1]), Number(range[2])];
  try {
    return JSON.parse(trimmed);
  } catch {
    return trimmed;
  }
}

/**
 * Marks the controls that a problem names, and opens what hides them; takes earlier marks away.
 *
 * @param {Map<string, HTMLElement>} named @param {{field: string, problem: string, fix: string}[]} errors such as of `spec.width`
 */
export function markWrong(named, errors) {
  for (const control of named.values()) if (control.id) mark(control);
  for (const { field: name, problem, fix } of [...errors].reverse()) {
    const control = named.get(/^(?:spec\.)?(\w+)/.exec(name)?.[1] ?? "");
    if (!control?.id) continue;
    mark(control, asTyped(`${problem}; ${fix}`));
    for (let parent = control.closest("details"); parent; parent = parent.parentElement.closest("details")) parent.open = true;
  }
}

/** A sentence of the service with ranges as they are typed here. @param {string} sentence */
export function asTyped(sentence) {
  return sentence.replaceAll("[min, max]", "a range such as 3-8");
}

/** @param {any} one */
function hintOf(one) {
  return (one.description && asTyped(one.description)) ?? (one.minimum !== undefined && one.maximum !== undefined ? `${one.minimum} to ${one.maximum}` : undefined);
}
