import { rm } from "node:fs/promises";
import { StoreError } from "../../store-error.ts";
import type { Backend, KeptFile } from "../backend.ts";

/** The calls of a backend that can go wrong. */
export type BackendOperation = "put" | "read" | "sizeOf" | "list" | "remove";

/**
 * What goes wrong with a call:
 * before   it fails with store.io and nothing was done
 * after    it was done, but fails with store.io all the same: the acknowledgement is lost
 * slow     it is done late: after everything else that was called meanwhile had its turn
 * partial  a read fills half of what there is and fails, a listing names half of the files and fails
 * stale    a listing answers what the last listing of that prefix did (nothing when it is the first), as some services do for a while
 */
export type Fault = "before" | "after" | "slow" | "partial" | "stale";

/** Tells what befalls the next call; undefined when nothing does. */
export type FaultScript = (operation: BackendOperation, name: string) => Fault | undefined;

/** How many turns of the event loop a slow call takes. */
const slowTurns = 20;

/**
 * A backend that goes wrong as its script says; with `partial`, `before` and `after` it still keeps its word on everything that
 * it acknowledges. For tests of what must survive that.
 */
export function faultyBackend(backend: Backend, script: FaultScript): Backend {
  const listings = new Map<string, readonly KeptFile[]>();

  const befall = async <T>(operation: BackendOperation, name: string, work: (fault: Fault | undefined) => Promise<T>): Promise<T> => {
    const fault = script(operation, name);
    if (fault === "before") {
      throw fail(operation, name, fault);
    }
    if (fault === "slow") {
      await passTurns(slowTurns);
    }
    const result = await work(fault);
    if (fault === "after") {
      throw fail(operation, name, fault);
    }
    return result;
  };

  return {
    place: `faulty ${backend.place}`,
    put: async (name, content) => {
      try {
        await befall("put", name, () => backend.put(name, content));
      } finally {
        if ("stagedPath" in content) {
          await rm(content.stagedPath, { force: true });
        }
      }
    },
    read: (name, offset, targets, options) =>
      befall("read", name, async (fault) => {
        if (fault !== "partial") {
          return await backend.read(name, offset, targets, options);
        }
        await backend.read(name, offset, targets.slice(0, Math.ceil(targets.length / 2)).map(firstHalf), options);
        throw fail("read", name, fault);
      }),
    sizeOf: (name) => befall("sizeOf", name, () => backend.sizeOf(name)),
    remove: (name) => befall("remove", name, () => backend.remove(name)),
    async *list(prefix): AsyncGenerator<KeptFile, void, undefined> {
      const { files, fails } = await befall("list", prefix, async (fault) => {
        const now = await Array.fromAsync(backend.list(prefix));
        const files = fault === "stale" ? (listings.get(prefix) ?? []) : now;
        listings.set(prefix, now);
        return fault === "partial" ? { files: files.slice(0, Math.floor(files.length / 2)), fails: true } : { files, fails: false };
      });
      yield* files;
      if (fails) {
        throw fail("list", prefix, "partial");
      }
    },
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

function fail(operation: BackendOperation, name: string, fault: Fault): StoreError {
  return new StoreError("store.io", `Scripted fault: ${operation} of ${name} fails (${fault}).`);
}

function firstHalf(target: Uint8Array): Uint8Array {
  return target.subarray(0, Math.ceil(target.length / 2));
}

async function passTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise(setImmediate);
  }
}
