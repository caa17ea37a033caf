import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Extent } from "../core/byte-source.ts";
import { bindSystemSeek, seekExtents } from "./seek-extents.ts";
import type { Seek } from "./seek-extents.ts";

async function listed(lengthBytes: number, seek: Seek | undefined, signal?: AbortSignal): Promise<Extent[]> {
  const extents: Extent[] = [];
  for await (const extent of seekExtents({ fd: 0, lengthBytes }, seek, { signal })) {
    extents.push(extent);
  }
  return extents;
}

/** Answers as a system does for a file in which the marked blocks are data. */
function seekOver(blocks: readonly boolean[], blockBytes: number): Seek {
  return (_, offset, next) => {
    for (let at = offset; at < blocks.length * blockBytes; at += 1) {
      if (blocks[Math.floor(at / blockBytes)] === (next === "data")) {
        return at;
      }
    }
    return next === "data" ? "none" : blocks.length * blockBytes;
  };
}

test("the extents are the maximal runs of data and holes, in order, to the end of the file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (blocks) => {
      const extents = await listed(blocks.length * 4, seekOver(blocks, 4));
      const kinds = extents.flatMap(({ length, kind }) => Array.from({ length: length / 4 }, () => kind === "data"));
      assert.deepEqual(kinds, blocks);
      assert.equal(
        extents.every(({ kind }, index) => kind !== extents[index + 1]?.kind),
        true,
      );
    }),
  );
});

test("without a way to ask, the whole file is data", async () => {
  assert.deepEqual(await listed(100, undefined), [{ offset: 0, length: 100, kind: "data" }]);
});

test("what the system cannot tell is data, from the place where it stops telling", async () => {
  const seek: Seek = (_, offset, next) => (offset === 0 && next === "data" ? 40 : "unknown");
  assert.deepEqual(await listed(100, seek), [
    { offset: 0, length: 40, kind: "hole" },
    { offset: 40, length: 60, kind: "data" },
  ]);
});

test("a system that answers nonsense neither stops the walk nor leaves the file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.integer({ min: -5, max: 200 })), async (answers) => {
      const extents = await listed(100, () => answers.next().value);
      let end = 0;
      for (const extent of extents) {
        assert.equal(extent.offset, end);
        assert.ok(extent.length > 0);
        end += extent.length;
      }
      assert.equal(end, 100);
    }),
  );
});

test("an empty file has no extents", async () => {
  assert.deepEqual(await listed(0, undefined), []);
});

test("listing stops when it is aborted", async () => {
  await assert.rejects(listed(100, undefined, AbortSignal.abort(new Error("stopped"))), /stopped/);
});

test("where native calls are missing or not permitted there is no way to ask", { skip: bindSystemSeek() === undefined }, () => {
  const module = JSON.stringify(new URL("./seek-extents.ts", import.meta.url));
  const script = `import { bindSystemSeek } from ${module}; process.stdout.write(String(bindSystemSeek()));`;
  for (const flags of [["--no-experimental-ffi"], ["--permission", "--allow-fs-read=*"]]) {
    const answer = execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", script], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    assert.equal(answer, "undefined", flags.join(" "));
  }
});
