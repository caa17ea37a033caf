import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { filler } from "../../test/filler.ts";
import { filesUnder, temporaryFolder } from "../../test/temporary-folder.ts";
import { StoreError } from "../store-error.ts";
import { backendContract, smallFiles } from "./backend.contract.ts";
import type { Backend } from "./backend.ts";
import { memoryBackend } from "./memory/memory-backend.ts";
import { retryingBackend } from "./retrying-backend.ts";
import { faultyBackend } from "./testing/faulty-backend.ts";
import type { Fault } from "./testing/faulty-backend.ts";
import { InstantTimers } from "./testing/instant-timers.ts";
import { memoryPlace } from "./testing/memory-place.ts";
import { seededFaults } from "./testing/seeded-faults.ts";

const policy = { attempts: 4, firstDelayMs: 100, maxDelayMs: 1000 };
// A listing that fails midway or is stale is no affair of retries.
const seeded = (seed: string) => seededFaults(seed, 20, ["stale"]);
const patient = { policy: { ...policy, attempts: 30 }, timers: new InstantTimers() };

backendContract(
  "memory, faulty, retried",
  async () => memoryPlace((backend) => retryingBackend(faultyBackend(backend, exceptListings(seeded("retry"))), patient)),
  smallFiles,
);

function exceptListings(script: ReturnType<typeof seeded>): ReturnType<typeof seeded> {
  return (operation, name) => {
    const fault = script(operation, name);
    return operation === "list" && fault === "partial" ? "before" : fault;
  };
}

interface Scripted {
  readonly backend: Backend;
  readonly files: Map<string, Uint8Array>;
  readonly timers: InstantTimers;
}

function scripted(...faults: (Fault | undefined)[]): Scripted {
  const files = new Map<string, Uint8Array>();
  const timers = new InstantTimers();
  const backend = retryingBackend(
    faultyBackend(memoryBackend(files), () => faults.shift()),
    { policy, timers },
  );
  return { backend, files, timers };
}

test("a put whose acknowledgement was lost is done, with bytes and with a staged file", async () => {
  await using folder = await temporaryFolder();
  const stagedPath = join(folder.path, "staged");
  const content = filler("content", 2_500_000);
  await writeFile(stagedPath, content);
  for (const put of [{ bytes: content }, { stagedPath }]) {
    const { backend, files, timers } = scripted(undefined, "after");
    await backend.put("a", put);
    assert.ok(content.equals(files.get("a") ?? Buffer.alloc(0)));
    assert.deepEqual(timers.delays, [50]);
  }
  assert.deepEqual(await filesUnder(folder.path), []);
});

test("a name that somebody else took before or between two tries is refused", async () => {
  await using folder = await temporaryFolder();
  const stagedPath = join(folder.path, "staged");
  for (const theirs of ["b", "longer"]) {
    await writeFile(stagedPath, "a");
    for (const put of [{ bytes: Buffer.from("a") }, { stagedPath }]) {
      const files = new Map<string, Uint8Array>();
      const faulty = faultyBackend(memoryBackend(files), (operation) => {
        if (operation !== "put" || files.has("a")) {
          return undefined;
        }
        files.set("a", Buffer.from(theirs));
        return "before";
      });
      const backend = retryingBackend(faulty, { policy, timers: new InstantTimers() });
      await assert.rejects(backend.put("a", put), { code: "store.exists" });
      assert.equal(Buffer.from(files.get("a") ?? []).toString(), theirs);
    }
    await assert.rejects(stat(stagedPath), { code: "ENOENT" });
  }
  const { backend, files } = scripted();
  files.set("a", Buffer.from("a"));
  await assert.rejects(backend.put("a", { bytes: Buffer.from("a") }), { code: "store.exists" });
});

test("what fails for another reason is not tried again", async () => {
  for (const code of ["store.full", "store.missing"] as const) {
    const timers = new InstantTimers();
    const failing: Backend = { ...memoryBackend(), put: () => Promise.reject(new StoreError(code, "x")) };
    await assert.rejects(retryingBackend(failing, { policy, timers }).put("a", { bytes: Buffer.alloc(1) }), { code });
    assert.deepEqual(timers.delays, []);
  }
});

test("after the last try its error is thrown", async () => {
  const { backend, timers } = scripted("before", "before", "before", "before");
  await assert.rejects(backend.sizeOf("a"), { code: "store.io" });
  assert.deepEqual(timers.delays, [50, 100, 200]);
});

test("a listing that has named files is not begun again", async () => {
  const { backend, files } = scripted("before", "partial");
  for (const name of ["a", "b"]) {
    files.set(name, Buffer.alloc(1));
  }
  const names: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { name } of backend.list("")) {
        names.push(name);
      }
    },
    { code: "store.io" },
  );
  assert.deepEqual(names, ["a"]);
});
