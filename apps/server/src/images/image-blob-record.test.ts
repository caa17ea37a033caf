import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import * as fc from "fast-check";
import type { ImageDisk, ImageRecord } from "../ports/image-catalog.ts";
import { imageBlobRecord, imageOfBlobRecord, maxImageRecordBytes } from "./image-blob-record.ts";

const disk: ImageDisk = { blobId: "0".repeat(32) as BlobId, virtualSizeBytes: 2 ** 40, dataBytes: 7 };
const stores = ["main"];
const optionalText = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
const size = fc.nat();
const instant = fc.nat();

/** Images with any values that the service lets in, and more free attributes than a manifest may have room for. */
const anyImage: fc.Arbitrary<ImageRecord> = fc.record({
  id: fc.uuid() as fc.Arbitrary<ImageRecord["id"]>,
  projectId: fc.uuid() as fc.Arbitrary<ImageRecord["projectId"]>,
  name: fc.string({ unit: "binary", maxLength: 128 }),
  description: fc.string({ unit: "binary", maxLength: 1024 }),
  status: fc.constant("active" as const),
  visibility: fc.constantFrom("private", "shared", "community", "public"),
  protected: fc.boolean(),
  kind: fc.constantFrom("system", "data", "iso", "whole"),
  containerFormat: fc.string(),
  diskFormat: fc.string(),
  minDiskGiB: size,
  minRamMiB: size,
  maxRamMiB: size,
  disks: fc.constant([disk]),
  stores: fc.constant(stores),
  osType: fc.constantFrom("Linux", "Windows", "Other"),
  osBit: fc.constantFrom("32", "64"),
  osVersion: fc.string(),
  platform: fc.string(),
  architecture: fc.constantFrom("x86", "arm"),
  firmware: fc.constantFrom("bios", "uefi"),
  origin: optionalText,
  sourceFormat: optionalText,
  enterpriseProjectId: fc.string(),
  tags: fc.array(fc.string({ unit: "binary" })),
  properties: fc.dictionary(fc.oneof(fc.string({ unit: "binary" }), fc.constant("__proto__")), fc.string({ unit: "binary" }), {
    noNullPrototype: true,
  }),
  createdAt: instant,
  updatedAt: instant,
  activeAt: fc.option(instant, { nil: undefined }),
  encryption: fc.option(fc.record({ keyId: fc.uuid() }, { noNullPrototype: true }), { nil: undefined }),
  lineage: fc.record(
    {
      fromIso: fc.constant(true as const),
      fromMarket: fc.constant(true as const),
      isCharged: fc.constant(true as const),
      fromPublicPlatform: fc.string(),
    },
    { noNullPrototype: true, requiredKeys: [] },
  ),
  isPublished: fc.boolean(),
  memberCount: fc.constant(0),
  isHidden: fc.boolean(),
  file: fc.option(
    fc.record(
      {
        lengthBytes: size,
        md5: fc.string(),
        digest: fc.record(
          { algorithm: fc.constantFrom("sha256" as const, "sha512" as const), value: fc.string() },
          { noNullPrototype: true },
        ),
      },
      { noNullPrototype: true },
    ),
    { nil: undefined },
  ),
  locations: fc.constant([]),
  promised: fc.constant(undefined),
});

const throughJson = (value: unknown): Readonly<Record<string, unknown>> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

test("an image comes back from its blob's record as it was", () => {
  fc.assert(
    fc.property(anyImage, (image) => {
      assert.deepEqual(imageOfBlobRecord(throughJson(imageBlobRecord(image)), disk, stores), { ...image });
    }),
  );
});

test("a record fits into a manifest whatever the image has; what is left out is counted, and the rest is the image's own", () => {
  const long = fc.string({ unit: "binary", minLength: 200, maxLength: 1024, size: "max" });
  const crowd = fc.dictionary(long, long, { minKeys: 20, maxKeys: 60, size: "max", noNullPrototype: true });
  const tags = fc.array(long, { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(anyImage, crowd, tags, (base, properties, manyTags) => {
      const image = { ...base, properties, tags: manyTags };
      const record = imageBlobRecord(image);
      assert.ok(Buffer.byteLength(JSON.stringify(record)) <= maxImageRecordBytes);
      const back = imageOfBlobRecord(throughJson(record), disk, stores);
      assert.ok(back);
      const leftOut = (record["leftOut"] ?? { tags: 0, properties: 0 }) as { tags: number; properties: number };
      assert.equal(back.tags.length + leftOut.tags, manyTags.length);
      assert.equal(Object.keys(back.properties).length + leftOut.properties, Object.keys(properties).length);
      assert.deepEqual({ ...back, tags: [], properties: {} }, { ...image, tags: [], properties: {} });
      for (const [name, value] of Object.entries(back.properties)) {
        assert.equal(value, properties[name]);
      }
    }),
    // Making such an image smaller takes minutes and tells no more.
    { numRuns: 30, endOnFailure: true },
  );
});

test("a blob that is a file of a format says which, and how large the disk in it is; older records have the length of the blob", () => {
  const [image] = fc.sample(anyImage, 1);
  assert.ok(image);
  const inFile = { ...disk, format: "qcow2" as const };
  const record = throughJson(imageBlobRecord({ ...image, disks: [inFile] }));
  assert.deepEqual(imageOfBlobRecord(record, { ...disk, virtualSizeBytes: 200_000 }, stores)?.disks, [inFile]);
  const older = throughJson(imageBlobRecord({ ...image, disks: [] }));
  assert.deepEqual(imageOfBlobRecord(older, { ...disk, virtualSizeBytes: 200_000 }, stores)?.disks, [
    { ...disk, virtualSizeBytes: 200_000 },
  ]);
});

test("a blob of something else tells of no image", () => {
  assert.equal(imageOfBlobRecord({ kind: "object", bucket: "b", key: "k" }, disk, stores), undefined);
  assert.equal(imageOfBlobRecord({}, disk, stores), undefined);
});

test("a record that says it is an image's and is damaged is refused by the name of the field", () => {
  const [image] = fc.sample(anyImage, 1);
  assert.ok(image);
  const record = imageBlobRecord(image);
  for (const [field, value] of [
    ["name", 5],
    ["kind", "toaster"],
    ["createdAt", -1],
    ["tags", ["a", 1]],
    ["properties", { a: 1 }],
    ["encryption", {}],
  ] as const) {
    const damaged = { ...record, image: { ...(record["image"] as object), [field]: value } };
    assert.throws(() => imageOfBlobRecord(damaged, disk, stores), new RegExp(`${disk.blobId}.*image/${field}`), field);
  }
});

test("fields that a later version adds are not taken over", () => {
  fc.assert(
    fc.property(anyImage, (image) => {
      const record = imageBlobRecord(image);
      const later = { ...record, image: { ...(record["image"] as object), colour: "blue" }, more: true };
      assert.deepEqual(imageOfBlobRecord(throughJson(later), disk, stores), { ...image });
    }),
    { numRuns: 10 },
  );
});
