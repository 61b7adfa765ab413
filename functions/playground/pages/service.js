/** The service behind the page: one client, with the token that the person gave, and its problems as sentences. */

import { Client, ProblemAnswer, Unreachable } from "./doublebill.js";

/** Whether the page works without a service. */
export const offline = false;

const PASSED = "token";
let token = sessionStorage.getItem(PASSED) ?? "";

/** Takes a token out of the address, where `doublebill up --stack` puts it; this tab keeps it when it loads again. */
function takePassedToken() {
  const passed = /^#token=([\w-]+)$/.exec(location.hash);
  if (!passed) return;
  token = passed[1];
  sessionStorage.setItem(PASSED, token);
  history.replaceState(null, "", location.pathname);
}

addEventListener("hashchange", takePassedToken);
takePassedToken();

/** The client of the service that the page came from. */
export const service = new Client(location.origin, { token: () => token, attempts: 2, timeoutMilliseconds: 35_000 });

/** Uses a token that was typed in; it is kept in memory only. @param {string} given */
export function useToken(given) {
  token = given.trim();
}

/** Returns what went wrong as sentences. @param {unknown} failure @returns {string} */
export function explained(failure) {
  if (failure instanceof ProblemAnswer) {
    if (failure.status === 401 || (failure.status === 403 && failure.kind === "no-problem-document"))
      return "The service does not know who is asking. Give a token at the top of the page.";
    const fields = failure.errors.map((one) => `${one.field}: ${one.problem}; ${one.fix}.`);
    const wait = failure.retryAfterSeconds ? ` Try again in ${failure.retryAfterSeconds} seconds.` : "";
    const said = fields.length ? fields.join(" ") : failure.detail || `The service answered ${failure.status}`;
    return said.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()).replace(/[^.!?]$/, "$&.") + wait;
  }
  if (failure instanceof Unreachable) return "The service does not answer. Is it still up?";
  return String(failure);
}

/** The same request for a command line. @param {string} method @param {string} path @param {object} [body] */
export function asCurl(method, path, body) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const sent = body ? ` -H 'content-type: application/json' -d ${quoted(JSON.stringify(body))}` : "";
  const bearer = token ? " -H \"authorization: Bearer $TOKEN\"" : "";
  return `curl -X ${method} ${quoted(location.origin + path)}${bearer}${sent}`;
}
