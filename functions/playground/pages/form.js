/** Forms made from the JSON Schema of a specification. */

import { choice, element, field } from "./dom.js";

/**
 * Returns a form for the properties of a schema that take a number, a word or a truth, and a function that reads it.
 * What is left empty stays at its default; what no simple control can hold is typed as JSON.
 *
 * @param {any} schema
 * @param {Record<string, any>} values what the controls hold at first
 * @param {Record<string, {control: HTMLElement, read: () => any}>} own controls of their own kind, by property
 * @returns {{controls: HTMLElement[], read: () => Record<string, any>}}
 */
export function formOf(schema, values = {}, own = {}) {
  const readers = [];
  const controls = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const made = own[name] ?? controlOf(one, values[name]);
    readers.push(() => [name, made.read()]);
    return own[name] ? made.control : field(name.replaceAll("_", " "), made.control, hintOf(one));
  });
  return { controls, read: () => Object.fromEntries(readers.map((read) => read()).filter(([, value]) => value !== undefined)) };
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
  const control = element("input", { value: shown(value), placeholder: one.default === undefined || one.default === null ? "any" : JSON.stringify(one.default), autocomplete: "off", spellcheck: "false", inputmode: number && kinds.length === 1 ? "numeric" : null });
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

/** @param {any} one */
function hintOf(one) {
  return one.description ?? (one.minimum !== undefined && one.maximum !== undefined ? `${one.minimum} to ${one.maximum}` : undefined);
}
