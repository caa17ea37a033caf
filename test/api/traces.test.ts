import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { aTrace } from "@tintype/server/ports/trace-catalog.contract.ts";
import { lastTrace, openAudited, page, tracesOf } from "./audit-calls.ts";
import { alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { ImsServer } from "./ims-server.ts";

const [hourMs, dayMs] = [3_600_000, 24 * 3_600_000];

/** Traces as calls would have left them, `ago` before now. */
async function append(server: ImsServer, traces: readonly { readonly id: string; readonly ago?: number; readonly project?: string }[]) {
  const now = server.world.clock.now();
  await server.world.catalog.traces.append(
    traces.map(({ id, ago = 0, project = "demo" }) => aTrace({ id, at: now - ago, projectId: project as ProjectId })),
  );
}

const idsOf = async (server: ImsServer, query = "", caller = demo) =>
  (await tracesOf(server, query, caller)).map((trace) => trace.trace_id);
const refused = async (server: ImsServer, query: string) => {
  const answer = await server.call("GET", `/v3/demo/traces?${query}`);
  return `${answer.statusCode} ${answer.json<{ error_code: string }>().error_code}`;
};

test("the traces of other projects are not seen, not even by their ids", async () => {
  await using server = await openAudited();
  await append(server, [{ id: "mine" }, { id: "theirs", project: "alt" }]);
  assert.deepEqual(await idsOf(server), ["mine"]);
  assert.deepEqual(await idsOf(server, "trace_id=theirs"), []);
  assert.deepEqual(await idsOf(server, "", alt), ["theirs"]);
  assert.equal(await refused(server, "next=theirs"), "400 CTS.0300");
  const foreign = await server.call("GET", "/v3/alt/traces");
  assert.deepEqual([foreign.statusCode, foreign.json<{ error_code: string }>().error_code], [403, "CTS.0012"]);
});

test("who may only read sees traces; who has no right to them is told which one is missing", async () => {
  await using server = await openAudited();
  await append(server, [{ id: "t" }]);
  assert.deepEqual(await idsOf(server, "", reader), ["t"]);
  const nobody = { project: "demo", roles: [] };
  const answer = await server.call("GET", "/v3/demo/traces", undefined, nobody);
  const { error_code: code, error_msg: message } = answer.json<{ error_code: string; error_msg: string }>();
  assert.deepEqual([answer.statusCode, code], [403, "CTS.0002"]);
  assert.match(message, /cts:trace:list/);
});

test("without times the last hour is shown, and with them what they span, ends included", async () => {
  await using server = await openAudited();
  const now = server.world.clock.now();
  await append(server, [{ id: "now" }, { id: "hour", ago: hourMs }, { id: "older", ago: hourMs + 1 }, { id: "day", ago: dayMs }]);
  assert.deepEqual(await idsOf(server), ["now", "hour"]);
  assert.deepEqual(await idsOf(server, `from=${now - dayMs}&to=${now - hourMs}`), ["hour", "older", "day"]);
  assert.deepEqual(await idsOf(server, `from=${now - hourMs - 1}`), ["now", "hour", "older"]);
  assert.deepEqual(await idsOf(server, `to=${now - 1}`), ["hour", "older"]);
  assert.deepEqual(await idsOf(server, `from=${now}&to=${now - 1}`), []);
});

test("R-331: what is older than seven days is not shown, whatever is asked for", async () => {
  await using server = await openAudited();
  await append(server, [
    { id: "younger", ago: 7 * dayMs - 1 },
    { id: "seven", ago: 7 * dayMs },
    { id: "older", ago: 7 * dayMs + 1 },
  ]);
  assert.deepEqual(await idsOf(server, "from=0"), ["younger", "seven"]);
  assert.deepEqual(await idsOf(server, "trace_id=seven"), ["seven"]);
  assert.deepEqual(await idsOf(server, "trace_id=older"), []);
});

test("every filter selects, and a trace's id goes over all others", async () => {
  await using server = await openAudited();
  const at = server.world.clock.now();
  const demoProject = "demo" as ProjectId;
  const user = { id: "u2", name: "somebody else", domainId: "d", domainName: "D" };
  await server.world.catalog.traces.append([
    aTrace({ id: "a", at, projectId: demoProject }),
    aTrace({ id: "b", at, projectId: demoProject, service: "KMS", resourceType: "key", name: "createKey", rating: "normal", user }),
    aTrace({ id: "c", at, projectId: demoProject, resourceId: "i-2", resourceName: "two words" }),
  ]);
  for (const [query, ids] of [
    ["service_type=KMS", ["b"]],
    ["resource_type=key", ["b"]],
    ["trace_name=createKey", ["b"]],
    ["trace_rating=normal", ["b"]],
    ["trace_rating=incident", []],
    ["user=somebody%20else", ["b"]],
    ["resource_id=i-2", ["c"]],
    ["resource_name=two%20words", ["c"]],
    ["service_type=IMS&resource_id=i-1", ["a"]],
    ["tracker_name=system", ["c", "b", "a"]],
    ["tracker_name=other", []],
    ["trace_type=data", []],
    ["trace_id=a&service_type=KMS", ["a"]],
  ] as const) {
    const answer = await server.call("GET", `/v3/demo/traces?${query}`);
    const { traces } = answer.json<{ traces: { trace_id: string }[] }>();
    assert.deepEqual(
      traces.map((trace) => trace.trace_id),
      ids,
      query,
    );
  }
});

test("pages meet every trace once, also while calls go on, and the last one has no marker", async () => {
  await using server = await openAudited();
  const ids = Array.from({ length: 25 }, (_, index) => `t-${String(index).padStart(2, "0")}`);
  await append(
    server,
    ids.map((id, index) => ({ id, ago: 24 - index })),
  );
  const seen: string[] = [];
  let marker: string | null | undefined;
  for (let pages = 0; marker !== null; pages += 1) {
    const next = marker === undefined ? "" : `next=${marker}`;
    const { traces, meta_data: meta } = await page(server, next);
    assert.equal(meta.count, traces.length);
    seen.push(...traces.map((trace) => trace.trace_id));
    assert.equal(traces.length, pages < 2 ? 10 : 5);
    ({ marker } = meta);
    await server.call("DELETE", "/v2/images/meanwhile");
  }
  assert.deepEqual(seen, ids.toReversed());
});

test("a page has 1 to 200 traces, and whatever is not as it should be is refused by name", async () => {
  await using server = await openAudited();
  await append(
    server,
    Array.from({ length: 201 }, (_, index) => ({ id: `t-${index}` })),
  );
  for (const [limit, count] of [
    [1, 1],
    [200, 200],
  ] as const) {
    assert.equal((await page(server, `limit=${limit}`)).meta_data.count, count);
  }
  for (const query of [
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=1e2",
    "limit=",
    "from=yesterday",
    "to=-1",
    "from=99999999999999999",
    "next=nobody",
    "trace_type=other",
    "trace_rating=bad",
    "limit=1&limit=2",
    `user=${"u".repeat(513)}`,
  ]) {
    assert.equal(await refused(server, query), "400 CTS.0300", query);
  }
});

test("an answer of CTS names the request, and one without credentials is Keystone's", async () => {
  await using server = await openAudited();
  const answer = await server.app.inject({ method: "GET", url: "/v3/demo/traces" });
  assert.equal(answer.statusCode, 401);
  assert.equal(refusalOf(answer), "401 401");
  assert.match(String(answer.headers["x-request-id"]), /^req-/);
});

test("looking at traces leaves none, and the calls about trackers do", async () => {
  await using server = await openAudited();
  await tracesOf(server);
  await server.call("POST", "/v3/demo/tracker", { tracker_type: "system", tracker_name: "system" });
  const trace = await lastTrace(server);
  assert.deepEqual([trace.service_type, trace.resource_type, trace.trace_name], ["CTS", "tracker", "createTracker"]);
  assert.equal((await tracesOf(server)).length, 1);
});
