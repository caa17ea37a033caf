/** Calls at the edges of the Image API, sent to a real Glance and to us, by an administrator of both. Needs Debian's glance-api. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startGlance } from "../../bench/images/glance-server.ts";
import type { GlanceServer } from "../../bench/images/glance-server.ts";
import type { ImageService } from "../../bench/image-api/image-service.ts";
import { localToken } from "../../system/local-token.ts";
import { TintypeProcess } from "../../system/tintype-process.ts";
import { glanceCalls } from "./glance-calls.table.ts";
import type { GlanceCall, ImageState } from "./glance-calls.table.ts";

const skip = spawnSync("glance-manage", ["--version"]).error !== undefined && "Glance is not installed (Debian: glance-api)";

let folder: string;
let server: TintypeProcess;
let glanceServer: GlanceServer;
let [ours, glance]: readonly [ImageService, ImageService] = [
  { url: "", headers: {} },
  { url: "", headers: {} },
];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-glance-answers-"));
  if (skip !== false) {
    return;
  }
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_LOG_LEVEL: "warn", TINTYPE_LIMITS_IMAGES_PER_PROJECT: "10000" });
  await mkdir(join(folder, "glance"));
  const starting = server.start();
  glanceServer = await startGlance(join(folder, "glance"), []);
  await starting;
  const { token } = await localToken(join(folder, "data"));
  ours = { url: `${server.endpoint}/image`, headers: { "x-auth-token": token } };
  glance = { url: glanceServer.url, headers: {} };
});

after(async () => {
  if (skip === false) {
    await Promise.all([server.stop(), glanceServer[Symbol.asyncDispose]()]);
  }
  await rm(folder, { recursive: true, force: true });
});

for (const call of glanceCalls) {
  test(
    `${call.name} is answered as Glance does${call.differs === undefined ? "" : `, but for ${call.differs.because}`}`,
    { skip },
    async () => {
      const [here, there] = await Promise.all([statusOf(ours, call), statusOf(glance, call)]);
      if (call.differs === undefined) {
        assert.equal(here, there);
      } else {
        assert.deepEqual({ here, glance: there }, { here: call.differs.here, glance: call.differs.glance });
      }
    },
  );
}

async function statusOf(service: ImageService, { image = "none", method, path, headers, body }: GlanceCall): Promise<number> {
  const id = await imageIn(service, image);
  return await statusFrom(service, method, path.replace("{id}", id), { headers, body: body as string | undefined });
}

/** Makes an image in a state; answers its id. */
async function imageIn(service: ImageService, state: ImageState): Promise<string> {
  if (state === "none") {
    return "";
  }
  const id = await declare(service, {
    name: state,
    protected: state === "protected",
    ...(state !== "without formats" && { disk_format: "raw", container_format: "bare" }),
    ...(state === "private" && { visibility: "private" }),
  });
  const octets = { "content-type": "application/octet-stream" };
  if (state === "active" || state === "deactivated") {
    assert.equal(await statusFrom(service, "PUT", `/v2/images/${id}/file`, { headers: octets, body: "twelve bytes" }), 204);
  }
  if (state === "deactivated") {
    assert.equal(await statusFrom(service, "POST", `/v2/images/${id}/actions/deactivate`, {}), 204);
  }
  if (state === "staged") {
    assert.equal(await statusFrom(service, "PUT", `/v2/images/${id}/stage`, { headers: octets, body: "twelve bytes" }), 204);
  }
  if (state === "deleted") {
    assert.equal(await statusFrom(service, "DELETE", `/v2/images/${id}`, {}), 204);
  }
  return id;
}

async function declare({ url, headers }: ImageService, fields: object): Promise<string> {
  const answer = await fetch(`${url}/v2/images`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  // The documented answer.
  return ((await answer.json()) as { readonly id: string }).id;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** A body of bytes has no content type unless one is given. */
async function statusFrom({ url, headers: own }: ImageService, method: string, path: string, { headers, body }: Sent): Promise<number> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: { ...own, ...headers },
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}
