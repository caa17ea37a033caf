import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { watchedBackend } from "../../test/watched-backend.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { openS3Backend } from "../backend/s3/open-s3-backend.ts";
import { fakeOptions } from "../backend/s3/testing/fake-s3-place.ts";
import { FakeS3 } from "../backend/s3/testing/fake-s3.ts";
import { faultyBackend } from "../backend/testing/faulty-backend.ts";
import type { Fault } from "../backend/testing/faulty-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import type { ChunkStoreOptions } from "../open-chunk-store.ts";
import type { ChunkStore } from "../store.ts";

type OpenIn = (machine: "one" | "two", options?: ChunkStoreOptions) => Promise<ChunkStore>;

interface Machines {
  readonly files: Map<string, Uint8Array>;
  readonly folders: { readonly one: string; readonly two: string };
  readonly openIn: OpenIn;
}

const atOnce = { graceMs: 0, now: 0 };
const isOwned = { name: "StoreError", code: "store.owned" };

/** Files that two machines can reach, each with a work folder of its own. */
async function withMachines(work: (machines: Machines) => Promise<void>): Promise<void> {
  await using one = await temporaryFolder();
  await using two = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  const folders = { one: one.path, two: two.path };
  const openIn: OpenIn = (machine, options = {}) => openChunkStore(memoryBackend(files), folders[machine], { workers: 1, ...options });
  await work({ files, folders, openIn });
}

async function openAndClose(opening: Promise<ChunkStore>): Promise<void> {
  await using _opened = await opening;
}

describe("a store that two machines can reach", () => {
  it("belongs to the one that opened it first, and the refusal of the other says where that is and what to do", () =>
    withMachines(async ({ folders, openIn }) => {
      await openAndClose(openIn("one"));
      await assert.rejects(openIn("two"), (error: Error) => {
        assert.equal("code" in error && error.code, "store.owned");
        assert.ok(error.message.includes(folders.one) && error.message.includes(hostname()), error.message);
        assert.match(error.message, /remove the file "owner"/);
        return true;
      });
      await openAndClose(openIn("one"));
    }));

  it("writes nothing there, and nothing that counts later, when it refuses", () =>
    withMachines(async ({ files, openIn }) => {
      await openAndClose(openIn("one"));
      const before = new Map(files);
      await assert.rejects(openIn("two"), isOwned);
      assert.deepEqual(files, before);
      await assert.rejects(openIn("two"), isOwned);
    }));

  it("is claimed by whoever comes first once its owner file is removed, and refused to the one that had it", () =>
    withMachines(async ({ files, openIn }) => {
      await openAndClose(openIn("one"));
      files.delete("owner");
      await openAndClose(openIn("two"));
      await assert.rejects(openIn("one"), isOwned);
    }));

  it("is claimed when it is of a release that knew no owners", () =>
    withMachines(async ({ files, folders, openIn }) => {
      await openAndClose(openIn("one"));
      files.delete("owner");
      await rm(join(folders.one, "owner"));
      await openAndClose(openIn("one"));
      assert.ok(files.has("owner"));
    }));

  it("is refused when the work folder was lost, or its owner file says what nobody knows, until it is taken over", () =>
    withMachines(async ({ files, folders, openIn }) => {
      await openAndClose(openIn("one"));
      await rm(join(folders.one, "owner"));
      await assert.rejects(openIn("one"), isOwned);
      await openAndClose(openIn("one", { takeOver: true }));
      files.set("owner", Buffer.from("{}\n"));
      await assert.rejects(openIn("one"), isOwned);
      await openAndClose(openIn("one", { takeOver: true }));
      await writeFile(join(folders.one, "owner"), "torn");
      files.set("owner", Buffer.from("torn"));
      await assert.rejects(openIn("one"), isOwned);
      await openAndClose(openIn("one", { takeOver: true }));
    }));

  it("changes nothing when it is taken over by the one that has it", () =>
    withMachines(async ({ files, folders, openIn }) => {
      await openAndClose(openIn("one"));
      const [there, here] = [files.get("owner"), await readFile(join(folders.one, "owner"), "utf8")];
      await openAndClose(openIn("one", { takeOver: true }));
      assert.deepEqual([files.get("owner"), await readFile(join(folders.one, "owner"), "utf8")], [there, here]);
    }));

  it("frees nothing any more where it was taken over while it was open", () =>
    withMachines(async ({ files, openIn }) => {
      await using one = await openIn("one");
      await one.collect(atOnce);
      await openAndClose(openIn("two", { takeOver: true }));
      await assert.rejects(one.collect(atOnce), { ...isOwned, message: /taken over by the work folder .* Close it here/ });
      files.delete("owner");
      await assert.rejects(one.collect(atOnce), isOwned);
    }));

  it("goes to one of two that open it first at once", () =>
    withMachines(async ({ openIn }) => {
      const opened = await Promise.allSettled([openIn("one"), openIn("two")]);
      const stores = opened.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      for (const store of stores) {
        await store[Symbol.asyncDispose]();
      }
      assert.equal(stores.length, 1);
      assert.deepEqual(
        opened.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : [])),
        ["store.owned"],
      );
    }));
});

describe("claiming a store that fails half way", () => {
  for (const fault of ["before", "after"] satisfies Fault[]) {
    for (const [operation, takeOver] of [
      ["put", false],
      ["put", true],
      ["remove", true],
    ] as const) {
      it(`can be repeated, when the backend fails ${fault} the ${operation} ${takeOver ? "while it is taken over" : ""}`, () =>
        withMachines(async ({ files, folders, openIn }) => {
          if (takeOver) {
            await openAndClose(openIn("one"));
          }
          let faults = 1;
          const script = (called: string, name: string): Fault | undefined =>
            called === operation && name === "owner" && faults-- > 0 ? fault : undefined;
          const failing = openChunkStore(faultyBackend(memoryBackend(files), script), folders.two, { workers: 1, takeOver });
          await assert.rejects(failing, { code: "store.io" });
          await openAndClose(openIn("two", { takeOver }));
          await openAndClose(openIn("two"));
        }));
    }
  }

  it("notices another that came first although the backend let both write", () =>
    withMachines(async ({ files, folders }) => {
      const theirs = Buffer.from(`${"a".repeat(32)} theirs /their folder\n`);
      const afterPut = (name: string): void => {
        if (name === "owner") {
          files.set("owner", theirs);
        }
      };
      const opening = openChunkStore(watchedBackend(memoryBackend(files), { afterPut }), folders.one, { workers: 1 });
      await assert.rejects(opening, { ...isOwned, message: /the work folder \/their folder on theirs/ });
      assert.deepEqual([...files.keys()], ["owner"]);
    }));
});

for (const put of [true, false]) {
  it(`a bucket whose service ${put ? "honours" : "does not know"} conditions has one owner`, () =>
    withMachines(async ({ folders }) => {
      await using fake = await FakeS3.start();
      fake.honours = { put, complete: put };
      const openIn = async (folder: string, takeOver: boolean): Promise<void> =>
        openAndClose(openChunkStore(await openS3Backend(fakeOptions(fake)), folder, { workers: 1, takeOver }));
      await openIn(folders.one, false);
      await assert.rejects(openIn(folders.two, false), isOwned);
      await openIn(folders.two, true);
      await assert.rejects(openIn(folders.one, false), isOwned);
    }));
}
