import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { Upload } from "tus-js-client";
import type { UploadOptions } from "tus-js-client";
import { ImsServer, demo } from "./ims-server.ts";
import { contentOf, uploadsPath } from "./upload-calls.ts";

const mebibyte = 1024 * 1024;
const file = Buffer.from(Uint32Array.from({ length: 5 * mebibyte }, (_, index) => (index * 2_654_435_761) % 2 ** 32).buffer);

let server: ImsServer;
let endpoint: string;
before(async () => {
  server = await ImsServer.open();
  await server.world.addFile("demo", "files:");
  endpoint = `${await server.app.listen({ host: "127.0.0.1", port: 0 })}${uploadsPath}`;
});
after(() => server[Symbol.asyncDispose]());

/** Uploads to the end; answers the upload's address. */
async function upload(content: Buffer | Readable, key: string, options: Partial<UploadOptions> = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { "x-caller": JSON.stringify(demo) };
  const metadata = { bucket: "files", key };
  const client = new Upload(content, {
    endpoint,
    headers,
    metadata,
    retryDelays: [0, 10],
    ...options,
    onSuccess: () => resolve(),
    onError: reject,
  });
  client.start();
  await promise;
  return client.url ?? "";
}

test("tus-js-client uploads a buffer in one go, in chunks, and with the creation", async () => {
  for (const [key, options] of Object.entries({
    whole: {},
    chunks: { chunkSize: 3 * mebibyte },
    creation: { uploadDataDuringCreation: true },
    chunksFromCreation: { uploadDataDuringCreation: true, chunkSize: 7 * mebibyte },
    overridden: { overridePatchMethod: true, chunkSize: 9 * mebibyte },
  })) {
    await upload(file, key, options);
    assert.ok(file.equals((await contentOf(server, key)) ?? Buffer.alloc(0)), key);
  }
});

test("tus-js-client uploads a stream whose length it learns at its end", async () => {
  const pieces = Array.from({ length: 20 }, (_, index) => file.subarray(index * mebibyte, (index + 1) * mebibyte));
  await upload(Readable.from(pieces, { objectMode: false }), "stream", { uploadLengthDeferred: true, chunkSize: 6 * mebibyte });
  assert.ok(file.equals((await contentOf(server, "stream")) ?? Buffer.alloc(0)));
});

test("tus-js-client goes on where an interrupted upload stands", async () => {
  const headers = { "x-caller": JSON.stringify(demo) };
  const { promise: interrupted, resolve, reject } = Promise.withResolvers<string>();
  const first = new Upload(file, {
    endpoint,
    headers,
    metadata: { bucket: "files", key: "resumed" },
    chunkSize: 4 * mebibyte,
    onError: reject,
    onChunkComplete: (_size, accepted) => {
      if (accepted === 8 * mebibyte) {
        void first.abort().then(() => resolve(first.url ?? ""), reject);
      }
    },
  });
  first.start();
  const uploadUrl = await interrupted;
  assert.equal(await contentOf(server, "resumed"), undefined);
  const sent: number[] = [];
  const resumed = await upload(file, "resumed", {
    uploadUrl,
    chunkSize: 4 * mebibyte,
    onChunkComplete: (_size, accepted) => void sent.push(accepted / mebibyte),
  });
  assert.equal(resumed, uploadUrl);
  assert.ok((sent[0] ?? 0) >= 12, `it did not begin again: ${sent.join(", ")}`);
  assert.ok(file.equals((await contentOf(server, "resumed")) ?? Buffer.alloc(0)));
});

test("tus-js-client ends an upload with all that came", async () => {
  const before = await server.world.contents();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const client = new Upload(file, {
    endpoint,
    headers: { "x-caller": JSON.stringify(demo) },
    metadata: { bucket: "files", key: "ended" },
    chunkSize: 4 * mebibyte,
    onError: reject,
    onChunkComplete: () => void client.abort(true).then(resolve, reject),
  });
  client.start();
  await promise;
  while ((await server.world.contents()).length > before.length) {
    await new Promise((next) => setImmediate(next));
  }
  assert.deepEqual(await server.world.contents(), before);
});
