import assert from "node:assert/strict";
import { test } from "node:test";
import { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import {
  MetadefAssociation,
  MetadefAssociationsAnswer,
  MetadefNamespace,
  MetadefNamespacesAnswer,
  MetadefObject,
  MetadefObjectsAnswer,
  MetadefPropertiesAnswer,
  MetadefProperty,
  MetadefTag,
  MetadefTagsAnswer,
  ResourceTypesAnswer,
} from "@tintype/contract/image-v2/metadefs.ts";
import { loadStandardSets } from "@tintype/server/metadefs/load-standard-sets.ts";
import type { HTTPMethods, LightMyRequestResponse } from "fastify";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { openAudited, tracesOf } from "./audit-calls.ts";
import { administrator, alt, demo, ImsServer, reader } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const root = "/image/v2/metadefs/namespaces";
const readers: readonly Caller[] = [demo, reader, alt, administrator];

/** An answer with this status, that fits its schema. */
function fitting<S extends TSchema>(answer: LightMyRequestResponse, status: number, schema: S): Static<S> {
  assert.equal(answer.statusCode, status, answer.body);
  const body: unknown = answer.json();
  assert.deepEqual([...Value.Errors(schema, body)], []);
  return body as Static<S>;
}

/** The status of a call; a refusal has the shape of one. */
// oxlint-disable-next-line max-params -- a call reads best on one line
async function statusOf(
  server: ImsServer,
  method: HTTPMethods,
  path: string,
  body?: object | string,
  caller: Caller = administrator,
): Promise<number> {
  const answer = await server.call(method, `${root}${path}`, body, caller);
  if (answer.statusCode >= 400) {
    assert.deepEqual([...Value.Errors(ImageV2Error, answer.json())], [], answer.body);
  } else if (answer.statusCode === 204) {
    assert.equal(answer.body, "");
  }
  return answer.statusCode;
}

async function make(server: ImsServer, body: MetadefNamespace): Promise<MetadefNamespace> {
  server.world.clock.advance(1000);
  return fitting(await server.call("POST", root, body, administrator), 201, MetadefNamespace);
}

async function show(server: ImsServer, path: string, caller: Caller = administrator): Promise<MetadefNamespace> {
  return fitting(await server.call("GET", `${root}/${path}`, undefined, caller), 200, MetadefNamespace);
}

async function list(server: ImsServer, query = "", caller: Caller = demo): Promise<readonly string[]> {
  const { namespaces } = fitting(await server.call("GET", `${root}${query}`, undefined, caller), 200, MetadefNamespacesAnswer);
  return namespaces.map(({ namespace }) => namespace);
}

const whole = {
  namespace: "Whole::One",
  display_name: "Whole",
  description: "d",
  visibility: "public",
  protected: false,
  owner: "somebody",
  properties: { p1: { title: "P1", type: "string", enum: ["a"], default: "a" } },
  objects: [{ name: "o1", description: "od", properties: { q: { title: "Q", type: "integer", minimum: 1 } }, required: ["q"] }],
  tags: [{ name: "t1" }],
  resource_type_associations: [{ name: "OS::Glance::Image", prefix: "pp_", properties_target: "image" }, { name: "Mine::Type" }],
} satisfies MetadefNamespace;

test("a namespace is made with nothing but its name, and belongs to the caller's project alone", async () => {
  await using server = await ImsServer.open();
  const answer = await server.call("POST", root, { namespace: "Just::One" }, administrator);
  const instant = "2026-01-02T03:04:05Z";
  assert.deepEqual(fitting(answer, 201, MetadefNamespace), {
    namespace: "Just::One",
    visibility: "private",
    protected: false,
    owner: "admin",
    created_at: instant,
    updated_at: instant,
    self: "/v2/metadefs/namespaces/Just::One",
    schema: "/v2/schemas/metadefs/namespace",
  });
  assert.match(String(answer.headers["location"]), /^http:\/\/[^/]+\/image\/v2\/metadefs\/namespaces\/Just::One$/);
  assert.deepEqual(await show(server, "Just::One"), answer.json());
});

test("a namespace is made at once with everything that is to be in it, and shown so", async () => {
  await using server = await ImsServer.open();
  await make(server, whole);
  const shown = await show(server, "Whole::One", demo);
  const instants = { created_at: "2026-01-02T03:04:06Z", updated_at: "2026-01-02T03:04:06Z" };
  assert.deepEqual(shown, {
    ...whole,
    ...instants,
    self: "/v2/metadefs/namespaces/Whole::One",
    schema: "/v2/schemas/metadefs/namespace",
    resource_type_associations: whole.resource_type_associations.map((type) => ({ ...type, ...instants })),
    objects: whole.objects.map((object) => ({
      ...object,
      ...instants,
      self: "/v2/metadefs/namespaces/Whole::One/objects/o1",
      schema: "/v2/schemas/metadefs/object",
    })),
  });
  const twice = { ...whole, namespace: "Twice", tags: [{ name: "t" }, { name: "t" }] };
  assert.equal(await statusOf(server, "POST", "", twice), 409);
  assert.equal(await statusOf(server, "GET", "/Twice"), 404);
});

test("for a type of things, properties bear the prefix that they have there", async () => {
  await using server = await ImsServer.open();
  await make(server, whole);
  const image = await show(server, "Whole::One?resource_type=OS::Glance::Image", demo);
  assert.deepEqual(Object.keys(image.properties ?? {}), ["pp_p1"]);
  assert.deepEqual(Object.keys(image.objects?.[0]?.properties ?? {}), ["pp_q"]);
  assert.deepEqual(image.objects?.[0]?.required, ["pp_q"]);
  for (const type of ["Mine::Type", "Other", ""]) {
    assert.deepEqual(Object.keys((await show(server, `Whole::One?resource_type=${type}`, demo)).properties ?? {}), ["p1"], type);
  }
  const properties = `${root}/Whole::One/properties`;
  const prefixed = await server.call("GET", `${properties}?resource_type=OS::Glance::Image`);
  assert.deepEqual(Object.keys(fitting(prefixed, 200, MetadefPropertiesAnswer).properties), ["pp_p1"]);
  const one = await server.call("GET", `${properties}/pp_p1?resource_type=OS::Glance::Image`);
  assert.equal(fitting(one, 200, MetadefProperty).name, "p1");
  assert.equal(await statusOf(server, "GET", "/Whole::One/properties/p1?resource_type=OS::Glance::Image"), 404);
  assert.equal(await statusOf(server, "GET", "/Whole::One/properties/p1?resource_type=Other"), 404);
  assert.equal(await statusOf(server, "GET", "/Whole::One/properties/p1?resource_type=Mine::Type"), 200);
});

test("a private namespace is there for its owner and for operators only, and for others nothing in it is", async () => {
  await using server = await ImsServer.open();
  await make(server, { ...whole, namespace: "Theirs", visibility: "private", owner: "alt" });
  for (const path of ["", "/objects", "/objects/o1", "/properties", "/properties/p1", "/tags", "/tags/t1", "/resource_types"]) {
    const statuses = await Promise.all(
      [demo, reader, alt, administrator].map((caller) => statusOf(server, "GET", `/Theirs${path}`, undefined, caller)),
    );
    assert.deepEqual(statuses, [404, 404, 200, 200], path);
  }
  assert.deepEqual(await Promise.all(readers.map((caller) => list(server, "", caller))), [[], [], ["Theirs"], ["Theirs"]]);
  assert.equal(await statusOf(server, "GET", "?marker=Theirs", undefined, demo), 404);
  assert.equal(await statusOf(server, "GET", "?marker=Theirs", undefined, alt), 200);
});

test("only operators write, whatever there is to write to", async () => {
  await using server = await ImsServer.open();
  await make(server, { ...whole, namespace: "N", owner: "demo" });
  const property = { name: "x", title: "X", type: "string" };
  for (const [method, path, body] of [
    ["POST", "", { namespace: "M" }],
    ["PUT", "/N", { namespace: "N" }],
    ["DELETE", "/N", undefined],
    ["DELETE", "/None", undefined],
    ["POST", "/N/properties", property],
    ["PUT", "/N/properties/p1", property],
    ["DELETE", "/N/properties/p1", undefined],
    ["DELETE", "/N/properties", undefined],
    ["POST", "/N/objects", { name: "x" }],
    ["PUT", "/N/objects/o1", { name: "x" }],
    ["DELETE", "/N/objects/o1", undefined],
    ["DELETE", "/N/objects", undefined],
    ["POST", "/N/tags", { tags: [] }],
    ["POST", "/N/tags/x", undefined],
    ["PUT", "/N/tags/t1", { name: "x" }],
    ["DELETE", "/N/tags/t1", undefined],
    ["DELETE", "/N/tags", undefined],
    ["POST", "/N/resource_types", { name: "x" }],
    ["DELETE", "/N/resource_types/Mine::Type", undefined],
  ] as const) {
    for (const caller of [demo, alt, reader]) {
      assert.equal(await statusOf(server, method, path, body, caller), 403, `${method} ${path}`);
    }
  }
  const { objects, tags, properties, resource_type_associations: types } = await show(server, "N", demo);
  assert.deepEqual([objects?.length, tags?.length, Object.keys(properties ?? {}), types?.length], [1, 1, ["p1"], 2]);
});

test("a namespace is changed whole and may be renamed, but not to a name that is taken; what is in it remains", async () => {
  await using server = await ImsServer.open();
  const made = await make(server, whole);
  await make(server, { namespace: "Other" });
  server.world.clock.advance(5000);
  const answer = await server.call("PUT", `${root}/Whole::One`, { namespace: "New", description: "n" }, administrator);
  assert.deepEqual(fitting(answer, 200, MetadefNamespace), {
    namespace: "New",
    description: "n",
    visibility: "private",
    protected: false,
    owner: "somebody",
    created_at: made.created_at,
    updated_at: "2026-01-02T03:04:12Z",
    self: "/v2/metadefs/namespaces/New",
    schema: "/v2/schemas/metadefs/namespace",
  });
  assert.equal((await show(server, "New")).objects?.length, 1);
  assert.equal(await statusOf(server, "GET", "/Whole::One"), 404);
  assert.equal(await statusOf(server, "PUT", "/New", { namespace: "Other" }), 409);
  assert.equal(await statusOf(server, "PUT", "/New", { namespace: "New", owner: "else" }), 200);
  assert.equal((await show(server, "New")).owner, "else");
  assert.equal(await statusOf(server, "PUT", "/Whole::One", { namespace: "X" }), 404);
  assert.equal(await statusOf(server, "PUT", "/New", {}), 400);
  assert.equal(await statusOf(server, "POST", "", { namespace: "New" }), 409);
});

test("a body that does not fit is refused with 400, one that sets what the service sets with 403", async () => {
  await using server = await ImsServer.open();
  await make(server, { namespace: "N" });
  const long = (length: number) => "n".repeat(length);
  for (const [path, body, status] of [
    ["", {}, 400],
    ["", [], 400],
    ["", "x", 400],
    ["", "", 400],
    ["", "null", 400],
    ["", { namespace: "" }, 400],
    ["", { namespace: null }, 400],
    ["", { namespace: 1 }, 400],
    ["", { namespace: long(80) }, 201],
    ["", { namespace: long(81) }, 400],
    ["", { namespace: "A", display_name: long(80), description: long(500), owner: long(255) }, 201],
    ["", { namespace: "B", display_name: long(81) }, 400],
    ["", { namespace: "B", description: long(501) }, 400],
    ["", { namespace: "B", owner: long(256) }, 400],
    ["", { namespace: "B", visibility: "shared" }, 400],
    ["", { namespace: "B", protected: "true" }, 400],
    ["", { namespace: "B", unknown: 1 }, 400],
    ["", { namespace: "B", properties: { p: { type: "string" } } }, 400],
    ["", { namespace: "B", objects: [{}] }, 400],
    ["", { namespace: "B", created_at: "2026-01-01T00:00:00Z" }, 403],
    ["", { namespace: "B", updated_at: "x" }, 403],
    ["", { namespace: "B", self: "/x" }, 403],
    ["", { namespace: "B", schema: "/x" }, 403],
    ["/N/properties", { title: "T", type: "string" }, 400],
    ["/N/properties", { name: "p", type: "string" }, 400],
    ["/N/properties", { name: "p", title: "T" }, 400],
    ["/N/properties", { name: "p", title: "T", type: "text" }, 400],
    ["/N/properties", { name: "p", title: "T", type: "string", unknown: 1 }, 400],
    ["/N/properties", { name: "p", title: "T", type: "string", minimum: "1" }, 400],
    ["/N/properties", { name: "p", title: "T", type: "string", minLength: -1 }, 400],
    ["/N/properties", { name: "p", title: "T", type: "string", pattern: "(" }, 400],
    ["/N/properties", { name: "p", title: "T", type: "string", enum: "a" }, 400],
    ["/N/objects", {}, 400],
    ["/N/objects", { name: "o", required: ["a", "a"] }, 400],
    ["/N/objects", { name: "o", properties: { a: { title: "A" } } }, 400],
    ["/N/objects", { name: "o", created_at: "x" }, 403],
    ["/N/tags", {}, 400],
    ["/N/tags", { tags: [{}] }, 400],
    ["/N/tags", { tags: ["a"] }, 400],
    ["/N/tags/t", "{}", 400],
    [`/N/tags/${long(81)}`, undefined, 400],
    ["/N/resource_types", {}, 400],
    ["/N/resource_types", { name: "T", prefix: long(81) }, 400],
    ["/N/resource_types", { name: "T", updated_at: "x" }, 403],
  ] as const) {
    assert.equal(await statusOf(server, "POST", path, body), status, `${path} ${JSON.stringify(body)}`.slice(0, 120));
  }
  assert.deepEqual((await list(server, "", administrator)).toSorted(), ["A", "N", long(80)]);
});

test("what is protected is not deleted, nor is anything in it, until that is taken back", async () => {
  await using server = await ImsServer.open();
  await make(server, { ...whole, namespace: "N", protected: true });
  const inside = ["/objects/o1", "/objects", "/properties/p1", "/properties", "/tags/t1", "/tags", "/resource_types/Mine::Type"];
  for (const path of ["", ...inside]) {
    assert.equal(await statusOf(server, "DELETE", `/N${path}`), 403, path);
  }
  assert.equal(await statusOf(server, "PUT", "/N", { namespace: "N", protected: false }), 200);
  for (const path of ["/objects/o1", "/properties/p1", "/tags/t1", "/resource_types/Mine::Type"]) {
    assert.equal(await statusOf(server, "DELETE", `/N${path}`), 204, path);
    assert.equal(await statusOf(server, "DELETE", `/N${path}`), 404, path);
  }
  for (const path of ["/objects", "/properties", "/tags", ""]) {
    assert.equal(await statusOf(server, "DELETE", `/N${path}`), 204, path);
  }
  for (const path of ["", ...inside]) {
    assert.equal(await statusOf(server, "DELETE", `/N${path}`), 404, path);
  }
});

test("the list is newest first and comes in pages whose links keep what was asked", async () => {
  await using server = await ImsServer.open();
  for (const namespace of ["c", "a", "b"]) {
    await make(server, { namespace, visibility: "public", resource_type_associations: [{ name: namespace === "a" ? "T" : "U" }] });
  }
  await make(server, { namespace: "d", owner: "demo" });
  assert.deepEqual(await list(server), ["d", "b", "a", "c"]);
  const names: string[] = [];
  let next: string | undefined = "/v2/metadefs/namespaces?limit=2&sort_key=namespace&sort_dir=asc&x=1&x=2";
  const first = next;
  while (next !== undefined) {
    const page: MetadefNamespacesAnswer = fitting(await server.call("GET", `/image${next}`), 200, MetadefNamespacesAnswer);
    assert.equal(page.first, first);
    assert.equal(page.schema, "/v2/schemas/metadefs/namespaces");
    names.push(...page.namespaces.map(({ namespace }) => namespace));
    next = page.next;
  }
  assert.deepEqual(names, ["a", "b", "c", "d"]);
  assert.deepEqual(await list(server, "?limit=0"), []);
  assert.deepEqual(await list(server, "?limit=99999"), ["d", "b", "a", "c"]);
  assert.deepEqual(await list(server, "?marker=a"), ["c"]);
  assert.deepEqual(await list(server, "?visibility=private"), ["d"]);
  assert.deepEqual(await list(server, "?visibility=public&sort_dir=asc"), ["c", "a", "b"]);
  assert.deepEqual(await list(server, "?resource_types=T"), ["a"]);
  assert.deepEqual(await list(server, "?resource_types=T,U&unknown=1"), ["b", "a", "c"]);
  assert.deepEqual(await list(server, "?resource_types=V"), []);
  for (const query of ["limit=-1", "limit=x", "limit=", "limit=1.5", "sort_key=description", "sort_dir=up", "visibility=shared"]) {
    assert.equal(await statusOf(server, "GET", `?${query}`), 400, query);
  }
  assert.equal(await statusOf(server, "GET", "?marker=none"), 404);
});

test("properties: made, listed by name, shown, changed, renamed", async () => {
  await using server = await ImsServer.open();
  await make(server, { namespace: "N", visibility: "public" });
  const definition = {
    title: "P",
    type: "array",
    description: "x",
    operators: ["<in>"],
    items: { type: "string", enum: ["a"] },
    uniqueItems: true,
    minItems: 1,
    maxItems: 3,
    additionalItems: false,
    default: ["a"],
    readonly: true,
  } as const;
  const add = async (body: object) => server.call("POST", `${root}/N/properties`, body, administrator);
  assert.deepEqual(fitting(await add({ name: "p", ...definition }), 201, MetadefProperty), { name: "p", ...definition });
  fitting(await add({ name: "q", title: "Q", type: "integer" }), 201, MetadefProperty);
  assert.equal(await statusOf(server, "POST", "/N/properties", { name: "q", title: "Q", type: "integer" }), 409);
  assert.equal(await statusOf(server, "POST", "/None/properties", { name: "q", title: "Q", type: "integer" }), 404);
  const listed = fitting(await server.call("GET", `${root}/N/properties`), 200, MetadefPropertiesAnswer);
  assert.deepEqual(listed, { properties: { p: definition, q: { title: "Q", type: "integer" } } });
  const changed = await server.call("PUT", `${root}/N/properties/p`, { name: "r", title: "R", type: "string" }, administrator);
  assert.deepEqual(fitting(changed, 200, MetadefProperty), { name: "r", title: "R", type: "string" });
  assert.deepEqual(fitting(await server.call("GET", `${root}/N/properties/r`), 200, MetadefProperty), changed.json());
  assert.equal(await statusOf(server, "GET", "/N/properties/p"), 404);
  assert.equal(await statusOf(server, "PUT", "/N/properties/r", { name: "q", title: "R", type: "string" }), 409);
  assert.equal(await statusOf(server, "PUT", "/N/properties/p", { name: "p", title: "R", type: "string" }), 404);
});

test("objects: made, listed, shown, changed, renamed", async () => {
  await using server = await ImsServer.open();
  await make(server, { namespace: "N", visibility: "public" });
  const add = async (body: object) => fitting(await server.call("POST", `${root}/N/objects`, body, administrator), 201, MetadefObject);
  const made = await add({
    name: "o 1/2",
    description: "d",
    required: ["a"],
    properties: { a: { title: "A", type: "string", default: "x" } },
  });
  assert.equal(made.self, "/v2/metadefs/namespaces/N/objects/o%201%2F2");
  assert.deepEqual(fitting(await server.call("GET", `/image${made.self}`), 200, MetadefObject), made);
  const bare = await add({ name: "bare" });
  assert.deepEqual([bare.required, bare.properties, bare.description], [[], {}, undefined]);
  assert.equal(await statusOf(server, "POST", "/N/objects", { name: "bare" }), 409);
  const listed = async (query: string) => {
    const answer = fitting(await server.call("GET", `${root}/N/objects${query}`), 200, MetadefObjectsAnswer);
    return [answer.objects.map(({ name }) => name).join(","), answer.next];
  };
  assert.deepEqual(await listed(""), ["o 1/2,bare", undefined]);
  assert.deepEqual(await listed("?limit=1"), ["o 1/2", "/v2/metadefs/namespaces/N/objects?limit=1&marker=o+1%2F2"]);
  assert.deepEqual(await listed("?limit=1&marker=o+1%2F2"), ["bare", "/v2/metadefs/namespaces/N/objects?limit=1&marker=bare"]);
  assert.deepEqual(await listed("?sort_key=name"), ["bare,o 1/2", undefined]);
  assert.equal(await statusOf(server, "GET", "/N/objects?marker=none"), 404);
  server.world.clock.advance(1000);
  const changed = await server.call("PUT", `${root}/N/objects/bare`, { name: "full", description: "f" }, administrator);
  const { name, description, created_at: madeAt, updated_at: changedAt } = fitting(changed, 200, MetadefObject);
  assert.deepEqual([name, description], ["full", "f"]);
  assert.ok((changedAt ?? "") > (madeAt ?? ""));
  assert.equal(await statusOf(server, "PUT", "/N/objects/full", { name: "o 1/2" }), 409);
  assert.equal(await statusOf(server, "PUT", "/N/objects/bare", { name: "x" }), 404);
});

test("tags: several replace all unless they are to be added, and one is made, renamed and shown alone", async () => {
  await using server = await ImsServer.open();
  await make(server, { namespace: "N", visibility: "public", tags: [{ name: "old" }] });
  const put = async (names: readonly string[], append?: string) => {
    const headers = { "x-caller": JSON.stringify(administrator), ...(append !== undefined && { "x-openstack-append": append }) };
    const payload = { tags: names.map((name) => ({ name })) };
    const answer = await server.app.inject({ method: "POST", url: `${root}/N/tags`, headers, payload });
    return answer.statusCode === 201 ? fitting(answer, 201, MetadefTagsAnswer).tags.map(({ name }) => name) : answer.statusCode;
  };
  const listed = async (query = "") =>
    fitting(await server.call("GET", `${root}/N/tags${query}`), 200, MetadefTagsAnswer).tags.map(({ name }) => name);
  assert.deepEqual(await put(["x", "y"]), ["x", "y"]);
  assert.deepEqual(await listed(), ["y", "x"]);
  assert.equal(await put(["y", "z"], "True"), 409);
  assert.equal(await put(["z", "z"]), 409);
  assert.deepEqual(await listed(), ["y", "x"]);
  assert.deepEqual(await put(["w"], "True"), ["w"]);
  assert.deepEqual(await listed("?sort_key=name&sort_dir=asc"), ["w", "x", "y"]);
  assert.deepEqual(await listed("?limit=1&marker=w"), ["y"]);
  assert.deepEqual(await put([], "False"), []);
  assert.deepEqual(await listed(), []);
  const made = fitting(await server.call("POST", `${root}/N/tags/a%20b`, undefined, administrator), 201, MetadefTag);
  assert.equal(made.name, "a b");
  assert.deepEqual(fitting(await server.call("GET", `${root}/N/tags/a%20b`), 200, MetadefTag), made);
  assert.equal(await statusOf(server, "POST", "/N/tags/a%20b"), 409);
  assert.equal(await statusOf(server, "POST", "/N/tags/other"), 201);
  assert.equal(fitting(await server.call("PUT", `${root}/N/tags/other`, { name: "c" }, administrator), 200, MetadefTag).name, "c");
  assert.equal(await statusOf(server, "PUT", "/N/tags/c", { name: "a b" }), 409);
  assert.equal(await statusOf(server, "PUT", "/N/tags/other", { name: "x" }), 404);
});

test("a namespace is said to be for a type, which is known from then on", async () => {
  await using server = await ImsServer.open();
  await make(server, { namespace: "N", visibility: "public" });
  const body = { name: "New::T", prefix: "x:", properties_target: "image" };
  const made = fitting(await server.call("POST", `${root}/N/resource_types`, body, administrator), 201, MetadefAssociation);
  assert.deepEqual(made, { ...body, created_at: "2026-01-02T03:04:06Z", updated_at: "2026-01-02T03:04:06Z" });
  assert.equal(await statusOf(server, "POST", "/N/resource_types", { name: "New::T" }), 409);
  assert.equal(await statusOf(server, "POST", "/None/resource_types", { name: "New::T" }), 404);
  const listed = fitting(await server.call("GET", `${root}/N/resource_types`), 200, MetadefAssociationsAnswer);
  assert.deepEqual(listed, { resource_type_associations: [made] });
  assert.deepEqual(fitting(await server.call("GET", root), 200, MetadefNamespacesAnswer).namespaces[0]?.resource_type_associations, [made]);
  assert.equal(await statusOf(server, "DELETE", "/N/resource_types/New::T"), 204);
  const types = fitting(await server.call("GET", "/image/v2/metadefs/resource_types"), 200, ResourceTypesAnswer).resource_types;
  assert.deepEqual(
    types.map(({ name }) => name),
    ["New::T"],
  );
});

test("everybody finds the standard namespaces, with their prefixes for flavours and images", async () => {
  await using server = await ImsServer.open();
  await loadStandardSets(server.world);
  for (const caller of readers) {
    assert.equal((await list(server, "?limit=100", caller)).length, 33);
  }
  const flavor = await show(server, "OS::Compute::Watchdog?resource_type=OS::Nova::Flavor", demo);
  assert.deepEqual(Object.keys(flavor.properties ?? {}), ["hw:watchdog_action"]);
  const image = await show(server, "OS::Compute::Watchdog?resource_type=OS::Glance::Image", demo);
  assert.deepEqual(Object.keys(image.properties ?? {}), ["hw_watchdog_action"]);
  assert.equal((await list(server)).length, 25);
  assert.equal(await statusOf(server, "DELETE", "/OS::Compute::Watchdog"), 403);
});

test("every change leaves a trace that names the namespace, done or refused", async () => {
  await using server = await openAudited();
  await make(server, { namespace: "N" });
  await statusOf(server, "POST", "/N/tags/t");
  await statusOf(server, "DELETE", "/N");
  await statusOf(server, "DELETE", "/N");
  await list(server, "", administrator);
  const traces = await tracesOf(server, "", administrator);
  assert.deepEqual(
    traces.map((trace) => [trace.trace_name, trace.resource_type, trace.resource_id, trace.code, trace.api_version]).toReversed(),
    [
      ["createMetadefNamespace", "metadef", "N", "201", "v2"],
      ["createMetadefTag", "metadef", "N", "201", "v2"],
      ["deleteMetadefNamespace", "metadef", "N", "204", "v2"],
      ["deleteMetadefNamespace", "metadef", "N", "404", "v2"],
    ],
  );
});
