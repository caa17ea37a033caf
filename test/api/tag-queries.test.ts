import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { ResourceInstancesAnswer } from "@tintype/contract/ims/resource-instances.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const disk = sampleDisk(1);
const path = "/v2/demo/images/resource_instances/action";

/** Images with these names and tags, each a second younger than the one before. */
async function serverWith(images: readonly Partial<ImageRecord>[]): Promise<ImsServer> {
  const server = await ImsServer.open();
  for (const image of images) {
    await server.world.addImage("demo", disk, image);
    server.world.clock.advance(1000);
  }
  return server;
}

const tagged = [
  { name: "web-1", tags: ["env=prod", "team=a"] },
  { name: "web-2", tags: ["env=test", "team=a"] },
  { name: "db-1", tags: ["env=prod"] },
  { name: "db-2", tags: ["lone"] },
  { name: "bare", tags: [] },
];

interface Found {
  readonly total_count: number;
  readonly resources: readonly { readonly resource_name: string }[];
}

async function find(server: ImsServer, body: object, caller: Caller = demo): Promise<Found> {
  const answer = await server.call("POST", path.replace("demo", caller.project), { action: "filter", ...body }, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Found>();
}

/** The names that a query finds, oldest first; the count of the same query must agree. */
async function namesOf(server: ImsServer, body: object): Promise<readonly string[]> {
  const found = await find(server, body);
  const count = await server.call("POST", path, { action: "count", ...body });
  assert.deepEqual(count.json(), { total_count: found.total_count });
  return found.resources.map(({ resource_name: name }) => name).toReversed();
}

const condition = (key: string, ...values: readonly string[]) => ({ key, values });

test("R-329: images are found by their tags, each part of the query narrowing", async () => {
  await using server = await serverWith(tagged);
  const cases: [object, readonly string[]][] = [
    [{}, ["web-1", "web-2", "db-1", "db-2", "bare"]],
    [{ tags: [condition("env", "prod")] }, ["web-1", "db-1"]],
    [{ tags: [condition("env", "prod", "test")] }, ["web-1", "web-2", "db-1"]],
    [{ tags: [condition("env")] }, ["web-1", "web-2", "db-1"]],
    [{ tags: [condition("env", "prod"), condition("team", "a")] }, ["web-1"]],
    [{ tags: [condition("lone", "")] }, ["db-2"]],
    [{ tags: [condition("ENV", "prod")] }, []],
    [{ tags_any: [condition("team", "a"), condition("lone")] }, ["web-1", "web-2", "db-2"]],
    [{ not_tags: [condition("env"), condition("team")] }, ["db-1", "db-2", "bare"]],
    [{ not_tags_any: [condition("env", "prod"), condition("team")] }, ["db-2", "bare"]],
    [{ tags: [condition("env")], not_tags: [condition("team")] }, ["db-1"]],
    [{ without_any_tag: true }, ["bare"]],
    [{ without_any_tag: true, tags: [condition("env")] }, ["bare"]],
    [{ without_any_tag: false, tags: [condition("team")] }, ["web-1", "web-2"]],
    [{ matches: [{ key: "resource_name", value: "web" }] }, ["web-1", "web-2"]],
    [{ matches: [{ key: "resource_name", value: "-1" }], tags: [condition("team")] }, ["web-1"]],
    [{ matches: [{ key: "resource_name", value: "%" }] }, []],
    [{ matches: [{ key: "resource_name", value: "_" }] }, []],
    [{ matches: [{ key: "resource_name", value: "" }] }, []],
    [{ matches: [{ key: "resource_id", value: "none" }] }, []],
    [{ tags: null, matches: null }, ["web-1", "web-2", "db-1", "db-2", "bare"]],
  ];
  for (const [body, expected] of cases) {
    assert.deepEqual(await namesOf(server, body), expected, JSON.stringify(body));
  }
});

test("R-329: what is found is shown with its tags, and by its id alone where that is asked for", async () => {
  await using server = await serverWith(tagged.slice(0, 1));
  const [image] = await server.list();
  const found = await find(server, { matches: [{ key: "resource_id", value: image?.["id"] }] });
  assert.deepEqual([...Value.Errors(ResourceInstancesAnswer, found)], []);
  assert.deepEqual(found, {
    total_count: 1,
    resources: [
      {
        resource_id: image?.["id"],
        resource_name: "web-1",
        resource_detail: { status: "active" },
        tags: [
          { key: "env", value: "prod" },
          { key: "team", value: "a" },
        ],
      },
    ],
  });
});

test("pages are ten by default, take numbers and texts, and the one after the last is empty", async () => {
  await using server = await serverWith(Array.from({ length: 12 }, (_, index) => ({ name: `n${index}` })));
  const lengthOf = async (body: object) => (await find(server, body)).resources.length;
  assert.equal(await lengthOf({}), 10);
  assert.equal(await lengthOf({ limit: "1000", offset: "0" }), 12);
  assert.equal(await lengthOf({ limit: 5, offset: 10 }), 2);
  assert.equal(await lengthOf({ limit: "5", offset: "12" }), 0);
  assert.equal((await find(server, { limit: "1", offset: "12" })).total_count, 12);
  assert.deepEqual(
    (await find(server, { limit: 2, offset: "1" })).resources.map(({ resource_name: name }) => name),
    ["n10", "n9"],
  );
  for (const body of [{ limit: "0" }, { limit: 0 }, { limit: "1001" }]) {
    assert.equal(refusalOf(await server.call("POST", path, { action: "filter", ...body })), "400 IMG.0017", JSON.stringify(body));
  }
  for (const body of [{ limit: "x" }, { limit: -1 }, { limit: "-1" }, { offset: "1e2" }, { offset: 1.5 }, { offset: -1 }, { limit: [] }]) {
    assert.equal(refusalOf(await server.call("POST", path, { action: "filter", ...body })), "400 IMG.0001", JSON.stringify(body));
  }
  assert.equal((await server.call("POST", path, { action: "count", limit: "0", offset: "7" })).statusCode, 200);
});

test("R-329: a query by tags has bounds, and what is past one is refused", async () => {
  await using server = await serverWith(tagged.slice(0, 1));
  const keys = (count: number) => Array.from({ length: count }, (_, index) => condition(`k${index}`));
  const values = (count: number) => [condition("k", ...Array.from({ length: count }, (_, index) => `v${index}`))];
  const refused = async (body: object) => {
    const answer = await server.call("POST", path, { action: "filter", ...body });
    return answer.statusCode === 200 ? "200" : refusalOf(answer);
  };
  for (const list of ["tags", "tags_any", "not_tags", "not_tags_any"]) {
    assert.equal(await refused({ [list]: keys(10) }), "200", list);
    assert.equal(await refused({ [list]: values(10) }), "200", list);
    assert.equal(await refused({ [list]: [condition("k".repeat(127), "v".repeat(255))] }), "200", list);
    for (const wrong of [
      [],
      keys(11),
      values(11),
      [condition("k".repeat(128))],
      [condition("k".repeat(10_000))],
      [condition("")],
      [condition("k", "v".repeat(256))],
      [condition("k", "1"), condition("k", "2")],
      [condition("k", "1", "1")],
      [{ key: "k" }],
      [{ key: "k", values: null }],
      [{ key: "k", values: [null] }],
      [{ key: "k", values: [1] }],
      [{ key: 1, values: [] }],
      [{ values: ["v"] }],
      [null],
      {},
      "k",
    ]) {
      assert.equal(await refused({ [list]: wrong }), "400 IMG.0115", `${list} ${JSON.stringify(wrong).slice(0, 80)}`);
    }
  }
  const matches = (...texts: readonly [string, unknown][]) => ({ matches: texts.map(([key, value]) => ({ key, value })) });
  assert.equal(await refused(matches(["resource_name", "v".repeat(255)])), "200");
  assert.equal(await refused(matches(["resource_name", "v".repeat(256)])), "400 IMG.0017");
  assert.equal(await refused(matches(["resource_name", "a"], ["resource_name", "b"])), "400 IMG.0017");
  assert.equal(await refused(matches(["name", "a"])), "400 IMG.0001");
  assert.equal(await refused(matches(["resource_name", 1])), "400 IMG.0001");
  assert.equal(await refused({ without_any_tag: "true" }), "400 IMG.0001");
  for (const action of ["Filter", "COUNT", "list", "", null, 1]) {
    assert.equal(await refused({ action }), "400 IMG.0001", JSON.stringify(action));
  }
});

test("R-329: only the project's own images are found, and a reader finds them too", async () => {
  await using server = await serverWith(tagged.slice(0, 2));
  await server.world.addImage("alt", disk, { name: "theirs", tags: ["env=prod"], visibility: "public" });
  assert.equal((await find(server, { tags: [condition("env")] }, reader)).total_count, 2);
  assert.deepEqual(
    (await find(server, { tags: [condition("env")] }, alt)).resources.map(({ resource_name: name }) => name),
    ["theirs"],
  );
  const nobody: Caller = { project: "demo", roles: ["auditor"] };
  assert.equal(refusalOf(await server.call("POST", path, { action: "count" }, nobody)), "403 IMG.0026");
});

test("R-190: searching by several tags, as the console does, finds the images that have all of them", async () => {
  await using server = await serverWith(tagged);
  const listed = await server.list("?tag=env%3Dprod&tag=team");
  assert.deepEqual(
    listed.map(({ name }) => name),
    await namesOf(server, { tags: [condition("env", "prod"), condition("team")] }),
  );
});

test("R-195: a fault of the service at a query of tags is answered with 500 and a body that says so, not what failed inside", async () => {
  await using server = await serverWith(tagged.slice(0, 1));
  const fault = async () => {
    throw new Error("the disk is on fire");
  };
  Object.assign(server.world.catalog.images, { tags: fault, countMatching: fault });
  for (const answer of [
    await server.call("GET", "/v1/cloudimages/tags"),
    await server.call("GET", "/v2/demo/images/tags"),
    await server.call("POST", path, { action: "count" }),
  ]) {
    assert.equal(refusalOf(answer), "500 IMG.0061");
    assert.doesNotMatch(answer.body, /fire/);
    assert.match(String(answer.headers["x-request-id"]), /^req-/);
  }
});
