import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import type { HTTPMethods, onRouteHookHandler } from "fastify";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { hollowApi } from "../api/hollow-api.ts";
import { wholeApi } from "../api/whole-api.ts";
import type { Project, WholeApi } from "../api/whole-api.ts";

/** One call that the service offers. */
interface Operation {
  readonly method: HTTPMethods;
  /** With `:name` for its parameters, and `*` for the rest. */
  readonly path: string;
  /** Of its body and of its query, where it has any. */
  readonly body: Schema | undefined;
  readonly query: Schema | undefined;
}

/** As much of JSON Schema as the schemas of calls have. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Every call of every dialect on the API's port, as it is registered. */
async function operations(): Promise<readonly Operation[]> {
  const found: Operation[] = [];
  const onRoute: onRouteHookHandler = ({ method, url, schema }) => {
    for (const name of [method].flat()) {
      // The schemas of routes are JSON Schema.
      found.push({ method: name, path: url, body: schema?.body as Schema, query: schema?.querystring as Schema });
    }
  };
  const app = await hollowApi({ onRoute });
  await app.ready();
  await app.close();
  return found;
}

const nasty = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "..",
    "../../etc/passwd",
    "%00",
    "' or 1=1 --",
    "𠮷".repeat(50),
    "\u202e",
    "-1",
    "NaN",
    "1e309",
  ),
  fc.constant("x".repeat(10_000)),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const value = fc.oneof(
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, -1, 2 ** 53, 1e308, 0.5, true, [], {}, [[]], { key: "k", value: "v" }, ["k.v"]),
);

const likely = fc.constantFrom("n", "k", "1", "true", "files:disk.raw", "2026-01-02T03:04:05Z", "filter", "accepted", "0".repeat(32));

/** Mostly what a schema asks for, and in places anything. */
function fitting(schema: Schema | undefined): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: exactly(schema) }, { weight: 1, arbitrary: value });
}

function exactly(schema: Schema = {}): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map(exactly));
  }
  if (schema.const !== undefined || schema.enum !== undefined) {
    return fc.constantFrom(...(schema.enum ?? [schema.const]));
  }
  const [type] = [schema.type].flat();
  if (type === "object") {
    const fields = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, fitting(inner)]));
    const requiredKeys = (schema.required ?? []).filter((name) => Object.hasOwn(fields, name));
    return fc.oneof(
      { weight: 8, arbitrary: fc.record(fields, { requiredKeys }) },
      { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("__proto__", "constructor", ...Object.keys(fields)), value, { maxKeys: 6 }) },
    );
  }
  if (type === "array") {
    return fc.array(fitting(schema.items), { maxLength: 3 });
  }
  const plain: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    string: fc.oneof(likely, nasty),
    integer: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer()),
    number: fc.double(),
    boolean: fc.boolean(),
    null: fc.constant(null),
  };
  return plain[type ?? ""] ?? value;
}

let world: TransferWorld;
let api: WholeApi;
let places: readonly string[];

before(async () => {
  world = await TransferWorld.open();
  api = await wholeApi(world);
  const mine = await world.addImage("demo", Buffer.alloc(4096, 1));
  const theirs = await world.addImage("alt", Buffer.alloc(4096, 1));
  places = [mine.id, theirs.id, "0".repeat(32), "k", "x".repeat(3000)];
});

after(async () => {
  await api.app.close();
  await world[Symbol.asyncDispose]();
});

// oxlint-disable-next-line max-params -- a call reads best on one line
async function call(method: HTTPMethods, url: string, caller: Project, payload?: string) {
  const headers = { "x-auth-token": api.tokens[caller], ...(payload !== undefined && { "content-type": "application/json" }) };
  return await api.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
}

/** Nobody may take away the projects that the callers' tokens are for. */
const wordsFor = (path: string): readonly string[] => (path.startsWith("/v3") ? places : [...places, "demo", "alt"]);
const callers = fc.constantFrom<Project[]>("demo", "alt", "admin");

for (const { method, path, body: bodySchema, query: querySchema } of await operations()) {
  test(`${method} ${path}: whatever comes is answered by the words of a client's fault, never by a failure`, async () => {
    const filling = fc.infiniteStream(fc.oneof(fc.constantFrom(...wordsFor(path)), nasty));
    const sent = fc.record({ body: fitting(bodySchema), query: exactly({ ...querySchema, type: "object" }), isBroken: fc.nat(9) });
    await fc.assert(
      fc.asyncProperty(filling, callers, sent, async (words, caller, { body, query, isBroken }) => {
        const address = path.replace(/:\w+|\*/g, () => encodeURIComponent(words.next().value));
        const url = `${address}${isBroken === 1 ? "" : queryText(query)}`;
        const text = `${JSON.stringify(body)}${isBroken === 0 ? "}" : ""}`;
        const answer = await call(method, url, caller, method === "GET" || method === "HEAD" ? undefined : text);
        assert.ok(
          answer.statusCode < 500,
          `${answer.statusCode} ${answer.body.slice(0, 500)} for ${url.slice(0, 200)} ${text.slice(0, 500)}`,
        );
        if (answer.statusCode >= 400 && method !== "HEAD") {
          assert.match(answer.headers["content-type"]?.toString() ?? "", /json/);
          assert.match(answer.body, /"(?:error_)?code":/);
        }
      }),
      { numRuns: 20 },
    );
  });
}

function queryText(query: unknown): string {
  const pairs = Object.entries(query ?? {}).map(([name, given]: [string, unknown]) => {
    const text = typeof given === "string" ? given : (JSON.stringify(given) ?? "");
    return `${name}=${encodeURIComponent(text)}`;
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

test("queries of any kind are answered by a list or a refusal", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("/v2/cloudimages", "/v2/images", "/v1/cloudimages/tags", "/v1/cloudimages/os_version", "/v1.1/images/detail"),
      fc.array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom(
              "limit",
              "marker",
              "sort_key",
              "sort_dir",
              "tag",
              "created_at",
              "min_disk",
              "status",
              "__imagetype",
              "member_status",
            ),
            nasty,
          ),
          nasty,
        ),
        { maxLength: 5 },
      ),
      async (url, pairs) => {
        const query = pairs.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join("&");
        const { statusCode, body } = await call("GET", `${url}?${query}`, "demo");
        assert.ok([200, 400, 404].includes(statusCode), `${statusCode} ${body.slice(0, 300)} for ${query.slice(0, 300)}`);
      },
    ),
    { numRuns: 200 },
  );
});
