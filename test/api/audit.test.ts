import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { lastTrace, openAudited, tracesOf } from "./audit-calls.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";
import type { ImsServer } from "./ims-server.ts";

const file = { name: "web-1", image_url: "files:disk.raw", min_disk: 40, os_version: "Ubuntu 18.04 server 64bit" };

async function withFile(server: ImsServer): Promise<void> {
  await server.world.addFile("demo", "files:disk.raw", sampleDisk(1));
}

test("R-330: every call that changes something leaves one trace with user, resource and result", async () => {
  await using server = await openAudited();
  await withFile(server);
  const job = await server.importFile(file);
  const id = job.subjectId ?? "";
  await server.call("PATCH", `/v2/cloudimages/${id}`, [{ op: "replace", path: "/name", value: "web-2" }]);
  const copying = await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "copy" });
  await server.jobs.wait(copying.json<{ job_id: string }>().job_id);
  const exporting = await server.call("POST", `/v1/cloudimages/${id}/file`, { bucket_url: "files:out.vhd", file_format: "vhd" });
  await server.jobs.wait(exporting.json<{ job_id: string }>().job_id);
  await server.call("DELETE", `/v2/images/${id}`);
  const traces = await tracesOf(server);
  assert.deepEqual(
    traces.map((trace) => [trace.trace_name, trace.resource_type, trace.resource_id, trace.resource_name, trace.code]).toReversed(),
    [
      ["createImage", "ims", id, "web-1", "200"],
      ["updateImage", "ims", id, "web-2", "200"],
      ["copyImage", "ims", id, "", "200"],
      ["exportImage", "ims", id, "", "200"],
      ["deleteImage", "image", id, "web-2", "204"],
    ],
  );
  for (const trace of traces) {
    assert.deepEqual(trace.user, { id: "user-of-demo", name: "user of demo", domain: { id: "default", name: "Default" } });
    assert.deepEqual(
      [trace.trace_rating, trace.trace_type, trace.service_type, trace.project_id, trace.error_code, trace.source_ip],
      ["normal", "ApiCall", "IMS", "demo", "", "127.0.0.1"],
    );
    assert.match(trace.request_id, /^req-/);
    assert.equal(trace.time, server.world.clock.now());
  }
  const [created] = traces.toReversed();
  assert.deepEqual([created?.api_version, created?.location_info, created?.job_id], ["v2", "POST /v2/cloudimages/action", job.id]);
  assert.deepEqual(JSON.parse(created?.request ?? ""), file);
  assert.deepEqual(JSON.parse(created?.response ?? ""), { job_id: job.id });
});

test("calls that read leave no trace", async () => {
  await using server = await openAudited();
  await server.call("GET", "/v2/cloudimages");
  await server.call("GET", "/v1/cloudimages/quota");
  assert.deepEqual(await tracesOf(server), []);
});

test("R-330: a refused call leaves one too, by whatever it was refused", async () => {
  await using server = await openAudited();
  await withFile(server);
  const image = await server.world.addImage("demo", sampleDisk(1));
  const change = [{ op: "replace", path: "/name", value: "x" }];
  const refused: [name: string, call: () => Promise<unknown>, trace: readonly string[]][] = [
    ["rights", () => server.call("DELETE", `/v2/images/${image.id}`, undefined, reader), ["deleteImage", "403", "IMG.0026", image.id]],
    ["existence", () => server.call("DELETE", "/v2/images/nobody"), ["deleteImage", "404", "IMG.0027", "nobody"]],
    ["another's", () => server.call("DELETE", `/v2/images/${image.id}`, undefined, alt), ["deleteImage", "404", "IMG.0027", image.id]],
    ["rules", () => server.call("POST", "/v2/cloudimages/action", { ...file, name: "" }), ["createImage", "400", "IMG.0013", ""]],
    ["schema", () => server.call("POST", "/v2/cloudimages/action", { ...file, min_disk: "x" }), ["createImage", "400", "IMG.0055", ""]],
    ["JSON", () => server.call("PATCH", `/v2/cloudimages/${image.id}`, "{"), ["updateImage", "400", "IMG.0001", image.id]],
    ["no body", () => server.call("PATCH", `/v2/cloudimages/${image.id}`, ""), ["updateImage", "400", "IMG.0007", image.id]],
    [
      "size",
      () => server.call("PATCH", `/v2/cloudimages/${image.id}`, " ".repeat(12 * 1024 * 1024 + 1)),
      ["updateImage", "413", "ops.bodyTooLarge", image.id],
    ],
  ];
  for (const [name, call, expected] of refused) {
    server.world.clock.advance(1);
    await call();
    const caller = name === "another's" ? alt : demo;
    // Too large a body is refused before anybody asks who sent it.
    const trace = await lastTrace(server, "", name === "size" ? administrator : caller);
    assert.deepEqual([trace.trace_name, trace.code, trace.error_code, trace.resource_id], expected, name);
    assert.equal(trace.trace_rating, "warning", name);
    assert.equal(trace.user?.name, name === "size" ? undefined : `user of ${caller.project}`, name);
  }
  assert.equal((await tracesOf(server)).length + (await tracesOf(server, "", alt)).length, refused.length - 1);
  await server.app.inject({ method: "PATCH", url: `/v2/cloudimages/${image.id}`, payload: change });
  const unknown = await lastTrace(server, "", administrator);
  assert.deepEqual([unknown.code, unknown.error_code, unknown.user, unknown.project_id], ["401", "401", null, null]);
});

test("a call of nobody known is for the operator alone to see", async () => {
  await using server = await openAudited();
  await server.app.inject({ method: "DELETE", url: "/v2/images/x", headers: { "x-request-id": "the-one" } });
  assert.deepEqual(await tracesOf(server), []);
  assert.equal((await lastTrace(server, "", administrator)).request_id, "the-one");
});

test("a fault of ours is an incident", async () => {
  await using server = await openAudited();
  const image = await server.world.addImage("demo", sampleDisk(1));
  const catalog = server.world.catalog as { transaction: unknown };
  const { transaction } = catalog;
  catalog.transaction = async () => {
    throw new Error("a fault");
  };
  await server.call("DELETE", `/v2/images/${image.id}`);
  catalog.transaction = transaction;
  const trace = await lastTrace(server);
  assert.deepEqual([trace.code, trace.trace_rating], ["500", "incident"]);
  assert.ok(!trace.response.includes("a fault"));
});

test("a job that fails after its call was answered leaves a trace of the service's own, one", async () => {
  await using server = await openAudited();
  await server.world.addFile("demo", "files:disk.raw", Buffer.from("KDMV and then nothing that a VMDK would have"));
  const job = await server.importFile(file);
  assert.equal(job.status, "failed");
  const failures = await tracesOf(server, "trace_rating=incident");
  assert.deepEqual(
    failures.map((trace) => [trace.trace_type, trace.trace_name, trace.resource_id, trace.job_id, trace.error_code, trace.code]),
    [["SystemAction", "createImage", job.subjectId, job.id, job.error?.code, ""]],
  );
  assert.equal(failures[0]?.user?.name, "user of demo");
  assert.ok(failures[0]?.message.includes(job.error?.message.slice(0, 40) ?? "?"));
});

test("a secret that a body holds is in no trace", async () => {
  await using server = await openAudited();
  const image = await server.world.addImage("demo", sampleDisk(1));
  for (const body of [
    [{ op: "add", path: "/root_password", value: "hunter2" }],
    JSON.stringify([{ op: "add", path: "/x", value: { password: "hunter2" } }]),
    '[{"op": "add", "path": "/x", "password": "hunter2"',
  ]) {
    await server.call("PATCH", `/v2/cloudimages/${image.id}`, body);
  }
  const traces = await tracesOf(server);
  assert.equal(traces.length, 3);
  assert.ok(!JSON.stringify(traces).includes("hunter2"), JSON.stringify(traces));
});

test("50 calls at once leave 50 traces", async () => {
  await using server = await openAudited();
  const images = await Promise.all(Array.from({ length: 50 }, () => server.world.addImage("demo", sampleDisk(1))));
  await Promise.all(images.map(({ id }) => server.call("DELETE", `/v2/images/${id}`)));
  const traces = await tracesOf(server, "trace_name=deleteImage");
  assert.deepEqual(traces.map((trace) => trace.resource_id).toSorted(), images.map(({ id }) => id as string).toSorted());
  assert.equal(new Set(traces.map((trace) => trace.trace_id)).size, 50);
});

test("names of 10,000 characters and control characters are shortened and replaced", async () => {
  await using server = await openAudited();
  await server.call("POST", "/v2/cloudimages/action", { ...file, name: `a\u0000\u001b[2J${"n".repeat(10_000)}` });
  const trace = await lastTrace(server);
  assert.equal(Array.from(trace.resource_name).length, 256);
  assert.ok(trace.resource_name.startsWith("a\uFFFD\uFFFD[2Jnnn") && trace.resource_name.endsWith("…"));
  assert.ok(Buffer.byteLength(trace.request) <= 4096 && Buffer.byteLength(trace.response) <= 4096);
  const [found] = await tracesOf(server, `resource_name=${encodeURIComponent(trace.resource_name)}`);
  assert.equal(found?.trace_id, trace.trace_id);
  await server.call("DELETE", `/v2/images/${encodeURIComponent("\u0007'; drop table traces; --")}`);
  assert.equal((await lastTrace(server, "trace_name=deleteImage")).resource_id, "\uFFFD'; drop table traces; --");
});

test("where a call came from is what the proxy says only if the proxy is trusted", async () => {
  for (const { trusted, forwarded, shown } of [
    { trusted: "", forwarded: "203.0.113.9", shown: "127.0.0.1" },
    { trusted: "192.0.2.1", forwarded: "203.0.113.9", shown: "127.0.0.1" },
    { trusted: "127.0.0.0/8, ::1", forwarded: "203.0.113.9", shown: "203.0.113.9" },
    { trusted: "127.0.0.1", forwarded: "198.51.100.7, 203.0.113.9", shown: "203.0.113.9" },
    { trusted: "127.0.0.1", forwarded: "<script>", shown: "" },
  ]) {
    await using server = await openAudited({ trustedProxies: trusted });
    const headers = { "x-caller": JSON.stringify(demo), "x-forwarded-for": forwarded };
    await server.app.inject({ method: "DELETE", url: "/v2/images/x", headers });
    assert.equal((await lastTrace(server)).source_ip, shown, `${trusted}: ${forwarded}`);
  }
});
