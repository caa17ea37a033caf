import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { CompressionPool } from "./compression-pool.ts";
import type { CompressionBatch } from "./compression-pool.ts";

const CLUSTER_BYTES = 4096;

function batchOf(value: number): CompressionBatch {
  const input = new Uint8Array(2 * CLUSTER_BYTES).fill(value);
  return { codec: "zlib", clusterSize: CLUSTER_BYTES, input, inputBytes: CLUSTER_BYTES, output: new Uint8Array(2 * CLUSTER_BYTES) };
}

/** A worker that does as the given code says with each request. */
function workerThat(code: string): URL {
  const script = `import { parentPort } from "node:worker_threads"; parentPort.on("message", (request) => { ${code} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

test("many batches at once come back compressed, each with its own memory", async () => {
  await using pool = new CompressionPool({ threads: 2 });
  const values = Array.from({ length: 20 }, (_, index) => index + 1);
  const results = await Promise.all(values.map((value) => pool.compress(batchOf(value))));
  for (const [index, { input, output, lengths }] of results.entries()) {
    assert.equal(lengths.length, 1);
    assert.equal(input.length, 2 * CLUSTER_BYTES);
    const inflated = inflateRawSync(output.subarray(0, lengths[0]));
    assert.deepEqual(new Set(inflated), new Set([index + 1]));
  }
});

test("a thread that fails fails its batches, and the next batch gets a new thread", async () => {
  const script = workerThat(
    "if (request.id < 3) throw new Error('broken'); parentPort.postMessage({ ...request, lengths: new Int32Array(1) });",
  );
  await using pool = new CompressionPool({ threads: 1, script });
  for (const result of await Promise.allSettled([pool.compress(batchOf(1)), pool.compress(batchOf(2))])) {
    assert.ok(result.status === "rejected" && result.reason instanceof Error);
    assert.match(result.reason.message, /ended in the middle/);
    assert.match(String(result.reason.cause), /broken/);
  }
  assert.deepEqual((await pool.compress(batchOf(3))).lengths, new Int32Array(1));
});

test("a thread that exits by itself fails its batches", async () => {
  await using pool = new CompressionPool({ threads: 1, script: workerThat("process.exit(3);") });
  await assert.rejects(pool.compress(batchOf(1)), (error: Error) => /exited with code 3/.test(String(error.cause)));
});

test("closing the pool ends what is under way and refuses what comes after", async () => {
  const pool = new CompressionPool({ threads: 1, script: workerThat("") });
  const stuck = [1, 2, 3, 4].map((value) => pool.compress(batchOf(value)));
  const settled = Promise.allSettled(stuck);
  await pool[Symbol.asyncDispose]();
  for (const result of await settled) {
    assert.match(String(result.status === "rejected" ? result.reason : "fulfilled"), /closed/);
  }
  await assert.rejects(pool.compress(batchOf(5)), /closed/);
});

test("a pool that has nothing to do does not keep the process alive", async () => {
  const url = new URL("./compression-pool.ts", import.meta.url).href;
  const code = `
    import { CompressionPool } from ${JSON.stringify(url)};
    const pool = new CompressionPool({ threads: 2 });
    const { lengths } = await pool.compress({ codec: "zlib", clusterSize: 512, input: new Uint8Array(512).fill(1), inputBytes: 512, output: new Uint8Array(512) });
    console.log(lengths.length);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], { timeout: 20_000 });
  assert.equal(stdout.trim(), "1");
});
