import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { Job, ListJobsAnswer } from "@tintype/contract/api/job.ts";
import { ImsJob } from "@tintype/contract/ims/ims-job.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";

const file = { name: "web-1", image_url: "files:disk.raw", min_disk: 40 };

async function serverWithJob(options?: Parameters<typeof ImsServer.open>[0]): Promise<{ server: ImsServer; id: string; imageId: string }> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:disk.raw", sampleDisk(1));
  const answer = await server.call("POST", "/v2/cloudimages/action", file);
  const { job_id: id } = answer.json<{ job_id: string }>();
  const imageId = (await server.world.catalog.jobs.get(id))?.subjectId ?? "";
  return { server, id, imageId };
}

async function ended(): ReturnType<typeof serverWithJob> {
  const world = await serverWithJob();
  await world.server.jobs.wait(world.id);
  return world;
}

const held = () => serverWithJob({ holdJobs: true });

test("R-312: a task that waits reads INIT, without an end and without errors", async () => {
  const { server, id, imageId } = await held();
  await using _ = server;
  const answer = await server.call("GET", `/v1/demo/jobs/${id}`);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), {
    job_id: id,
    job_type: "imsImportImageJob",
    status: "INIT",
    begin_time: "2026-01-02T03:04:05.678Z",
    end_time: "",
    error_code: null,
    fail_reason: null,
    entities: { image_id: imageId, image_name: "web-1", process_percent: 0 },
  });
});

test("R-312: a running task names its image, its step and how far it is", async () => {
  const { server, id, imageId } = await held();
  await using _ = server;
  await server.world.catalog.jobs.update(id, ["queued"], {
    status: "running",
    startedAt: server.world.clock.now(),
    currentStep: "store",
    progress: { doneBytes: 50, totalBytes: 100 },
    steps: [
      { name: "inspect", attempts: 1, finishedAt: 1, output: null },
      { name: "store", attempts: 1 },
      { name: "seal", attempts: 0 },
    ],
  });
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<Record<string, unknown>>();
  assert.equal(shown["status"], "RUNNING");
  assert.deepEqual(shown["entities"], { image_id: imageId, image_name: "web-1", process_percent: 0.49, current_task: "store" });
  const progress = (await server.call("GET", `/v1/cloudimages/job/${id}`)).json<Record<string, unknown>>();
  assert.deepEqual(progress["entities"], { ...(shown["entities"] as object), subJobId: id });
});

test("R-313: a task that succeeded stays readable, with its image and 1 for all of it", async () => {
  const { server, id, imageId } = await ended();
  await using _ = server;
  const answer = await server.call("GET", `/v1/demo/jobs/${id}`);
  const shown = answer.json<Record<string, unknown>>();
  assert.equal(shown["status"], "SUCCESS");
  assert.equal(shown["end_time"], "2026-01-02T03:04:05.678Z");
  assert.deepEqual(shown["entities"], { image_id: imageId, image_name: "web-1", process_percent: 1 });
  assert.deepEqual([...Value.Errors(ImsJob, shown)], []);
  assert.deepEqual((await server.call("GET", `/v1/cloudimages/job/${id}`)).json(), shown);
});

test("a task of another project does not exist, and neither does one that nobody started", async () => {
  const { server, id } = await ended();
  await using _ = server;
  assert.equal(refusalOf(await server.call("GET", `/v1/alt/jobs/${id}`, undefined, alt)), "404 IMG.0023");
  assert.equal(refusalOf(await server.call("GET", `/v1/cloudimages/job/${id}`, undefined, alt)), "404 IMG.0023");
  assert.equal(refusalOf(await server.call("GET", "/v1/demo/jobs/0123")), "404 IMG.0023");
  assert.equal(refusalOf(await server.call("GET", `/api/v1/jobs/${id}`, undefined, alt)), "404 api.jobNotFound");
  assert.equal(refusalOf(await server.call("POST", `/api/v1/jobs/${id}/cancel`, undefined, alt)), "404 api.jobNotFound");
  assert.deepEqual((await server.call("GET", "/api/v1/jobs", undefined, alt)).json(), { jobs: [] });
  assert.equal((await server.call("GET", `/api/v1/jobs/${id}`, undefined, administrator)).statusCode, 200);
});

test("the project in the path must be the caller's", async () => {
  const { server, id } = await ended();
  await using _ = server;
  assert.equal(refusalOf(await server.call("GET", `/v1/demo/jobs/${id}`, undefined, alt)), "400 IMG.0030");
});

test("our own API shows the whole job", async () => {
  const { server, id, imageId } = await ended();
  await using _ = server;
  const shown = (await server.call("GET", `/api/v1/jobs/${id}`)).json<Job>();
  assert.deepEqual([...Value.Errors(Job, shown)], []);
  assert.equal(shown.kind, "imsImportImageJob");
  assert.equal(shown.status, "succeeded");
  assert.equal(shown.subjectId, imageId);
  assert.deepEqual(
    shown.steps.map(({ name, attempts }) => [name, attempts]),
    [
      ["inspect", 1],
      ["store", 1],
      ["seal", 1],
      ["tidy", 1],
    ],
  );
  assert.equal(shown.createdAt, "2026-01-02T03:04:05.678Z");
  assert.ok(shown.finishedAt);
  assert.equal(shown.cancelRequested, false);
});

test("R-316: jobs are listed newest first, in pages that meet every job once", async () => {
  const { server } = await held();
  await using _ = server;
  for (let index = 0; index < 4; index += 1) {
    server.world.clock.advance(1000);
    await server.call("POST", "/v2/cloudimages/action", file);
  }
  const seen: Job[] = [];
  let cursor = "";
  let pages = 0;
  do {
    const page = (await server.call("GET", `/api/v1/jobs?limit=2${cursor}`)).json<ListJobsAnswer>();
    assert.deepEqual([...Value.Errors(ListJobsAnswer, page)], []);
    seen.push(...page.jobs);
    pages += 1;
    cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  assert.equal(pages, 3);
  assert.equal(new Set(seen.map(({ id }) => id)).size, 5);
  assert.deepEqual(
    seen.map(({ createdAt }) => createdAt),
    seen
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .toReversed(),
  );
});

test("jobs are listed by status and by what they are about", async () => {
  const { server, id, imageId } = await ended();
  await using _ = server;
  const idsOf = async (query: string) =>
    (await server.call("GET", `/api/v1/jobs${query}`)).json<ListJobsAnswer>().jobs.map((job) => job.id);
  assert.deepEqual(await idsOf("?status=succeeded"), [id]);
  assert.deepEqual(await idsOf("?status=running"), []);
  assert.deepEqual(await idsOf(`?subjectId=${imageId}`), [id]);
  assert.deepEqual(await idsOf("?subjectId=other"), []);
});

for (const [query, code] of [
  ["?limit=0", "ops.invalidRequest"],
  ["?limit=101", "ops.invalidRequest"],
  ["?status=asleep", "ops.invalidRequest"],
  ["?cursor=nonsense", "api.badCursor"],
] as const) {
  test(`the query ${query} is refused as a problem with ${code}`, async () => {
    const { server } = await ended();
    await using _ = server;
    const answer = await server.call("GET", `/api/v1/jobs${query}`);
    assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/);
    assert.equal(refusalOf(answer), `400 ${code}`);
    assert.ok(answer.json<{ request_id: string }>().request_id);
  });
}

test("a job that waits is cancelled at once and leaves nothing; IMS reads it as FAIL with a reason", async () => {
  const { server, id } = await held();
  await using _ = server;
  const before = (await server.world.contents()).filter((thing) => !thing.startsWith("image "));
  const answer = await server.call("POST", `/api/v1/jobs/${id}/cancel`);
  assert.equal(answer.statusCode, 202);
  assert.equal(answer.json<Job>().status, "cancelled");
  assert.deepEqual(await server.world.contents(), before);
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<Record<string, unknown>>();
  assert.equal(shown["status"], "FAIL");
  assert.equal(shown["error_code"], "IMG.0014");
  assert.match(String(shown["fail_reason"]), /cancelled/);
  const entities = shown["entities"] as Record<string, unknown>;
  assert.equal(entities["error_code"], "IMG.0014");
  assert.ok(!("image_id" in entities));
});

test("a job that is over cannot be cancelled, and a reader cancels none", async () => {
  const { server, id } = await ended();
  await using _ = server;
  assert.equal(refusalOf(await server.call("POST", `/api/v1/jobs/${id}/cancel`)), "409 api.jobEnded");
  assert.equal(refusalOf(await server.call("POST", `/api/v1/jobs/${id}/cancel`, undefined, reader)), "403 IMG.0026");
  assert.equal((await server.call("GET", `/api/v1/jobs/${id}`, undefined, reader)).statusCode, 200);
  assert.equal((await server.list("", demo)).length, 1);
});

test("our own API says in English and in Chinese why a job failed or was cancelled, and IMS in English as ever", async () => {
  const { server, id } = await held();
  await using _ = server;
  await server.world.addFile("demo", "files:disk.raw", Buffer.from("QFI\u00fb and no qcow2", "latin1"));
  server.jobs.dispatch(id);
  await server.jobs.wait(id);
  const shown = (await server.call("GET", `/api/v1/jobs/${id}`)).json<Job>();
  assert.ok(Value.Check(Job, shown));
  assert.equal(shown.error?.code, "IMG.0057");
  assert.match(shown.error.message, /files:disk\.raw/);
  assert.match(shown.error.messageZh ?? "", /files:disk\.raw.*\p{Script=Han}|\p{Script=Han}.*files:disk\.raw/u);
  const ims = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<{ fail_reason: string }>();
  assert.equal(ims.fail_reason, shown.error.message);
  const waiting = await held();
  await using __ = waiting.server;
  await waiting.server.jobs.cancel(waiting.id);
  const cancelled = (await waiting.server.call("GET", `/api/v1/jobs/${waiting.id}`)).json<Job>();
  assert.match(cancelled.error?.messageZh ?? "", /任务已被取消/);
});

test("a job whose row has no words in Chinese is shown all the same", async () => {
  const { server, id } = await held();
  await using _ = server;
  const error = { code: "IMG.0014", message: "Of an older version." };
  await server.world.catalog.jobs.update(id, ["queued"], { status: "failed", error, finishedAt: 1 });
  assert.deepEqual((await server.call("GET", `/api/v1/jobs/${id}`)).json<Job>().error, error);
});
