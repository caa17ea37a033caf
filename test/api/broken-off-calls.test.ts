import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setImmediate as aTurn } from "node:timers/promises";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import type { TraceFilter, TraceRecord } from "@tintype/server/ports/trace-catalog.ts";
import { ObsWorld } from "@tintype/server/testing/obs-world.ts";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { wholeApi } from "./whole-api.ts";
import type { WholeApi } from "./whole-api.ts";

let world: TransferWorld;
let api: WholeApi;
let endpoint: URL;

before(async () => {
  world = await TransferWorld.open();
  api = await wholeApi(world);
  endpoint = new URL(await api.app.listen({ host: "127.0.0.1", port: 0 }));
});
after(async () => {
  await api.app.close();
  await world[Symbol.asyncDispose]();
});

/** Sends a request that announces more of a body than comes, and leaves. */
async function breakOff(place: URL, call: string, token: string, type = "application/json"): Promise<void> {
  const socket = connect({ host: place.hostname, port: Number(place.port) });
  socket.end(`${call} HTTP/1.1\r\nhost: here\r\nx-auth-token: ${token}\r\ncontent-type: ${type}\r\ncontent-length: 50\r\n\r\n{"name":`);
  socket.resume();
  await once(socket, "close");
}

/** The trace of that name, once it is there. */
async function traceOf(list: (filter: TraceFilter) => Promise<readonly TraceRecord[] | undefined>, name: string): Promise<TraceRecord> {
  for (;;) {
    const traces = await list({ withUnassigned: true, from: 0, to: Infinity, projectId: "demo" as ProjectId });
    const found = traces?.find((trace) => trace.name === name);
    if (found !== undefined) {
      return found;
    }
    await aTurn();
  }
}

test("a change whose sender leaves in its middle leaves a trace, with the address that it came from", async () => {
  await breakOff(endpoint, "POST /v1.0/demo/kms/create-key", api.tokens.demo);
  const { sourceIp, status } = await traceOf(async (filter) => world.catalog.traces.list(filter, { limit: 100 }), "createKey");
  assert.deepEqual([sourceIp, status], ["127.0.0.1", 400]);
});

test("a bucket's change whose sender leaves in its middle leaves a trace with the address too", async () => {
  await using obs = await (await ObsWorld.open()).start();
  await breakOff(new URL(obs.endpoint), "PUT /broken-off", await obs.token("member"));
  const filter = { projectId: obs.user("member").projectId };
  const { sourceIp } = await traceOf(async (asked) => obs.catalog.traces.list({ ...asked, ...filter }, { limit: 100 }), "createBucket");
  assert.equal(sourceIp, "127.0.0.1");
});

for (const prefix of ["", "/image"]) {
  test(`a file that breaks off is no failure of the service at PUT ${prefix}/v2/images/{image_id}/file, and the image waits for it again`, async () => {
    const headers = { "x-auth-token": api.tokens.demo };
    const payload = prefix === "" ? { name: "none", min_disk: 40, disk_format: "raw" } : { disk_format: "raw", container_format: "bare" };
    const declared = await api.app.inject({ method: "POST", url: `${prefix}/v2/images`, headers, payload });
    const image = declared.json<{ id: ImageId }>();
    await breakOff(endpoint, `PUT ${prefix}/v2/images/${image.id}/file`, api.tokens.demo, "application/octet-stream");
    const list = async (filter: TraceFilter) => world.catalog.traces.list({ ...filter, resourceId: image.id }, { limit: 100 });
    assert.deepEqual((({ status, rating }) => [status, rating])(await traceOf(list, "updateImage")), [400, "warning"]);
    assert.equal((await world.catalog.images.get(image.id))?.status, "queued");
  });
}
