import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ByteSource } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { randomRecipe } from "./fuzz-vmdk.ts";
import { openVmdk } from "./open-vmdk.ts";
import { buildCowd, buildVmdk, contentOf, descriptorOf } from "./testing/build-vmdk.ts";
import type { GrainContent, VmdkRecipe } from "./testing/build-vmdk.ts";

const GRAIN = 8192;
const grain = (value: number): GrainContent => ({ kind: "data", bytes: Buffer.alloc(GRAIN, value) });
const recipe: VmdkRecipe = {
  sizeBytes: 1000 * GRAIN,
  grains: new Map([
    [3, grain(3)],
    [0, grain(1)],
    [4, grain(4)],
    [999, grain(9)],
  ]),
};

function given(files: Readonly<Record<string, Uint8Array>>): { related: { name: string; source: ByteSource }[] } {
  return { related: Object.entries(files).map(([name, bytes]) => ({ name, source: new MemorySource(bytes) })) };
}

test("R-243: a monolithicSparse file reads as its grains, and its holes are told", async () => {
  await using disk = await openVmdk(new MemorySource(buildVmdk(recipe).file));
  assert.equal(disk.virtualSizeBytes, recipe.sizeBytes);
  assert.ok(contentOf(recipe).equals(await disk.read(0, recipe.sizeBytes)));
  assert.deepEqual(await listExtents(disk), [
    { offset: 0, length: GRAIN, kind: "data" },
    { offset: GRAIN, length: 2 * GRAIN, kind: "hole" },
    { offset: 3 * GRAIN, length: 2 * GRAIN, kind: "data" },
    { offset: 5 * GRAIN, length: 994 * GRAIN, kind: "hole" },
    { offset: 999 * GRAIN, length: GRAIN, kind: "data" },
  ]);
  assert.equal(disk.details["createType"], "monolithicSparse");
  assert.equal(disk.details["grainSizeBytes"], GRAIN);
});

for (const [directory, foundBy] of [
  ["front", "in the header"],
  ["footer", "in the footer"],
  ["none", "none, markers were scanned"],
] as const) {
  test(`R-243: a streamOptimized file whose grain directory is found ${foundBy} reads as its grains`, async () => {
    const stream = { ...recipe, isCompressed: true, version: 3, directory };
    await using disk = await openVmdk(new MemorySource(buildVmdk(stream).file));
    assert.ok(contentOf(recipe).equals(await disk.read(0, recipe.sizeBytes)));
    assert.equal(disk.details["grainDirectory"], foundBy);
    assert.equal((await listExtents(disk)).filter(({ kind }) => kind === "data").length, 3);
  });
}

test("a compressed file without markers, a dirty one, and grains of zeros are read", async () => {
  const grains = new Map([...recipe.grains, [5, { kind: "zero" } as const]]);
  const bare = { ...recipe, grains, isCompressed: true, hasMarkers: false, isDirty: true };
  await using disk = await openVmdk(new MemorySource(buildVmdk(bare).file));
  assert.ok(contentOf(recipe).equals(await disk.read(0, recipe.sizeBytes)));
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["vmdk.dirty"],
  );
  assert.deepEqual(
    (await listExtents(disk)).find(({ kind }) => kind === "zero"),
    { offset: 5 * GRAIN, length: GRAIN, kind: "zero" },
  );
});

test("a last grain that was written short is read, as far as the disk goes", async () => {
  const sizeBytes = GRAIN + 1024;
  const grains = new Map<number, GrainContent>([[1, { kind: "data", bytes: Buffer.alloc(1024, 6) }]]);
  await using disk = await openVmdk(new MemorySource(buildVmdk({ sizeBytes, grains, isCompressed: true }).file));
  assert.ok(Buffer.alloc(1024, 6).equals(await disk.read(GRAIN, 1024)));
});

test("R-243: a flat disk is read from the file that the caller gives, with or without the offset that ESXi writes", async () => {
  const flat = Buffer.from(Array.from({ length: 4096 }, (_, at) => at >> 4));
  for (const [createType, line] of [
    ["monolithicFlat", 'RW 6 FLAT "x-flat.vmdk" 2'],
    ["vmfs", 'RW 8 VMFS "x-flat.vmdk" 0'],
    ["vmfs", 'RW 8 VMFS "x-flat.vmdk"'],
  ] as const) {
    const start = line.endsWith("2") ? 1024 : 0;
    await using disk = await openVmdk(new MemorySource(Buffer.from(descriptorOf(createType, [line]))), given({ "x-flat.vmdk": flat }));
    assert.ok(flat.subarray(start).equals(await disk.read(0, disk.virtualSizeBytes)), line);
  }
});

test("R-243: a disk in several files is the files in the order of the descriptor, flat, sparse and empty ones", async () => {
  const sparse = { sizeBytes: 4 * GRAIN, grains: new Map([[2, grain(7)]]) };
  const lines = ['RW 16 FLAT "b.vmdk" 0', "RW 16 ZERO", 'RW 64 SPARSE "a-s001.vmdk"', 'RDONLY 64 VMFSSPARSE "a-s002.vmdk"'];
  const descriptor = descriptorOf("custom", lines, ['encoding="GBK"']);
  const files = {
    "a-s001.vmdk": buildVmdk({ ...sparse, descriptor: null }).file,
    "a-s002.vmdk": buildCowd(sparse),
    "b.vmdk": Buffer.alloc(GRAIN, 5),
  };
  await using disk = await openVmdk(new MemorySource(Buffer.from(descriptor.replaceAll("\n", "\r\n"))), given(files));
  const expected = Buffer.concat([Buffer.alloc(GRAIN, 5), Buffer.alloc(GRAIN), contentOf(sparse), contentOf(sparse)]);
  assert.ok(expected.equals(await disk.read(0, disk.virtualSizeBytes)));
  assert.deepEqual(
    (await listExtents(disk)).map(({ kind, length }) => [kind, length / GRAIN]),
    [
      ["data", 1],
      ["zero", 1],
      ["hole", 2],
      ["data", 1],
      ["hole", 3],
      ["data", 1],
      ["hole", 1],
    ],
  );
  assert.equal(disk.details["extents"], 4);
});

test("names in the encoding of the descriptor are found", async () => {
  const text = Buffer.from(descriptorOf("monolithicFlat", ['RW 1 FLAT "????.vmdk" 0'], ['encoding="GBK"']));
  Buffer.from("cfb5cdb3", "hex").copy(text, text.indexOf("????"));
  await using disk = await openVmdk(new MemorySource(text), given({ "系统.vmdk": Buffer.alloc(512, 1) }));
  assert.deepEqual(await disk.read(0, 1), Buffer.from([1]));
});

test("a COWD file alone is read as a whole disk, with a warning that it may be a part of one", async () => {
  const cowd = { sizeBytes: 20 * GRAIN, grains: new Map([[19, grain(2)]]) };
  await using disk = await openVmdk(new MemorySource(buildCowd(cowd)));
  assert.ok(contentOf(cowd).equals(await disk.read(0, disk.virtualSizeBytes)));
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["vmdk.noDescriptor"],
  );
});

test("all sources are closed with the disk, and also when opening fails", async () => {
  const closed: string[] = [];
  const watched = (name: string, bytes: Uint8Array): ByteSource => {
    const source = new MemorySource(bytes);
    source[Symbol.asyncDispose] = async () => void closed.push(name);
    return source;
  };
  const open = (line: string): ReturnType<typeof openVmdk> =>
    openVmdk(watched("descriptor", Buffer.from(descriptorOf("vmfs", [line]))), {
      related: ["used", "unused"].map((name) => ({ name, source: watched(name, Buffer.alloc(512)) })),
    });
  await (await open('RW 1 VMFS "used"'))[Symbol.asyncDispose]();
  assert.deepEqual(closed.splice(0).toSorted(), ["descriptor", "unused", "used"]);
  await assert.rejects(open('RW 2 VMFS "used"'), { code: "disk.truncated" });
  assert.deepEqual(closed.toSorted(), ["descriptor", "unused", "used"]);
});

test("any range of any image reads as the model says, and extents call nothing empty that has bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }), async (seed, ranges) => {
      const drawn = randomRecipe(new SeededRandom(seed));
      const content = contentOf(drawn);
      await using disk = await openVmdk(new MemorySource(buildVmdk(drawn).file));
      for (const [a, b] of [[0, content.length], ...ranges] as const) {
        const offset = a % (content.length + 1);
        const expected = content.subarray(offset, offset + (b % (content.length + 1)));
        assert.ok(expected.equals(await disk.read(offset, expected.length)), `${expected.length} bytes at ${offset}`);
      }
      let end = 0;
      for (const extent of await listExtents(disk)) {
        assert.equal(extent.offset, end);
        end += extent.length;
        assert.ok(
          extent.kind === "data" || content.subarray(extent.offset, end).every((byte) => byte === 0),
          `${extent.kind} at ${extent.offset}`,
        );
      }
      assert.equal(end, content.length);
    }),
    { numRuns: 120 },
  );
});
