import assert from "node:assert/strict";
import { test } from "node:test";
import type { HTTPMethods } from "fastify";
import { Value } from "typebox/value";
import type { TSchema } from "typebox";
import { ListPredefinedTagsAnswer } from "@tintype/contract/tms/predefined-tags.ts";
import { FilterInstancesAnswer, ResourceTagsAnswer } from "@tintype/contract/tms/resource-tags.ts";
import type { DomainId } from "@tintype/server/ports/ids.ts";
import { principalOf, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, reader } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

const disk = sampleDisk(1);
const fits = (schema: TSchema, answer: unknown) => assert.deepEqual([...Value.Errors(schema, answer)], []);
const stranger = { project: "far", roles: ["member"], domain: "other" };

const requirePrincipal: NonNullable<ImsServerOptions["requirePrincipal"]> = () => async (request) => {
  const { project, roles, domain = "default" } = JSON.parse(String(request.headers["x-caller"])) as Caller & { readonly domain?: string };
  request.principal = { ...principalOf(project, ...roles), domainId: domain as DomainId };
};

async function open(options: ImsServerOptions = {}): Promise<ImsServer> {
  return await ImsServer.open({ requirePrincipal, ...options });
}

/** Status of a call that passed, or its refusal. */
// oxlint-disable-next-line max-params -- a call reads best on one line
async function outcome(
  server: ImsServer,
  method: HTTPMethods,
  url: string,
  body?: object | string,
  caller: Caller = demo,
): Promise<string> {
  const answer = await server.call(method, `/v1.0/${url}`, body, caller);
  return answer.statusCode < 300 ? String(answer.statusCode) : `${answer.statusCode} ${answer.json<{ error_code: string }>().error_code}`;
}

const change = (server: ImsServer, action: string, tags: unknown, caller: Caller = demo) =>
  outcome(server, "POST", "predefine_tags/action", { action, tags }, caller);

async function list(server: ImsServer, query = "", caller: Caller = demo): Promise<ListPredefinedTagsAnswer> {
  const answer = await server.call("GET", `/v1.0/predefine_tags${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  fits(ListPredefinedTagsAnswer, answer.json());
  return answer.json<ListPredefinedTagsAnswer>();
}

const textsOf = ({ tags }: ListPredefinedTagsAnswer) => tags.map(({ key, value }) => `${key}=${value}`);
const tag = (key: string, value: string) => ({ key, value });

test("R-073: predefined tags are made, listed for the whole account, and deleted", async () => {
  await using server = await open();
  assert.equal(await change(server, "create", [tag("env", "prod"), tag("env", "test"), { key: "lone" }]), "204");
  const all = await list(server, "?limit=0", alt);
  assert.equal(all.total_count, 3);
  assert.deepEqual(all.tags[0], { key: "env", value: "prod", update_time: "2026-01-02T03:04:05Z" });
  assert.deepEqual(textsOf(all), ["env=prod", "env=test", "lone="]);
  assert.deepEqual(textsOf(await list(server, "", stranger)), []);
  assert.equal(await change(server, "delete", [tag("env", "prod"), tag("not", "there")]), "204");
  assert.deepEqual(textsOf(await list(server)), ["env=test", "lone="]);
  assert.equal(await change(server, "delete", [tag("lone", "")], stranger), "204");
  assert.equal((await list(server)).total_count, 2);
});

test("R-193: a predefined tag is changed into another one, which then is new", async () => {
  await using server = await open();
  await change(server, "create", [tag("env", "prod"), tag("env", "test")]);
  server.world.clock.advance(60_000);
  const replace = (old_tag: object, new_tag: object) => outcome(server, "PUT", "predefine_tags", { old_tag, new_tag });
  assert.equal(await replace(tag("env", "prod"), tag("stage", "live")), "204");
  assert.deepEqual((await list(server)).tags[0], { key: "stage", value: "live", update_time: "2026-01-02T03:05:05Z" });
  assert.equal(await replace(tag("env", "prod"), tag("a", "b")), "400 TMS.1002");
  assert.equal(await replace(tag("stage", "live"), tag("env", "test")), "400 TMS.1003");
  assert.equal(await replace(tag("stage", "live"), tag("stage", "live")), "204");
  assert.equal(await replace(tag("stage", "live"), tag("a.b", "c")), "400 TMS.0009");
  assert.equal(await replace(tag("stage", "live"), tag("a", "v".repeat(44))), "400 TMS.0010");
  assert.equal(await outcome(server, "PUT", "predefine_tags", { old_tag: tag("a", "b") }), "400 TMS.0002");
  assert.deepEqual(textsOf(await list(server)), ["stage=live", "env=test"]);
});

test("R-193: a list filters, sorts, and pages by its marker until a page is empty", async () => {
  await using server = await open();
  for (let index = 0; index < 12; index += 1) {
    await change(server, "create", [tag(`Key${index % 4}`, `v${index}`)]);
    server.world.clock.advance(1000);
  }
  const first = await list(server);
  assert.equal(first.tags.length, 10);
  assert.equal(first.tags[0]?.value, "v11");
  const seen: string[] = [];
  for (let marker = ""; ;) {
    const page = await list(server, `?limit=5&order_field=key&order_method=asc${marker}`);
    if (page.tags.length === 0) {
      break;
    }
    seen.push(...textsOf(page));
    marker = `&marker=${page.marker}`;
  }
  assert.equal(seen.length, 12);
  assert.deepEqual(seen.slice(0, 4), ["Key0=v8", "Key0=v4", "Key0=v0", "Key1=v9"]);
  assert.deepEqual(textsOf(await list(server, "?key=KEY3&value=V1")), ["Key3=v11"]);
  assert.deepEqual(textsOf(await list(server, "?order_field=value&limit=2")), ["Key1=v9", "Key0=v8"]);
  assert.deepEqual(textsOf(await list(server, "?order_method=asc&limit=1")), ["Key0=v0"]);
  for (const [query, refusal] of [
    ["?limit=1001", "TMS.0007"],
    ["?limit=-1", "TMS.0007"],
    ["?marker=x", "TMS.0008"],
    ["?order_field=Key", "TMS.1010"],
    ["?order_method=ASC", "TMS.1011"],
    ["?key=a&key=b", "TMS.0002"],
  ] as const) {
    assert.equal(await outcome(server, "GET", `predefine_tags${query}`), `400 ${refusal}`, query);
  }
});

test("R-193: what is made again is new again, and the quota counts what is there, exactly", async () => {
  await using server = await open({ limits: { predefinedTags: { perDomain: 3 } } });
  const tags = [tag("a", "1"), tag("b", "1"), tag("c", "1")];
  assert.equal(await change(server, "create", [...tags, tag("d", "1")]), "400 TMS.1001");
  assert.equal((await list(server)).total_count, 0);
  assert.equal(await change(server, "create", tags), "204");
  server.world.clock.advance(1000);
  assert.equal(await change(server, "create", [tag("b", "1")]), "204");
  assert.deepEqual(textsOf(await list(server)), ["b=1", "a=1", "c=1"]);
  await change(server, "delete", [tag("a", "1"), tag("b", "1")]);
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => change(server, "create", [tag("n", String(index))])));
  assert.equal(outcomes.filter((each) => each === "204").length, 2);
  assert.equal(outcomes.filter((each) => each === "400 TMS.1001").length, 48);
});

test("R-193: predefined tags have the form of tags, and a reader makes none", async () => {
  await using server = await open();
  for (const [tags, refusal] of [
    [[], "TMS.0012"],
    [null, "TMS.0002"],
    ["a", "TMS.0013"],
    [[null], "TMS.0013"],
    [[{ value: "v" }], "TMS.0013"],
    [[{ key: 1, value: "v" }], "TMS.0013"],
    [[tag("k".repeat(37), "v")], "TMS.0009"],
    [[tag("k".repeat(10_000), "v")], "TMS.0009"],
    [[tag("", "v")], "TMS.0009"],
    [[tag("a\u0007", "v")], "TMS.0009"],
    [[tag("a", "v".repeat(44))], "TMS.0010"],
    [[tag("a", "b\u0000")], "TMS.0010"],
  ] as const) {
    assert.equal(await change(server, "create", tags), `400 ${refusal}`, JSON.stringify(tags).slice(0, 60));
  }
  assert.equal(await change(server, "Create", [tag("a", "b")]), "400 TMS.0011");
  assert.equal(await outcome(server, "POST", "predefine_tags/action", "{"), "400 TMS.0002");
  assert.equal(await outcome(server, "POST", "predefine_tags/action"), "400 TMS.0002");
  assert.equal(await change(server, "create", [tag("a", "b")], reader), "403 TMS.0004");
  assert.equal(await change(server, "delete", [tag("a", "b")], reader), "403 TMS.0004");
  assert.equal(await outcome(server, "PUT", "predefine_tags", { old_tag: tag("a", "b"), new_tag: tag("c", "d") }, reader), "403 TMS.0004");
  assert.equal((await list(server, "", reader)).total_count, 0);
});

test("R-329: several images are tagged and untagged at once, and what fails is named without stopping the others", async () => {
  await using server = await open();
  const one = await server.world.addImage("demo", disk, { name: "one" });
  const two = await server.world.addImage("demo", disk, { name: "two", tags: Array.from({ length: 10 }, (_, index) => `k${index}`) });
  const hidden = await server.world.addImage("alt", disk);
  const foreign = await server.world.addImage("alt", disk, { visibility: "public" });
  const resources = [
    ...[one, two, hidden, foreign].map(({ id }) => ({ resource_type: "images", resource_id: id })),
    { resource_type: "disk", resource_id: "d" },
  ];
  const send = async (call: string, body: object) => {
    const answer = await server.call("POST", `/v1.0/resource-tags/${call}`, { project_id: "demo", ...body });
    assert.equal(answer.statusCode, 200, answer.body);
    fits(ResourceTagsAnswer, answer.json());
    return answer.json<ResourceTagsAnswer>().failed_resources.map(({ resource_id: id, error_code: code }) => `${id} ${code}`);
  };
  assert.deepEqual(await send("batch-create", { resources, tags: [tag("env", "prod"), tag("team", "a")] }), [
    `${two.id} IMG.0116`,
    `${hidden.id} IMG.0027`,
    `${foreign.id} IMG.0047`,
    "d TMS.5027",
  ]);
  const found = await server.call("POST", "/v1.0/resource-instances/filter", {
    project_id: "demo",
    resource_types: ["images", "disk"],
    tags: [{ key: "env", values: ["prod"] }],
  });
  fits(FilterInstancesAnswer, found.json());
  const answer = found.json<FilterInstancesAnswer>();
  assert.deepEqual(answer.resources, [
    {
      project_id: "demo",
      project_name: "demo",
      resource_type: "images",
      resource_id: one.id,
      resource_name: "one",
      resource_detail: { status: "active" },
      tags: [tag("env", "prod"), tag("team", "a")],
    },
  ]);
  assert.deepEqual(
    answer.errors.map(({ resource_type: type, error_code: code }) => `${type} ${code}`),
    ["disk TMS.5027"],
  );
  assert.deepEqual(
    await send("batch-delete", { resources: resources.slice(0, 2), tags: [{ key: "env" }, tag("team", "other"), tag("k0", "")] }),
    [],
  );
  assert.deepEqual((await server.world.catalog.images.get(one.id))?.tags, ["team=a"]);
  assert.equal((await server.world.catalog.images.get(two.id))?.tags.length, 9);
});

test("R-329: resources are found without tags, and page by page", async () => {
  await using server = await open();
  for (const [index, tags] of [["a=1"], ["a=2"], []].entries()) {
    await server.world.addImage("demo", disk, { name: `n${index}`, tags });
    server.world.clock.advance(1000);
  }
  const find = async (body: object) => {
    const answer = await server.call("POST", "/v1.0/resource-instances/filter", { resource_types: ["images"], ...body });
    assert.equal(answer.statusCode, 200, answer.body);
    const { resources, total_count: total } = answer.json<FilterInstancesAnswer>();
    return [total, ...resources.map(({ resource_name: name }) => name)];
  };
  assert.deepEqual(await find({}), [3, "n2", "n1", "n0"]);
  assert.deepEqual(await find({ tags: [] }), [3, "n2", "n1", "n0"]);
  assert.deepEqual(await find({ tags: [{ key: "a", values: [] }] }), [2, "n1", "n0"]);
  assert.deepEqual(await find({ without_any_tag: true, tags: [{ key: "a", values: [] }] }), [1, "n2"]);
  assert.deepEqual(await find({ limit: 2, offset: 2 }), [3, "n0"]);
  assert.deepEqual(await find({ limit: 2, offset: 3 }), [3]);
});

test("R-329: batches have bounds, projects and rights", async () => {
  await using server = await open();
  const image = await server.world.addImage("demo", disk);
  const resources = (count: number) => Array.from({ length: count }, () => ({ resource_type: "images", resource_id: image.id }));
  const tags = [tag("a", "b")];
  for (const call of ["batch-create", "batch-delete"]) {
    const send = (body: object, caller: Caller = demo) => outcome(server, "POST", `resource-tags/${call}`, body, caller);
    assert.equal(await send({ resources: resources(50), tags }), "200");
    assert.equal(await send({ resources: resources(51), tags }), "400 TMS.0002");
    assert.equal(await send({ resources: [], tags }), "400 TMS.0002");
    assert.equal(await send({ resources: resources(1), tags: [] }), "400 TMS.0012");
    assert.equal(await send({ resources: resources(1), tags: [...tags, ...tags] }), "400 TMS.0009");
    assert.equal(await send({ resources: resources(1), tags: null }), "400 TMS.0002");
    assert.equal(await send({ resources: resources(1), tags, project_id: "alt" }), "400 TMS.2011");
    assert.equal(await send({ resources: resources(1), tags }, reader), "403 TMS.0004");
  }
  assert.equal(
    await outcome(server, "POST", "resource-tags/batch-create", { resources: resources(1), tags: [tag("a.b", "c")] }),
    "400 TMS.0009",
  );
  const filter = (body: object, caller: Caller = demo) => outcome(server, "POST", "resource-instances/filter", body, caller);
  const types = { resource_types: ["images"] };
  assert.equal(await filter(types, reader), "200");
  assert.equal(await filter({ ...types, project_id: "alt" }), "400 TMS.2011");
  assert.equal(await filter({ ...types, limit: 1001 }), "400 TMS.0007");
  assert.equal(await filter({ ...types, offset: -1 }), "400 TMS.0017");
  assert.equal(await filter({ resource_types: [] }), "400 TMS.0002");
  assert.equal(
    await filter({
      ...types,
      tags: [
        { key: "a", values: [] },
        { key: "a", values: [] },
      ],
    }),
    "400 TMS.0009",
  );
  assert.equal(
    await filter({ ...types, tags: Array.from({ length: 11 }, (_, index) => ({ key: `k${index}`, values: [] })) }),
    "400 TMS.0013",
  );
});
