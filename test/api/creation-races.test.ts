import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, refusalOf } from "./ims-server.ts";
import type { ImsServerOptions } from "./ims-server.ts";

const disk = sampleDisk(1);
const action = "/v2/cloudimages/action";
const file = { name: "n", image_url: "files:disk.raw", min_disk: 40 };

async function serverWithFile(limits: NonNullable<ImsServerOptions["limits"]> = {}): Promise<ImsServer> {
  const server = await ImsServer.open({ holdJobs: true, limits });
  await server.world.addFile("demo", "files:disk.raw", disk);
  return server;
}

/** How often each answer came. */
function tally(answers: readonly Awaited<ReturnType<ImsServer["call"]>>[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const outcome = answer.statusCode < 300 ? "done" : refusalOf(answer);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

test("R-215: of imports, images without content and copies that are asked for at once, as many succeed as the quota has places", async () => {
  const [taken, each] = [25, 25];
  await using server = await serverWithFile({ jobs: { concurrentPerProject: 1000 }, copies: { concurrentPerProject: 1000 } });
  const originals = await Promise.all(Array.from({ length: taken }, () => server.world.addImage("demo", disk)));
  const calls = originals.flatMap(({ id }) => [
    server.call("POST", action, file),
    server.call("POST", "/v2/images", { __os_version: "Ubuntu 20.04 server 64bit", name: "n" }),
    server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "n" }),
  ]);
  assert.deepEqual(tally(await Promise.all(calls)), { done: 50 - taken, "400 IMG.0015": 3 * each - (50 - taken) });
  assert.equal((await server.list("?limit=1000")).length, 50);
  const quota = (await server.call("GET", "/v1/cloudimages/quota")).json<{ quotas: { resources: { type: string; used: number }[] } }>();
  assert.equal(quota.quotas.resources.find(({ type }) => type === "image")?.used, 50);
});

test("R-215: of images that are declared at once as many are made as there are places, and whatever is deleted gives its place back", async () => {
  await using server = await ImsServer.open({ limits: { images: { perProject: 25 } } });
  const path = "/image/v2/images";
  const declare = (times: number) =>
    Promise.all(Array.from({ length: times }, () => server.call("POST", path, { disk_format: "raw", container_format: "bare" })));
  const made = (answers: Awaited<ReturnType<typeof declare>>) => answers.filter(({ statusCode }) => statusCode === 201);
  const first = made(await declare(50));
  assert.equal(first.length, 25);
  const ids = first.slice(0, 10).map((answer) => answer.json<{ id: string }>().id);
  const deleted = await Promise.all(ids.flatMap((id) => [server.call("DELETE", `${path}/${id}`), server.call("DELETE", `${path}/${id}`)]));
  assert.equal(deleted.filter(({ statusCode }) => statusCode === 204).length, 10);
  assert.equal(made(await declare(50)).length, 10);
  assert.equal((await server.call("GET", `${path}?limit=100`)).json<{ images: unknown[] }>().images.length, 25);
});

test("R-216: of 60 creations that are asked for at once 40 begin, and the others take no place in the quota", async () => {
  await using server = await serverWithFile({ images: { perProject: 1000 } });
  const answers = await Promise.all(Array.from({ length: 60 }, () => server.call("POST", action, file)));
  assert.deepEqual(tally(answers), { done: 40, "400 IMG.0060": 20 });
  assert.equal((await server.list("?limit=1000")).length, 40);
});
