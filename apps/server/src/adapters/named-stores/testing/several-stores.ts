import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultyBackend } from "@tintype/store/backend/testing/faulty-backend.ts";
import type { BackendOperation } from "@tintype/store/backend/testing/faulty-backend.ts";
import { memoryBackend } from "@tintype/store/backend/memory/memory-backend.ts";
import { openChunkStore } from "@tintype/store/open-chunk-store.ts";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import type { Log } from "../../../ports/log.ts";
import type { NamedStore, NamedStores } from "../../../ports/named-stores.ts";
import { storeSet } from "../store-set.ts";

export const chunkBytes = 4096;
const names = ["first", "second", "third"] as const;
type Name = (typeof names)[number];

/** Says of a call whether it is to fail. */
type Failing = (operation: BackendOperation, file: string) => boolean;

/**
 * Three stores in memory: `first` is preferred, `second` is the default. They fail when they are told to.
 */
export class SeveralStores implements AsyncDisposable {
  readonly store: BlobStore;
  readonly stores: NamedStores;
  readonly one: Readonly<Record<Name, ChunkStore>>;
  /** What each holds, by file. */
  readonly files: Readonly<Record<Name, Map<string, Uint8Array>>>;
  /** Which calls to which store fail. */
  readonly failing: Map<Name, Failing>;
  /** Names of the stores of which was logged that they were passed over. */
  readonly passedOver: string[] = [];
  /** What the clock says. */
  nowMs = 0;
  readonly #folder: AsyncDisposable;

  private constructor(
    parts: Pick<SeveralStores, "one" | "files" | "failing"> & { folder: AsyncDisposable; unwrapKey: StoreOptions["unwrapKey"] },
  ) {
    this.one = parts.one;
    this.files = parts.files;
    this.failing = parts.failing;
    this.#folder = parts.folder;
    const named: NamedStore[] = names.map((name, index) => ({
      name,
      description: "",
      isDefault: name === "second",
      weight: 3 - index,
      type: "file",
      place: "memory",
      blobs: parts.one[name],
    }));
    const warn = (fields: object): void => void this.passedOver.push(String(Reflect.get(fields, "store")));
    const log: Log = { info() {}, warn, error: warn };
    ({ store: this.store, stores: this.stores } = storeSet(named, { unwrapKey: parts.unwrapKey, log, clock: { now: () => this.nowMs } }));
  }

  static async open({
    unwrapKey,
    chunkSizes,
  }: { unwrapKey?: StoreOptions["unwrapKey"]; chunkSizes?: Partial<Record<Name, number>> } = {}): Promise<SeveralStores> {
    const folder = await mkdtempDisposable(join(tmpdir(), "tintype-stores-"));
    const failing = new Map<Name, Failing>();
    const files = { first: new Map(), second: new Map(), third: new Map() };
    const open = async (name: Name): Promise<ChunkStore> => {
      const script = (operation: BackendOperation, file: string) => (failing.get(name)?.(operation, file) ? "before" : undefined);
      const backend = faultyBackend(memoryBackend(files[name]), script);
      const chunkSizeBytes = chunkSizes?.[name] ?? chunkBytes;
      const options = { chunkSizeBytes, packBytes: 10 * chunkBytes, workers: 1, cacheBytes: 0, unwrapKey };
      return openChunkStore(backend, join(folder.path, name), options);
    };
    const one = { first: await open("first"), second: await open("second"), third: await open("third") };
    return new SeveralStores({ one, files, failing, folder, unwrapKey });
  }

  /** From now on every call to a store fails that reads or asks. */
  fail(name: Name, failing: Failing = () => true): void {
    this.failing.set(name, failing);
  }

  mend(): void {
    this.failing.clear();
  }

  /** Which stores hold a blob, asked one by one. */
  async holders(id: BlobId): Promise<readonly string[]> {
    const answers = await Promise.all(names.map(async (name) => ((await this.one[name].has(id)) ? [name] : [])));
    return answers.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mend();
    await this.store[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}
