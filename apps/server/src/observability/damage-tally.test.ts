import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { DamagedPlace } from "@tintype/store/store-error.ts";
import { DamageTally } from "./damage-tally.ts";

function openTally() {
  const [lines, counted]: [object[], string[]] = [[], []];
  const log = { warn: (fields: object, message: string) => void lines.push({ ...fields, message }) };
  const metrics = { observeDamage: (store: string) => void counted.push(store) };
  return { tally: new DamageTally({ log, metrics }), lines, counted };
}

const blobId = "b".repeat(32) as BlobId;
const damaged = (place: DamagedPlace) => new StoreError("store.damaged", "A chunk is damaged.", { place });

test("a place is counted once, whether the scrub, a verification or a reader comes upon it", () => {
  const { tally, lines, counted } = openTally();
  const place = { file: "packs/a.pack", chunk: "c1", offset: 12 };
  tally.countRead("main", { blobId, record: {}, error: damaged(place) });
  tally.countRead("main", { blobId, record: {}, error: damaged(place) });
  tally.countFound("main", { ...place, message: "A chunk is damaged." });
  assert.equal(tally.count("main", place), false);
  assert.deepEqual(counted, ["main"]);
  assert.equal(lines.length, 1);
  for (const other of [{ ...place, offset: 13 }, { file: "packs/b.pack" }, { chunk: "c2" }, { file: "manifests/b" }]) {
    assert.equal(tally.count("main", other), true);
  }
  assert.equal(tally.count("far", place), true);
  assert.equal(counted.length, 6);
});

test("the log says what is damaged, and whose it is, as far as the blob tells", () => {
  const { tally, lines } = openTally();
  const records = [
    { kind: "image", image: { id: "i1", name: "golden" } },
    { kind: "object", bucket: "b", key: "k" },
    { image: "nonsense" },
    undefined,
  ];
  for (const [offset, record] of records.entries()) {
    tally.countRead("main", { blobId, record, error: damaged({ file: "p", offset }) });
  }
  const same = { store: "main", blobId, file: "p", message: "A chunk is damaged." };
  assert.deepEqual(lines, [
    { ...same, imageId: "i1", imageName: "golden", offset: 0 },
    { ...same, bucket: "b", key: "k", offset: 1 },
    { ...same, offset: 2 },
    { ...same, offset: 3 },
  ]);
});
