import assert from "node:assert/strict";
import { chmod, mkdir, mkdtempDisposable, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FakeS3 } from "@tintype/store/backend/s3/testing/fake-s3.ts";
import { blobIdOf, filler } from "../../../packages/store/test/filler.ts";
import { readBlob, writeBlob } from "../../../packages/store/test/read-back.ts";
import { loadConfig } from "./config/load-config.ts";
import { openStores } from "./open-stores.ts";
import type { OpenStores } from "./open-stores.ts";
import { StartError } from "./start-error.ts";

/** A folder of a test: `data`, `stores.json` and whatever the test puts there. */
class Place implements AsyncDisposable {
  readonly path: string;
  readonly warnings: object[] = [];
  readonly #folder: AsyncDisposable;

  private constructor(folder: AsyncDisposable & { readonly path: string }) {
    this.path = folder.path;
    this.#folder = folder;
  }

  static async make(): Promise<Place> {
    return new Place(await mkdtempDisposable(join(tmpdir(), "tintype-named-")));
  }

  /** Opens the stores as a service in this folder would. */
  async open(file: object | string | undefined, env: Readonly<Record<string, string>> = {}): Promise<OpenStores> {
    const path = join(this.path, "stores.json");
    if (file !== undefined) {
      await writeFile(path, typeof file === "string" ? file : JSON.stringify(file));
    }
    const settings = { ...env, TINTYPE_DATA_DIR: this.dataDir, ...(file !== undefined && { TINTYPE_STORES_FILE: path }) };
    const { config } = await loadConfig({ argv: [], env: settings, readFile: async (name) => readFile(name, "utf8") });
    const warn = (fields: object): void => void this.warnings.push(fields);
    return await openStores({ config, dataDir: this.dataDir, log: { info() {}, warn, error: warn }, clock: { now: () => 0 } });
  }

  get dataDir(): string {
    return join(this.path, "data");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

const [a, b] = [blobIdOf("a"), blobIdOf("b")];
const isStartError = (message: RegExp) => (error: unknown) => error instanceof StartError && message.test(error.message);

test("without a file there is one store, main, in the data folder", async () => {
  await using place = await Place.make();
  const { store, stores } = await place.open(undefined);
  await using _closing = store;
  const [main, ...others] = stores.all;
  assert.deepEqual(others, []);
  assert.equal(main?.blobs, store);
  assert.deepEqual([main?.name, main?.isDefault, main?.type, main?.place], ["main", true, "file", join(place.dataDir, "store")]);
});

test("stores in folders open beside the data folder's one, and keep what they are given", async () => {
  await using place = await Place.make();
  const file = {
    default: "fast",
    stores: [
      { name: "archive", weight: -5, dir: "archive" },
      { name: "fast", weight: 5, dir: join(place.path, "ssd/fast") },
    ],
  };
  {
    const { store, stores } = await place.open(file);
    await using _closing = store;
    assert.deepEqual(
      stores.all.map(({ name, isDefault }) => [name, isDefault]),
      [
        ["fast", true],
        ["main", false],
        ["archive", false],
      ],
    );
    await writeBlob(store, a, filler("a", 1000));
    await stores.replicate(a, "archive", { signal: new AbortController().signal, onProgress() {} });
  }
  const { store, stores } = await place.open(file);
  await using _closing = store;
  assert.deepEqual(await stores.holding(a), ["fast", "archive"]);
  assert.deepEqual(await readBlob(store, a), filler("a", 1000));
  assert.ok((await readdir(join(place.path, "archive"))).includes("manifests"), "folders are named from where the file lies");
});

test("a store in a bucket has its work folder in the data folder, and its secret in a file", async () => {
  await using fake = await FakeS3.start();
  await using place = await Place.make();
  await writeFile(join(place.path, "secret"), "secret\n", { mode: 0o600 });
  const s3 = { endpoint: fake.endpoint, bucket: FakeS3.bucket, prefix: "tintype/", accessKey: "key", secretKeyFile: "secret" };
  const { store, stores } = await place.open({ stores: [{ name: "cloud", s3 }] });
  await using _closing = store;
  const cloud = stores.find("cloud");
  assert.ok(cloud);
  assert.equal(cloud.type, "s3");
  assert.ok(!cloud.place.includes("secret"), cloud.place);
  await writeBlob(cloud.blobs, b, filler("b", 1000));
  assert.deepEqual(await readBlob(store, b), filler("b", 1000));
  assert.ok((await readdir(join(place.dataDir, "stores", "cloud"))).includes("owner"));
});

test("all stores seal what has no key of its own with the store key", async () => {
  await using place = await Place.make();
  const keyFile = join(place.path, "key");
  await writeFile(keyFile, "ab".repeat(32), { mode: 0o600 });
  const { store, stores } = await place.open({ stores: [{ name: "archive", dir: "archive" }] }, { TINTYPE_STORE_KEY_FILE: keyFile });
  await using _closing = store;
  await writeBlob(store, a, filler("a", 10_000));
  await stores.replicate(a, "archive", { signal: new AbortController().signal, onProgress() {} });
  const keyIds = [];
  for (const { blobs } of stores.all) {
    await using blob = await blobs.open(a);
    keyIds.push(blob.keyId);
  }
  assert.ok(keyIds[0] !== undefined && keyIds[0] === keyIds[1]);
  assert.deepEqual(await readBlob(store, a), filler("a", 10_000));
});

describe("the start is refused, with what to do,", () => {
  const s3 = { endpoint: "http://127.0.0.1:9", bucket: "b", accessKey: "k", secretKeyFile: "nowhere" };
  const cases: readonly (readonly [string, object | string, RegExp])[] = [
    [
      "when the file is no JSON",
      "{",
      /The file of stores .*stores.json cannot be used: it is not JSON. Correct it, or start without TINTYPE_STORES_FILE/,
    ],
    [
      "when two stores have one folder",
      {
        stores: [
          { name: "x", dir: "d" },
          { name: "y", dir: "./d/../d" },
        ],
      },
      /"x" and "y" have the same folder/,
    ],
    [
      "when a store lies in another",
      {
        stores: [
          { name: "x", dir: "d" },
          { name: "y", dir: "d/e/f" },
        ],
      },
      /"x" and "y" have folders of which one lies/,
    ],
    [
      "when a store lies around another",
      {
        stores: [
          { name: "x", dir: "d/e" },
          { name: "y", dir: "d" },
        ],
      },
      /"x" and "y" have folders of which one/,
    ],
    ["when a store is the data folder's", { stores: [{ name: "x", dir: "data/store" }] }, /"main" and "x" have the same folder/],
    [
      "when a store lies in the data folder's",
      { stores: [{ name: "x", dir: "data/store/x" }] },
      /"main" and "x" have folders of which one/,
    ],
    ["when a store is the data folder itself", { stores: [{ name: "x", dir: "data" }] }, /"main" and "x" have folders of which one/],
    [
      "when a link leads to another store",
      {
        stores: [
          { name: "x", dir: "real" },
          { name: "y", dir: "link/z" },
        ],
      },
      /"x" and "y" have folders of which/,
    ],
    [
      "when a folder is a work folder of a bucket",
      {
        stores: [
          { name: "x", s3 },
          { name: "y", dir: "data/stores/x" },
        ],
      },
      /"x" and "y" have the same folder/,
    ],
    [
      "when two stores have one bucket",
      {
        stores: [
          { name: "x", s3 },
          { name: "y", s3 },
        ],
      },
      /"x" and "y" have the same bucket and prefix/,
    ],
    [
      "when the secret is missing",
      { stores: [{ name: "x", s3 }] },
      /The store "x" cannot be opened: The secret key file .*nowhere cannot be read/,
    ],
    [
      "when everyone may read the secret",
      { stores: [{ name: "x", s3: { ...s3, secretKeyFile: "open-secret" } }] },
      /The store "x" .*chmod 600/,
    ],
    [
      "when a folder holds something else",
      { stores: [{ name: "x", dir: "other" }] },
      /The store "x" cannot be opened: .*it is no blob store/,
    ],
    [
      "when a folder is a file",
      { stores: [{ name: "x", dir: "other/file/x" }] },
      /The folder .*other\/file\/x of a store cannot be used: ENOTDIR/,
    ],
  ];
  for (const [when, file, message] of cases) {
    test(when, async () => {
      await using place = await Place.make();
      await Promise.all(["real", "other", "data"].map((name) => mkdir(join(place.path, name))));
      await symlink(join(place.path, "real"), join(place.path, "link"));
      await writeFile(join(place.path, "other", "file"), "");
      await writeFile(join(place.path, "open-secret"), "x");
      await chmod(join(place.path, "open-secret"), 0o644);
      await assert.rejects(place.open(file), isStartError(message));
      // Nothing is held any more.
      await (await place.open(undefined)).store[Symbol.asyncDispose]();
    });
  }

  test("when the file is not there", async () => {
    await using place = await Place.make();
    await assert.rejects(place.open(undefined, { TINTYPE_STORES_FILE: join(place.path, "none.json") }), isStartError(/ENOENT/));
  });

  test("when another service holds one of the folders, which names the store", async () => {
    await using place = await Place.make();
    await using other = await Place.make();
    const file = { stores: [{ name: "shared", dir: join(place.path, "shared") }] };
    const { store } = await place.open(file);
    await using _closing = store;
    await assert.rejects(other.open(file), (error: unknown) => {
      assert.ok(isStartError(/The store "shared" cannot be opened: .*in use|locked|held/)(error), String(error));
      // What says that a service holds the data folder is the lock of the data folder's own store.
      return error instanceof Error && error.cause instanceof StartError;
    });
  });
});
