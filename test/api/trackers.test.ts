import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tracker } from "@tintype/contract/cts/trackers.ts";
import { saveTraces } from "@tintype/server/audit/save-traces.ts";
import { savingIn, traceFilesIn } from "@tintype/server/testing/audit-world.ts";
import { openAudited, tracesOf } from "./audit-calls.ts";
import { alt, demo, reader } from "./ims-server.ts";
import type { ImsServer } from "./ims-server.ts";

const system = { tracker_type: "system", tracker_name: "system" };
const dayMs = 24 * 3_600_000;

async function trackerOf(server: ImsServer, caller = demo): Promise<Tracker | undefined> {
  const answer = await server.call("GET", `/v3/${caller.project}/trackers`, undefined, caller);
  return answer.json<{ trackers: Tracker[] }>().trackers[0];
}

async function send(server: ImsServer, method: "POST" | "PUT", body: object | string, caller = demo): Promise<string> {
  const answer = await server.call(method, `/v3/${caller.project}/tracker`, body, caller);
  const { error_code: code = "" } = answer.body === "" ? {} : (answer.json<{ error_code?: string } | null>() ?? {});
  return `${answer.statusCode} ${code}`.trim();
}

test("R-331: an event of eight days ago is not in the query, and is in the bucket", async () => {
  await using server = await openAudited();
  await server.world.addFile("demo", "audit:");
  assert.equal(await send(server, "POST", { ...system, obs_info: { bucket_name: "audit", file_prefix_name: "pre" } }), "201");
  await server.call("DELETE", "/v2/images/long-ago");
  await saveTraces(savingIn(server.world));
  server.world.clock.advance(8 * dayMs);
  assert.deepEqual(await tracesOf(server, "from=0"), []);
  const [[key, ids] = ["", []]] = [...(await traceFilesIn(server.world, "audit"))].filter(([name]) => name.includes("/IMS/"));
  assert.match(key, /^CloudTraces\/local-1\/2026\/1\/2\/system\/IMS\/pre_CloudTrace_local-1_.*\.json\.gz$/);
  assert.equal(ids.length, 1);
});

test("a tracker is made once, shown, changed and removed; its project alone knows it", async () => {
  await using server = await openAudited();
  await server.world.addFile("demo", "audit:");
  assert.equal(await trackerOf(server), undefined);
  assert.equal(await send(server, "PUT", system), "404 CTS.0214");
  assert.equal(await send(server, "POST", system), "201");
  assert.equal(await send(server, "POST", system), "400 CTS.0201");
  assert.deepEqual((await trackerOf(server))?.obs_info.bucket_name, "");
  const place = { bucket_name: "audit", file_prefix_name: "a.b-c_d", compress_type: "json", is_sort_by_service: false };
  assert.equal(await send(server, "PUT", { ...system, status: "disabled", obs_info: place }), "200");
  const changed = await trackerOf(server);
  assert.deepEqual(changed?.obs_info, { ...place, is_obs_created: false, is_authorized_bucket: true });
  assert.deepEqual([changed?.status, changed?.project_id, changed?.domain_id], ["disabled", "demo", "default"]);
  assert.equal(await send(server, "PUT", { ...system, status: "enabled", obs_info: { file_prefix_name: "" } }), "200");
  assert.deepEqual((await trackerOf(server))?.obs_info, { ...changed?.obs_info, file_prefix_name: "" });
  assert.equal(await send(server, "PUT", { ...system, obs_info: { bucket_name: "" } }), "200");
  assert.equal((await trackerOf(server))?.obs_info.bucket_name, "");
  assert.equal(await trackerOf(server, alt), undefined);
  assert.equal((await server.call("DELETE", "/v3/demo/trackers?tracker_name=system")).statusCode, 204);
  assert.equal((await server.call("DELETE", "/v3/demo/trackers")).statusCode, 404);
  assert.equal(await trackerOf(server), undefined);
});

test("of many that make the tracker at once, one does", async () => {
  await using server = await openAudited();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(server, "POST", system)));
  assert.deepEqual(answers.toSorted(), ["201", ...Array.from({ length: 9 }, () => "400 CTS.0201")]);
});

test("a tracker may make its bucket, unless the name is taken", async () => {
  await using server = await openAudited();
  await server.world.addFile("alt", "theirs:");
  const making = (name: string) => ({ ...system, obs_info: { bucket_name: name, is_obs_created: true } });
  assert.equal(await send(server, "POST", making("theirs")), "400 CTS.0215");
  assert.equal(await send(server, "POST", making("a..b")), "400 CTS.0216");
  assert.equal(await send(server, "POST", making("made")), "201");
  assert.equal((await trackerOf(server))?.obs_info.is_obs_created, true);
  assert.equal((await server.world.catalog.buckets.bucket("made"))?.projectId, "demo");
  // Saying so again is no wish for another bucket.
  assert.equal(await send(server, "PUT", making("made")), "200");
});

test("what a tracker cannot be or do is refused by its code", async () => {
  await using server = await openAudited();
  await server.world.addFile("alt", "theirs:");
  for (const [body, code] of [
    [{ ...system, tracker_type: "data" }, "400 CTS.0202"],
    [{ ...system, tracker_name: "mine" }, "400 CTS.0204"],
    [{ ...system, status: "off" }, "400 CTS.0205"],
    [{ ...system, data_bucket: {} }, "400 CTS.0206"],
    [{ ...system, obs_info: { bucket_name: "nowhere" } }, "400 CTS.0211"],
    [{ ...system, obs_info: { bucket_name: "theirs" } }, "400 CTS.0211"],
    [{ ...system, obs_info: { bucket_name: "UPPER" } }, "400 CTS.0231"],
    [{ ...system, obs_info: { file_prefix_name: "a/b" } }, "400 CTS.0218"],
    [{ ...system, obs_info: { file_prefix_name: "p".repeat(65) } }, "400 CTS.0218"],
    [{ ...system, is_support_trace_files_encryption: true, kms_id: "k" }, "400 CTS.0220"],
    [{ ...system, obs_info: { compress_type: "zip" } }, "400 CTS.0003"],
    [{ ...system, obs_info: "audit" }, "400 CTS.0003"],
    ["[]", "400 CTS.0003"],
    ["{", "400 CTS.0003"],
    ["", "400 CTS.0003"],
  ] as const) {
    assert.equal(await send(server, "POST", body), code, JSON.stringify(body));
  }
  assert.equal(await trackerOf(server), undefined);
  assert.equal(await send(server, "POST", system, reader), "403 CTS.0002");
});

test("clients that send null for what they do not set, and settings that are not supported, are served", async () => {
  await using server = await openAudited();
  const body = {
    ...system,
    is_lts_enabled: true,
    is_support_validate: true,
    kms_id: null,
    obs_info: { bucket_name: null },
    data_bucket: null,
  };
  assert.equal(await send(server, "POST", body), "201");
  const tracker = await trackerOf(server);
  assert.deepEqual([tracker?.lts.is_lts_enabled, tracker?.is_support_validate], [false, false]);
});

test("a tracker whose bucket is gone says so, and works again with another", async () => {
  await using server = await openAudited();
  await server.world.addFile("demo", "audit:");
  await server.world.addFile("demo", "other:");
  await send(server, "POST", { ...system, obs_info: { bucket_name: "audit" } });
  await server.world.catalog.buckets.deleteBucket("audit");
  await server.call("DELETE", "/v2/images/x");
  await saveTraces(savingIn(server.world));
  assert.deepEqual([(await trackerOf(server))?.status, (await trackerOf(server))?.detail], ["error", "noBucket"]);
  await send(server, "PUT", { ...system, obs_info: { bucket_name: "other" } });
  assert.equal((await trackerOf(server))?.status, "enabled");
  assert.ok((await saveTraces(savingIn(server.world))) > 0);
  assert.ok((await traceFilesIn(server.world, "other")).size > 0);
});
