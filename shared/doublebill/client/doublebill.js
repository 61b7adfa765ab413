/**
 * The client of the HTTP API for browsers and Node: one file, an ES module, no dependencies.
 *
 *     import { Client } from "./doublebill.js";
 *
 *     const client = new Client("https://…", { token: "…" });
 *     const { recommendations } = await client.recommend("films", { user_id: "ann", n: 5 });
 *
 * Requests and responses are those of infra/docs/reference/http.md. A request is sent again when the service is away or
 * busy, with the same ids of events and jobs, so that nothing is counted or started twice.
 *
 * @module doublebill
 */

/**
 * @typedef {object} Options
 * @property {string | (() => string | Promise<string>)} [token] a bearer token, or a function that returns the current one
 * @property {number} [attempts] how often a request is sent at most; 5
 * @property {number} [firstMilliseconds] the longest wait before the second attempt, doubled before each further one; 200
 * @property {number} [longestMilliseconds] the longest wait; a service that asks for more is not asked again; 20000
 * @property {number} [timeoutMilliseconds] of one attempt; 35000, since the service answers within 30 seconds
 * @property {number} [pollMilliseconds] between two looks at a job that works; 2000
 * @property {typeof fetch} [fetch] sends requests
 * @property {(milliseconds: number) => Promise<void>} [sleep] waits
 * @property {() => number} [random] draws between 0 and 1
 */

/**
 * @typedef {object} Event
 * @property {string} user_id
 * @property {string} item_id
 * @property {string} kind such as "play", "view", "like", "rate"
 * @property {number} [value] the rating of a "rate" event
 * @property {number | string} [timestamp]
 * @property {string} [event_id] made by the client where it is missing
 * @property {string} [recommendation_id] of the response that led to the event
 */

/**
 * @typedef {object} Contribution
 * @property {string} [item_id] the item of the history
 * @property {false} [available] where the item was taken down, and is not named
 * @property {"recent"} [prior] stands in place of the item for recent popularity
 * @property {string} [title]
 * @property {number} contribution
 * @property {number} share
 */

/**
 * @typedef {object} Recommendation
 * @property {string} item_id
 * @property {number} score
 * @property {string} [title]
 * @property {Record<string, boolean | number | string | string[]>} [attributes]
 * @property {Contribution[]} [contributions] with `explain`
 */

/**
 * @typedef {object} Recommendations
 * @property {string} catalog
 * @property {string} model_version
 * @property {string} recommendation_id to be quoted by events
 * @property {boolean} cold
 * @property {boolean | string} degraded
 * @property {string[]} unknown_items
 * @property {Recommendation[]} recommendations
 * @property {string} [next_cursor]
 */

/** An answer that is a problem document (RFC 9457). */
export class ProblemAnswer extends Error {
  /**
   * @param {number} status
   * @param {string} kind the last part of the problem's type, such as "invalid-input"; it never changes
   * @param {string} detail
   * @param {{field: string, problem: string, fix: string}[]} errors the fields that are wrong
   * @param {number | null} retryAfterSeconds how long the service says to wait
   */
  constructor(status, kind, detail, errors, retryAfterSeconds) {
    super(`${status} ${kind}: ${detail}`);
    Object.assign(this, { name: "ProblemAnswer", status, kind, detail, errors, retryAfterSeconds });
  }
}

/** A request without an answer: no connection, or none in time. */
export class Unreachable extends Error {
  /** @param {string} message @param {unknown} cause */
  constructor(message, cause) {
    super(message, { cause });
    this.name = "Unreachable";
  }
}

const AGAIN = new Set([429, 500, 502, 503, 504]);
const MOST_EVENTS = 1000;
const WORKING = new Set(["queued", "running"]);

/** A client of one service. */
export class Client {
  /** @param {string} url @param {Options} [options] */
  constructor(url, options = {}) {
    this.url = url.replace(/\/+$/, "");
    /** @type {Required<Omit<Options, "token">> & Pick<Options, "token">} */
    this.options = {
      attempts: 5,
      firstMilliseconds: 200,
      longestMilliseconds: 20_000,
      timeoutMilliseconds: 35_000,
      pollMilliseconds: 2_000,
      fetch: (...sent) => globalThis.fetch(...sent),
      sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
      random: Math.random,
      ...options,
    };
  }

  // ---- recommendations

  /** @param {string} catalog @param {object} request @returns {Promise<Recommendations>} */
  recommend(catalog, request) {
    return this.send("POST", path`catalogs/${catalog}/recommendations`, {}, request);
  }

  /** Yields recommendations page by page of `n`, until there are no more.
   * @param {string} catalog @param {object} request @returns {AsyncGenerator<Recommendation>} */
  async *recommendAll(catalog, request) {
    let cursor;
    do {
      const page = await this.recommend(catalog, cursor ? { ...request, cursor } : request);
      yield* page.recommendations;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** @param {string} catalog @param {string} userId @param {object} [query] @returns {Promise<Recommendations>} */
  recommendUser(catalog, userId, query) {
    return this.send("GET", path`catalogs/${catalog}/users/${userId}/recommendations`, query);
  }

  /** @param {string} catalog @param {string} userId @param {object} [query] */
  rows(catalog, userId, query) {
    return this.send("GET", path`catalogs/${catalog}/users/${userId}/rows`, query);
  }

  /** Orders items. @param {string} catalog @param {object} request @returns {Promise<Recommendations>} */
  rank(catalog, request) {
    return this.send("POST", path`catalogs/${catalog}/rankings`, {}, request);
  }

  /** @param {string} catalog @param {string} itemId @param {object} [query] */
  neighbours(catalog, itemId, query) {
    return this.send("GET", path`catalogs/${catalog}/items/${itemId}/neighbours`, query);
  }

  /** Finds items by words. @param {string} catalog @param {object} query `q`, and `n`, `filter`, `fields` */
  search(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/search`, query);
  }

  /** @param {string} catalog @param {object} [query] */
  popular(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/popular`, query);
  }

  /** @param {string} catalog @param {object} [query] */
  trending(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/trending`, query);
  }

  /** Returns items in two dimensions. @param {string} catalog @param {object} [query] `n`, `filter`, `fields` */
  mapItems(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/map`, query);
  }

  /** @param {string} catalog @param {object} request */
  startBatch(catalog, request) {
    const keyed = { idempotency_key: newId(), ...request };
    return this.send("POST", path`catalogs/${catalog}/batches`, {}, keyed);
  }

  /** @param {string} catalog @param {string} batchId @param {number} [part] */
  batch(catalog, batchId, part) {
    return this.send("GET", path`catalogs/${catalog}/batches/${batchId}`, { part });
  }

  /** Waits for the end of a batch. @param {string} catalog @param {string} batchId */
  endedBatch(catalog, batchId) {
    return this.ended(() => this.batch(catalog, batchId));
  }

  /** Yields all results of a batch that has succeeded. @param {string} catalog @param {string} batchId */
  async *batchResults(catalog, batchId) {
    let parts = 1;
    for (let part = 0; part < parts; part++) {
      const batch = await this.batch(catalog, batchId, part);
      parts = batch.parts;
      yield* batch.results ?? [];
    }
  }

  // ---- the data of catalogs

  catalogs() {
    return this.send("GET", path`catalogs`);
  }

  /** @param {string} catalog */
  removeCatalog(catalog) {
    return this.send("DELETE", path`catalogs/${catalog}`);
  }

  /** @param {string} catalog */
  settings(catalog) {
    return this.send("GET", path`catalogs/${catalog}/settings`);
  }

  /** @param {string} catalog @param {object} settings */
  putSettings(catalog, settings) {
    return this.send("PUT", path`catalogs/${catalog}/settings`, {}, settings);
  }

  /** Sends any number of events, at most 1,000 a request, and returns the sums of the responses.
   * @param {string} catalog @param {Event[]} events
   * @returns {Promise<{accepted: number, rejected: {index: number, reason: string}[], unknown_items: number, degraded?: string}>}
   *   `degraded` is that of the latest response that has one */
  async sendEvents(catalog, events) {
    const all = { accepted: 0, rejected: [], unknown_items: 0 };
    for (let start = 0; start === 0 || start < events.length; start += MOST_EVENTS) {
      const identified = events.slice(start, start + MOST_EVENTS).map((one) => ({ ...one, event_id: one.event_id ?? newId() }));
      const response = await this.send("POST", path`catalogs/${catalog}/events`, {}, { events: identified });
      all.accepted += response.accepted;
      all.unknown_items += response.unknown_items ?? 0;
      if (response.degraded) all.degraded = response.degraded;
      all.rejected.push(...response.rejected.map((one) => ({ ...one, index: one.index + start })));
    }
    return all;
  }

  /** @param {string} catalog @param {object[]} items */
  putItems(catalog, items) {
    return this.send("PUT", path`catalogs/${catalog}/items`, {}, { items });
  }

  /** @param {string} catalog @param {object[]} items */
  patchItems(catalog, items) {
    return this.send("PATCH", path`catalogs/${catalog}/items`, {}, { items });
  }

  /** @param {string} catalog @param {string} itemId */
  item(catalog, itemId) {
    return this.send("GET", path`catalogs/${catalog}/items/${itemId}`);
  }

  /** @param {string} catalog @param {string[]} itemIds */
  lookUpItems(catalog, itemIds) {
    return this.send("POST", path`catalogs/${catalog}/items/lookups`, {}, { item_ids: itemIds });
  }

  /** @param {string} catalog @param {string} itemId */
  removeItem(catalog, itemId) {
    return this.send("DELETE", path`catalogs/${catalog}/items/${itemId}`);
  }

  /** @param {string} catalog @param {string} userId @param {object} [query] */
  history(catalog, userId, query) {
    return this.send("GET", path`catalogs/${catalog}/users/${userId}/history`, query);
  }

  /** Gives a user the history of another one. @param {string} catalog @param {string} userId @param {string} from */
  mergeUsers(catalog, userId, from) {
    return this.send("POST", path`catalogs/${catalog}/users/${userId}/merge`, {}, { from });
  }

  /** Cancels that. @param {string} catalog @param {string} userId @param {string} from */
  unmergeUsers(catalog, userId, from) {
    return this.send("POST", path`catalogs/${catalog}/users/${userId}/unmerge`, {}, { from });
  }

  /** @param {string} catalog @param {string} userId @param {object} [query] */
  exportUser(catalog, userId, query) {
    return this.send("GET", path`catalogs/${catalog}/users/${userId}`, query);
  }

  /** @param {string} catalog @param {object} request */
  exportByBody(catalog, request) {
    return this.send("POST", path`catalogs/${catalog}/exports`, {}, request);
  }

  /** Erases a user. @param {string} catalog @param {string} userId */
  eraseUser(catalog, userId) {
    return this.send("DELETE", path`catalogs/${catalog}/users/${userId}`);
  }

  /** @param {string} catalog @param {object} request */
  eraseUsers(catalog, request) {
    return this.send("POST", path`catalogs/${catalog}/erasures`, {}, request);
  }

  /** @param {string} catalog */
  erasures(catalog) {
    return this.send("GET", path`catalogs/${catalog}/erasures`);
  }

  /** @param {string} catalog @param {string} erasureId */
  erasure(catalog, erasureId) {
    return this.send("GET", path`catalogs/${catalog}/erasures/${erasureId}`);
  }

  /** @param {string} catalog */
  imports(catalog) {
    return this.send("GET", path`catalogs/${catalog}/imports`);
  }

  /** @param {string} catalog @param {string} importId */
  importRecord(catalog, importId) {
    return this.send("GET", path`catalogs/${catalog}/imports/${importId}`);
  }

  /** @param {string} catalog @param {string} importId */
  removeImport(catalog, importId) {
    return this.send("DELETE", path`catalogs/${catalog}/imports/${importId}`);
  }

  /** @param {object} [query] */
  usage(query) {
    return this.send("GET", path`usage`, query);
  }

  // ---- trainings and versions

  /** @param {string} catalog @param {object} [request] */
  startTraining(catalog, request = {}) {
    const keyed = { idempotency_key: newId(), ...request };
    return this.send("POST", path`catalogs/${catalog}/trainings`, {}, keyed);
  }

  /** @param {string} catalog @param {string} trainingId */
  training(catalog, trainingId) {
    return this.send("GET", path`catalogs/${catalog}/trainings/${trainingId}`);
  }

  /** Waits for the end of a training. @param {string} catalog @param {string} trainingId */
  endedTraining(catalog, trainingId) {
    return this.ended(() => this.training(catalog, trainingId));
  }

  /** @param {string} catalog @param {object} [query] */
  trainings(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/trainings`, query);
  }

  /** @param {string} catalog @param {object} [query] */
  models(catalog, query) {
    return this.send("GET", path`catalogs/${catalog}/models`, query);
  }

  /** @param {string} catalog @param {string} version */
  model(catalog, version) {
    return this.send("GET", path`catalogs/${catalog}/models/${version}`);
  }

  /** Recommends for a history by a version that need not serve.
   * @param {string} catalog @param {string} version @param {object} request */
  recommendBy(catalog, version, request) {
    return this.send("POST", path`catalogs/${catalog}/models/${version}/recommendations`, {}, request);
  }

  /** @param {string} catalog @param {string} version */
  promote(catalog, version) {
    return this.send("PUT", path`catalogs/${catalog}/champion`, {}, { version });
  }

  /** @param {string} catalog @param {string} version @param {number} share */
  challenge(catalog, version, share) {
    return this.send("PUT", path`catalogs/${catalog}/challenger`, {}, { version, share });
  }

  /** @param {string} catalog */
  endChallenge(catalog) {
    return this.send("DELETE", path`catalogs/${catalog}/challenger`);
  }

  // ---- game content and the service

  games() {
    return this.send("GET", path`games`);
  }

  /** @param {string} kind @param {object} request */
  generate(kind, request) {
    return this.send("POST", path`games/${kind}`, {}, request);
  }

  /** Starts to generate many levels or texts as a job. @param {string} kind @param {object} request */
  startContentBatch(kind, request) {
    const keyed = { idempotency_key: newId(), ...request };
    return this.send("POST", path`games/${kind}/batches`, {}, keyed);
  }

  /** @param {string} kind @param {string} batchId @param {number} [part] */
  contentBatch(kind, batchId, part) {
    return this.send("GET", path`games/${kind}/batches/${batchId}`, { part });
  }

  /** Waits for the end of a batch. @param {string} kind @param {string} batchId */
  endedContentBatch(kind, batchId) {
    return this.ended(() => this.contentBatch(kind, batchId));
  }

  /** Returns content as a file with its name. @param {string} kind @param {object} [query] @returns {Promise<File>} */
  draw(kind, query) {
    return this.send("GET", path`games/${kind}`, query, undefined, fileOf);
  }

  /** Checks whether levels can be finished. @param {string} kind @param {object} request */
  prove(kind, request) {
    return this.send("POST", path`games/${kind}/proofs`, {}, request);
  }

  /** @param {string} kind @param {object} request */
  putCorpus(kind, request) {
    return this.send("POST", path`games/${kind}/corpora`, {}, request);
  }

  /** @param {string} kind @param {string} corpus */
  corpus(kind, corpus) {
    return this.send("GET", path`games/${kind}/corpora/${corpus}`);
  }

  health() {
    return this.send("GET", path`health`);
  }

  openapi() {
    return this.send("GET", path`openapi.json`);
  }

  // ---- how requests are sent

  /**
   * Sends a request, again where that may help, and returns the response.
   *
   * @param {string} method @param {string} path encoded @param {object} [query] values that are missing are left out
   * @param {object} [body] @param {(answer: Response) => Promise<any>} [read] @returns {Promise<any>}
   * @throws {ProblemAnswer | Unreachable}
   */
  async send(method, path, query = {}, body = undefined, read = (answer) => answer.json()) {
    const { attempts, timeoutMilliseconds, fetch, sleep } = this.options;
    const url = this.url + path + queryString(query);
    for (let attempt = 0; ; attempt++) {
      let failure, milliseconds;
      try {
        const signal = AbortSignal.timeout(timeoutMilliseconds);
        const sent = body === undefined ? undefined : JSON.stringify(body);
        const answer = await fetch(url, { method, headers: await this.headers(body), body: sent, signal });
        if (answer.ok) return await read(answer);
        failure = await problemOf(answer);
        milliseconds = AGAIN.has(answer.status) ? this.waitMilliseconds(attempt, failure.retryAfterSeconds) : Infinity;
      } catch (fault) {
        if (fault instanceof SyntaxError) throw fault;
        failure = new Unreachable(`${method} ${this.url}: ${fault}`, fault);
        milliseconds = this.waitMilliseconds(attempt, null);
      }
      if (attempt + 1 >= attempts || milliseconds === Infinity) throw failure;
      await sleep(milliseconds);
    }
  }

  /** @param {unknown} body @returns {Promise<Record<string, string>>} */
  async headers(body) {
    const { token } = this.options;
    const current = typeof token === "function" ? await token() : token;
    return {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(current ? { authorization: `Bearer ${current}` } : {}),
    };
  }

  /** Returns the wait before the next attempt; Infinity where there is none.
   * @param {number} attempt from 0 @param {number | null} retryAfterSeconds */
  waitMilliseconds(attempt, retryAfterSeconds) {
    const { firstMilliseconds, longestMilliseconds, random } = this.options;
    if (retryAfterSeconds === null) return random() * Math.min(longestMilliseconds, firstMilliseconds * 2 ** attempt);
    const named = retryAfterSeconds * 1000;
    return named <= longestMilliseconds ? named + random() * firstMilliseconds : Infinity;
  }

  /** Repeats a call until the job that it shows has ended. @param {() => Promise<any>} call */
  async ended(call) {
    for (;;) {
      const job = await call();
      if (!WORKING.has(job.state)) return job;
      await this.options.sleep(this.options.pollMilliseconds);
    }
  }
}

/** Returns a path below /v1 with its values encoded: an id may have any character. */
function path(strings, ...values) {
  return "/v1/" + strings.map((text, place) => text + (place < values.length ? segment(values[place]) : "")).join("");
}

/** Encodes a segment; dots alone stand for folders in a URL, even encoded. */
function segment(value) {
  if (["", ".", ".."].includes(value)) throw new RangeError(`"${value}" cannot stand in a URL; use a call that has it in its body`);
  return encodeURIComponent(value).replace(/[!'()*]/g, (letter) => "%" + letter.charCodeAt(0).toString(16).toUpperCase());
}

/** Lists have commas, objects are JSON. */
function queryString(query) {
  const present = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = (value) => (Array.isArray(value) ? value.join(",") : typeof value === "object" ? JSON.stringify(value) : String(value));
  return present.length ? "?" + new URLSearchParams(present.map(([name, value]) => [name, text(value)])) : "";
}

/** The file of an answer, under the name that the answer gives it. @param {Response} answer @returns {Promise<File>} */
async function fileOf(answer) {
  const name = /filename="([^"]*)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "";
  const content = await answer.blob();
  return new File([content], name, { type: content.type });
}

/** API Gateway's own refusals have a `message` only. @param {Response} answer */
async function problemOf(answer) {
  const text = await answer.text();
  let document = {};
  try {
    document = JSON.parse(text) ?? {};
  } catch {
    document = { detail: text.slice(0, 200) };
  }
  const kind = (document.type ?? "no-problem-document").replace("urn:doublebill:problem:", "");
  const detail = document.detail ?? document.title ?? document.message ?? "";
  const seconds = Number.parseFloat(answer.headers.get("retry-after") ?? "");
  return new ProblemAnswer(answer.status, kind, detail, document.errors ?? [], Number.isFinite(seconds) ? seconds : null);
}

/** `crypto.randomUUID` is missing on pages without HTTPS. */
function newId() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
