/** Forms made from the JSON Schema of a specification. */

import { choice, element, field } from "./dom.js";

/**
 * Returns a form for the properties of a schema that take a number, a word or a truth, and a function that reads it.
 * What is left empty stays at its default; what no simple control can hold is typed as JSON.
 *
 * @param {any} schema
 * @returns {{controls: HTMLElement[], read: () => Record<string, any>}}
 */
export function formOf(schema) {
  const readers = [];
  const controls = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const { control, read } = controlOf(one);
    readers.push(() => [name, read()]);
    return field(name.replaceAll("_", " "), control, hintOf(one));
  });
  return { controls, read: () => Object.fromEntries(readers.map((read) => read()).filter(([, value]) => value !== undefined)) };
}

/** @param {any} one */
function controlOf(one) {
  const kinds = one.anyOf ?? [one];
  const words = kinds.find((kind) => kind.enum)?.enum;
  if (words) {
    const control = choice([["", "as usual"], ...words.filter((word) => word !== null).map((word) => [String(word), String(word)])]);
    return { control, read: () => words.find((word) => String(word) === control.value) };
  }
  if (kinds.some((kind) => kind.type === "boolean")) {
    const control = choice([["", "as usual"], ["true", "yes"], ["false", "no"]]);
    return { control, read: () => (control.value === "" ? undefined : control.value === "true") };
  }
  const number = kinds.find((kind) => kind.type === "integer" || kind.type === "number");
  const control = element("input", { placeholder: one.default === undefined || one.default === null ? "any" : JSON.stringify(one.default), autocomplete: "off", spellcheck: "false", inputmode: number && kinds.length === 1 ? "numeric" : null });
  return { control, read: () => typed(control.value) };
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
