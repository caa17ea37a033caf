import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { filler } from "../../test/filler.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { StoreErrorCode } from "../store-error.ts";
import { isStoreError } from "../store-error.ts";
import type { Backend, KeptFile, NewFile } from "./backend.ts";
import { badFileNames, goodFileNames } from "./testing/file-names.table.ts";

/** A place that backends can be opened at, one after the other, and that keeps what they were given. It starts empty. */
export interface BackendPlace extends AsyncDisposable {
  open(): Promise<Backend>;
  /** Where staged files must be; any folder when undefined. */
  readonly stagingFolder?: string;
}

const miB = 1024 * 1024;

function failsWith(code: StoreErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isStoreError(error), `expected ${code}, got ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  };
}

/** A backend over an empty place, with a folder to stage files in. */
class Setup implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #place: BackendPlace;
  readonly #staging: string;
  #staged = 0;
  backend: Backend;

  private constructor(stack: AsyncDisposableStack, opened: { place: BackendPlace; staging: string; backend: Backend }) {
    this.#stack = stack;
    this.#place = opened.place;
    this.#staging = opened.staging;
    this.backend = opened.backend;
  }

  static async at(newPlace: () => Promise<BackendPlace>): Promise<Setup> {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await temporaryFolder());
    const place = stack.use(await newPlace());
    const backend = await place.open();
    return new Setup(stack.move(), { place, staging: place.stagingFolder ?? folder.path, backend });
  }

  async reopen(): Promise<void> {
    await this.backend[Symbol.asyncDispose]();
    this.backend = await this.#place.open();
  }

  async stage(bytes: Uint8Array): Promise<{ readonly stagedPath: string }> {
    this.#staged += 1;
    const stagedPath = join(this.#staging, `staged-${this.#staged}`);
    await writeFile(stagedPath, bytes, { flush: true });
    return { stagedPath };
  }

  async whole(name: string): Promise<Buffer> {
    const target = Buffer.alloc((await this.backend.sizeOf(name)) ?? 0);
    assert.equal(await this.backend.read(name, 0, [target]), target.length);
    return target;
  }

  async listed(prefix: string): Promise<KeptFile[]> {
    const files: KeptFile[] = [];
    for await (const { name, sizeBytes } of this.backend.list(prefix)) {
      files.push({ name, sizeBytes });
    }
    return files.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.backend[Symbol.asyncDispose]();
    await this.#stack.disposeAsync();
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOENT"); // what fs throws
    return false;
  }
}

type With = (work: (setup: Setup) => Promise<void>) => Promise<void>;

/** Every file of the suite that is called large, in fifths. What only passes calls on needs no large files. */
export interface SuiteSizes {
  readonly largeBytes: number;
}

/** Large enough for a service to be sent files in parts. */
export const filesInParts: SuiteSizes = { largeBytes: 45 * miB };

/** For backends around another, whose own suite has the large files. */
export const smallFiles: SuiteSizes = { largeBytes: 50_000 };

/** Every promise that `Backend` makes, as far as tests can see it. Run it in the test file of each backend. */
export function backendContract(
  name: string,
  newPlace: () => Promise<BackendPlace>,
  { largeBytes }: SuiteSizes = { largeBytes: 100 * miB },
): void {
  const withBackend: With = async (work) => {
    await using setup = await Setup.at(newPlace);
    await work(setup);
  };
  describe(`${name}: putting`, () => describePut(withBackend, largeBytes / 5));
  describe(`${name}: no overwriting`, () => describeNoOverwriting(withBackend, largeBytes / 5));
  describe(`${name}: reading`, () => describeRead(withBackend));
  describe(`${name}: listing and removing`, () => describeListAndRemove(withBackend));
}

function describePut(withBackend: With, fifth: number): void {
  it("keeps bytes and staged files, which are there at once and after closing and opening again", () =>
    withBackend(async (setup) => {
      await setup.backend.put("small/bytes", { bytes: filler("bytes", 1000) });
      await setup.backend.put("small/staged", await setup.stage(filler("staged", 3 * miB + 1)));
      for (const round of ["at once", "after opening again"]) {
        assert.deepEqual(await setup.whole("small/bytes"), filler("bytes", 1000), round);
        assert.deepEqual(await setup.whole("small/staged"), filler("staged", 3 * miB + 1), round);
        const sizes = (await setup.listed("")).map(({ sizeBytes }) => sizeBytes);
        assert.deepEqual(sizes, [1000, 3 * miB + 1], round);
        await setup.reopen();
      }
    }));

  it("keeps files of no bytes", () =>
    withBackend(async (setup) => {
      await setup.backend.put("empty/bytes", { bytes: Buffer.alloc(0) });
      await setup.backend.put("empty/staged", await setup.stage(Buffer.alloc(0)));
      for (const name of ["empty/bytes", "empty/staged"]) {
        assert.equal(await setup.backend.sizeOf(name), 0);
        assert.equal(await setup.backend.read(name, 0, [Buffer.alloc(10)]), 0);
      }
      assert.deepEqual(await setup.listed("empty/"), [
        { name: "empty/bytes", sizeBytes: 0 },
        { name: "empty/staged", sizeBytes: 0 },
      ]);
    }));

  it(`keeps a staged file of ${5 * fifth} bytes`, () =>
    withBackend(async (setup) => {
      const pieces = ["one", "two", "three", "four", "five"].map((seed) => filler(seed, fifth));
      await setup.backend.put("packs/large", await setup.stage(Buffer.concat(pieces)));
      assert.equal(await setup.backend.sizeOf("packs/large"), 5 * fifth);
      for (const [index, piece] of pieces.entries()) {
        const target = Buffer.alloc(fifth);
        assert.equal(await setup.backend.read("packs/large", index * fifth, [target]), target.length);
        assert.ok(target.equals(piece), `piece ${index}`);
      }
    }));

  it("takes a staged file over, also when it fails", () =>
    withBackend(async (setup) => {
      const taken = await setup.stage(filler("a", 10));
      await setup.backend.put("a", taken);
      assert.equal(await isThere(taken.stagedPath), false);
      for (const name of ["a", "../a"]) {
        const refused = await setup.stage(filler("b", 10));
        await assert.rejects(setup.backend.put(name, refused));
        assert.equal(await isThere(refused.stagedPath), false, name);
      }
    }));

  it("is done with the bytes when it has returned", () =>
    withBackend(async (setup) => {
      const bytes = filler("mine", 1000);
      await setup.backend.put("a", { bytes });
      bytes.fill(0);
      assert.deepEqual(await setup.whole("a"), filler("mine", 1000));
    }));

  it("takes every name of the rules", () =>
    withBackend(async (setup) => {
      for (const name of goodFileNames) {
        await setup.backend.put(name, { bytes: Buffer.from(name) });
      }
      for (const name of goodFileNames) {
        assert.equal((await setup.whole(name)).toString(), name);
      }
      assert.deepEqual(
        (await setup.listed("")).map(({ name }) => name),
        [...goodFileNames].sort(),
      );
    }));

  it("refuses all other names", () =>
    withBackend(async (setup) => {
      const { backend } = setup;
      for (const name of badFileNames) {
        await assert.rejects(backend.put(name, { bytes: Buffer.from("x") }), TypeError, name);
        await assert.rejects(backend.read(name, 0, [Buffer.alloc(1)]), TypeError, name);
        await assert.rejects(backend.sizeOf(name), TypeError, name);
        await assert.rejects(backend.remove(name), TypeError, name);
      }
      assert.deepEqual(await setup.listed(""), []);
    }));

  it("leaves nothing when the content cannot be read", () =>
    withBackend(async (setup) => {
      const { stagedPath } = await setup.stage(Buffer.alloc(0));
      await assert.rejects(setup.backend.put("a", { stagedPath: `${stagedPath}-that-is-not-there` }));
      assert.equal(await setup.backend.sizeOf("a"), undefined);
      assert.deepEqual(await setup.listed(""), []);
      await setup.backend.put("a", { bytes: Buffer.from("x") });
    }));
}

function describeNoOverwriting(withBackend: With, fifth: number): void {
  it("refuses a name that is taken and leaves its file alone, also after opening again", () =>
    withBackend(async (setup) => {
      await setup.backend.put("a", { bytes: filler("first", 1000) });
      for (const round of ["at once", "after opening again"]) {
        await assert.rejects(setup.backend.put("a", { bytes: filler("second", 2000) }), failsWith("store.exists"), round);
        await assert.rejects(setup.backend.put("a", await setup.stage(filler("third", fifth))), failsWith("store.exists"), round);
        assert.deepEqual(await setup.whole("a"), filler("first", 1000), round);
        await setup.reopen();
      }
    }));

  it("refuses a taken name also when the content is the same", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: Buffer.from("same") });
      await assert.rejects(backend.put("a", { bytes: Buffer.from("same") }), failsWith("store.exists"));
    }));

  for (const [kind, length] of [
    ["small", 1000],
    ["large", fifth],
  ] as const) {
    it(`lets exactly one of several ${kind} puts of a name at once win`, () =>
      withBackend(async (setup) => {
        const contents = ["0", "1", "2", "3"].map((seed) => filler(seed, length));
        const staged: NewFile[] = await Promise.all(
          contents.map(async (bytes, index) => (index % 2 === 0 && kind === "small" ? { bytes } : await setup.stage(bytes))),
        );
        const results = await Promise.allSettled(staged.map((content) => setup.backend.put("contested", content)));
        for (const result of results) {
          assert.ok(result.status === "fulfilled" || failsWith("store.exists")(result.reason));
        }
        assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
        const kept = await setup.whole("contested");
        assert.equal(
          contents.findIndex((bytes) => kept.equals(bytes)),
          results.findIndex(({ status }) => status === "fulfilled"),
        );
      }));
  }

  it("gives a name free again when its file is removed", () =>
    withBackend(async (setup) => {
      await setup.backend.put("a", { bytes: filler("first", 10) });
      await setup.backend.remove("a");
      await setup.backend.put("a", { bytes: filler("second", 20) });
      assert.deepEqual(await setup.whole("a"), filler("second", 20));
    }));
}

function describeRead(withBackend: With): void {
  const content = filler("content", 300_000);

  it("fills several targets one after the other, from any offset", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: content });
      for (const offset of [0, 1, 65_536, 299_000]) {
        const targets = [1, 0, 100, 65_536, 7].map((length) => Buffer.alloc(length));
        const room = Buffer.concat(targets).length;
        const expected = content.subarray(offset, offset + room);
        assert.equal(await backend.read("a", offset, targets), expected.length);
        assert.deepEqual(Buffer.concat(targets).subarray(0, expected.length), expected);
      }
    }));

  it("answers fewer bytes at the end, none past it, and leaves the rest of the targets alone", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: content });
      const target = Buffer.alloc(100, 0xee);
      assert.equal(await backend.read("a", content.length - 40, [target]), 40);
      assert.deepEqual(target, Buffer.concat([content.subarray(-40), Buffer.alloc(60, 0xee)]));
      for (const offset of [content.length, content.length + 1, 2 ** 40]) {
        assert.equal(await backend.read("a", offset, [Buffer.alloc(10)]), 0);
      }
      assert.equal(await backend.read("a", 0, []), 0);
      assert.equal(await backend.read("a", 0, [Buffer.alloc(0)]), 0);
    }));

  it("writes only into the targets, not into the memory around them", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: content });
      const memory = Buffer.alloc(300, 0xee);
      assert.equal(await backend.read("a", 5, [memory.subarray(100, 200)]), 100);
      assert.deepEqual(memory, Buffer.concat([Buffer.alloc(100, 0xee), content.subarray(5, 105), Buffer.alloc(100, 0xee)]));
    }));

  it("says that a file is missing, and where", () =>
    withBackend(async ({ backend }) => {
      assert.equal(await backend.sizeOf("packs/none"), undefined);
      await assert.rejects(backend.read("packs/none", 0, [Buffer.alloc(1)]), (error: Error) => {
        assert.match(error.message, /packs\/none/);
        return failsWith("store.missing")(error);
      });
    }));

  it("refuses offsets that are no place in a file", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: content });
      for (const offset of [-1, 0.5, Number.NaN]) {
        await assert.rejects(backend.read("a", offset, [Buffer.alloc(1)]), RangeError);
      }
    }));

  it("stops with the signal's reason", () =>
    withBackend(async ({ backend }) => {
      await backend.put("a", { bytes: content });
      const signal = AbortSignal.abort(new Error("enough"));
      await assert.rejects(backend.read("a", 0, [Buffer.alloc(1)], { signal }), { message: "enough" });
      const stop = new AbortController();
      const reading = backend.read("a", 0, [Buffer.alloc(content.length)], { signal: stop.signal });
      stop.abort(new Error("enough"));
      // It may be too late; but then the read is whole.
      const [result] = await Promise.allSettled([reading]);
      assert.equal(
        result.status === "fulfilled" ? result.value : (result.reason as Error).message, // the reason above
        result.status === "fulfilled" ? content.length : "enough",
      );
    }));

  it("serves many calls at once", () =>
    withBackend(async (setup) => {
      const { backend } = setup;
      const names = Array.from({ length: 40 }, (_, index) => `many/${index}`);
      await Promise.all(names.map((name) => backend.put(name, { bytes: Buffer.from(name) })));
      const contents = await Promise.all([...names, ...names].map((name) => setup.whole(name)));
      assert.deepEqual(contents.map(String), [...names, ...names]);
    }));
}

function describeListAndRemove(withBackend: With): void {
  it("lists by prefix, which need not end where a folder does", () =>
    withBackend(async (setup) => {
      const names = ["packs/3f/1", "packs/3f/2", "packs/40/1", "packs-old/1", "manifests/3f/1"];
      await Promise.all(names.map((name, index) => setup.backend.put(name, { bytes: Buffer.alloc(index) })));
      const listed = async (prefix: string) => (await setup.listed(prefix)).map(({ name }) => name);
      assert.deepEqual(await listed("packs/"), ["packs/3f/1", "packs/3f/2", "packs/40/1"]);
      assert.deepEqual(await listed("packs/3"), ["packs/3f/1", "packs/3f/2"]);
      assert.deepEqual(await listed("packs"), ["packs-old/1", "packs/3f/1", "packs/3f/2", "packs/40/1"]);
      assert.deepEqual(await listed("packs/3f/1"), ["packs/3f/1"]);
      assert.deepEqual(await listed("none/"), []);
      assert.deepEqual(await listed(""), [...names].sort());
      assert.deepEqual(await setup.listed("packs/40/"), [{ name: "packs/40/1", sizeBytes: 2 }]);
    }));

  it("lists more than a thousand files, each once, also while files come and go", { timeout: 120_000 }, () =>
    withBackend(async (setup) => {
      const names = Array.from({ length: 1_111 }, (_, index) => `n/${String(index).padStart(4, "0")}`);
      for (let start = 0; start < names.length; start += 50) {
        await Promise.all(names.slice(start, start + 50).map((name) => setup.backend.put(name, { bytes: Buffer.from("x") })));
      }
      assert.deepEqual(
        (await setup.listed("n/")).map(({ name }) => name),
        names,
      );
      const seen: string[] = [];
      for await (const { name } of setup.backend.list("n/")) {
        seen.push(name);
        if (seen.length === 3) {
          await Promise.all([setup.backend.remove("n/1110"), setup.backend.put("n/2000", { bytes: Buffer.from("x") })]);
        }
      }
      const stable = (name: string) => name !== "n/1110" && name !== "n/2000";
      assert.deepEqual(seen.filter(stable).sort(), names.filter(stable));
      assert.equal(new Set(seen).size, seen.length);
    }),
  );

  it("can leave a listing early", () =>
    withBackend(async ({ backend }) => {
      await Promise.all(["a", "b", "c"].map((name) => backend.put(name, { bytes: Buffer.from(name) })));
      let seen = 0;
      for await (const _ of backend.list("")) {
        seen += 1;
        break;
      }
      assert.equal(seen, 1);
    }));

  it("removes a file for good, and removing it again, or what never was, is harmless", () =>
    withBackend(async (setup) => {
      await setup.backend.put("packs/a", { bytes: Buffer.from("a") });
      await setup.backend.put("packs/b", await setup.stage(Buffer.from("b")));
      for (const name of ["packs/a", "packs/a", "packs/never", "never/was"]) {
        await setup.backend.remove(name);
      }
      for (const round of ["at once", "after opening again"]) {
        assert.equal(await setup.backend.sizeOf("packs/a"), undefined, round);
        await assert.rejects(setup.backend.read("packs/a", 0, [Buffer.alloc(1)]), failsWith("store.missing"), round);
        assert.deepEqual(await setup.listed(""), [{ name: "packs/b", sizeBytes: 1 }], round);
        await setup.reopen();
      }
      await setup.backend.remove("packs/b");
      assert.deepEqual(await setup.listed(""), []);
    }));

  it("says in few words where it is", () =>
    withBackend(async ({ backend }) => {
      assert.match(backend.place, /^\S.{3,200}$/);
    }));
}
