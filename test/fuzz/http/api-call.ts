import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { finished, percent, setHeader } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { fittingValue } from "./fitting-value.ts";
import type { ValueMaker } from "./fitting-value.ts";
import type { CallerName, FuzzWorld } from "./fuzz-world.ts";
import type { HttpCall } from "./http-call.ts";
import type { Operation } from "./operations.ts";
import { recipes } from "./recipes.table.ts";
import { spoilCall } from "./spoil-call.ts";
import type { Words } from "./words.ts";

const callers: readonly CallerName[] = ["demo", "demo", "demo", "demo", "admin", "admin", "alt", "alt", "nobody"];

/** Makes a call of the API's port: one that fits its operation, with mostly one thing wrong. */
export function apiCall(world: FuzzWorld, random: SeededRandom): HttpCall {
  const operation = pickOperation(world, random);
  const caller = random.pick(callers);
  const words = world.wordsOf(caller, operation.method !== "GET" && operation.path.startsWith("/v3"));
  const maker: ValueMaker = { random, words, optionalOneIn: random.pick([1, 3, 8]) };
  const draft: Draft = {
    random,
    words,
    caller,
    server: "api",
    framing: "plain",
    isElsewhere: false,
    faults: [],
    operation: `${operation.method} ${operation.path}`,
    method: operation.method,
    path: pathOf(operation, maker, caller),
    query: queryOf(operation, maker),
    headers: [],
    json: jsonOf(operation, maker),
    body: undefined,
  };
  addHeaders(draft, world, operation);
  addBytes(draft, operation);
  for (let count = random.pick([0, 0, 1, 1, 1, 1, 2, 3]); count > 0; count -= 1) {
    spoilCall(draft);
  }
  return finished(draft);
}

/** Calls that look at heads, and the many of roles, come less often than they are many. */
function pickOperation(world: Pick<FuzzWorld, "operations">, random: SeededRandom): Operation {
  const operation = random.pick(world.operations);
  const isOneOfMany = operation.method === "HEAD" || operation.path.includes("/roles");
  return isOneOfMany && !random.oneIn(6) ? pickOperation(world, random) : operation;
}

/** A body by its schema alone, or one that its operation is likely to take, which says more than the schema. */
function jsonOf({ method, path, body }: Operation, maker: ValueMaker): unknown {
  if (body === undefined) {
    return undefined;
  }
  const { random, words } = maker;
  const recipe = recipes.find(([form]) => form.test(`${method} ${path}`))?.[1];
  if (recipe === undefined || random.oneIn(3)) {
    return fittingValue(maker, body);
  }
  return recipe(words, random);
}

function pathOf({ path }: Operation, { random, words }: ValueMaker, caller: CallerName): string {
  return path.replace(/([\w-]*)\/(?::(\w+)|\*)/g, (_whole, before: string, name = "rest") => {
    return `${before}/${percent(wordOf(words, { random, before, name, caller }))}`;
  });
}

/** What stands before a parameter tells more of it than its name: `/groups/:subject_id`. */
function wordOf(
  words: Words,
  {
    random,
    before,
    name,
    caller,
  }: { readonly random: SeededRandom; readonly before: string; readonly name: string; readonly caller: CallerName },
): string {
  if (name === "project_id" && before !== "projects" && caller !== "nobody" && !random.oneIn(5)) {
    return caller;
  }
  const kind = words.kindOf(before);
  const word = kind === undefined ? words.for(random, name) : words.pick(random, kind);
  return typeof word === "string" ? word : JSON.stringify(word);
}

function queryOf({ query }: Operation, maker: ValueMaker): (readonly [string, string])[] {
  if (query === undefined) {
    return [];
  }
  // A query is an object of texts.
  const values = fittingValue({ ...maker, optionalOneIn: maker.optionalOneIn * 3 }, { ...query, type: "object" }) as Readonly<
    Record<string, unknown>
  >;
  return Object.entries(values).map(([name, value]) => [percent(name), percent(typeof value === "string" ? value : JSON.stringify(value))]);
}

function addHeaders(draft: Draft, world: FuzzWorld, { headers }: Operation): void {
  const token = world.tokens[draft.caller];
  if (token !== undefined) {
    setHeader(draft, "x-auth-token", token);
  }
  if (draft.path.includes("/auth/tokens") && draft.method !== "POST") {
    setHeader(draft, "x-subject-token", draft.method === "GET" && token !== undefined ? token : "nonsense");
  }
  if (draft.json !== undefined) {
    setHeader(draft, "content-type", Array.isArray(draft.json) ? "application/openstack-images-v2.1-json-patch" : "application/json");
  }
  const isTus = headers?.properties?.["tus-resumable"] !== undefined;
  if (isTus) {
    setHeader(draft, "tus-resumable", "1.0.0");
  }
}

/** Gives bytes to the calls that carry a file, or a part of one. */
function addBytes(draft: Draft, { method, path }: Operation): void {
  const { random } = draft;
  const isUpload = path.startsWith("/api/v1/uploads");
  if (isUpload && method === "POST" && draft.json === undefined) {
    const [bucket, key] = [draft.words.pick(random, "bucket"), random.pick(["up", "disk.raw", "a/b"])];
    const fields = random.oneIn(4) ? { image: draft.words.pick(random, "image") } : { bucket, key };
    const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`);
    setHeader(draft, "upload-metadata", metadata.join(","));
    setHeader(draft, random.oneIn(3) ? "upload-defer-length" : "upload-length", random.pick(["1", "20", "1048576"]));
  }
  if ((isUpload && method === "PATCH") || (method === "PUT" && /\/(?:file|stage)$/.test(path))) {
    draft.json = undefined;
    draft.body = random.bytes(random.pick([0, 1, 20, 5000]));
    setHeader(
      draft,
      "content-type",
      isUpload ? random.pick(["application/offset+octet-stream", "application/vnd.tintype.chunks"]) : "application/octet-stream",
    );
    if (isUpload) {
      setHeader(draft, "upload-offset", random.pick(["0", "20", "1"]));
    }
  }
}
