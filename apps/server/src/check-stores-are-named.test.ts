import assert from "node:assert/strict";
import { test } from "node:test";
import { checkStoresAreNamed } from "./check-stores-are-named.ts";
import { StartError } from "./start-error.ts";
import { TransferWorld } from "./testing/transfer-world.ts";

const refusing = (message: RegExp) => (error: unknown) => error instanceof StartError && message.test(error.message);

test("images that lie in no store that is configured keep the service from starting; those that lie in one, too, are a warning", async () => {
  await using world = await TransferWorld.open({ moreStores: ["far"] });
  const warnings: string[] = [];
  const { catalog, stores } = world;
  const check = { catalog, stores, lost: [], log: { warn: (_: object, message: string) => void warnings.push(message) } };
  await world.addImage("p1", Buffer.from("content"), { stores: ["main", "far"] });
  await world.addImage("p1", Buffer.from("content"), { stores: [] });
  await checkStoresAreNamed(check, { needsAll: true });
  assert.deepEqual(warnings, []);

  await world.addImage("p1", Buffer.from("content"), { stores: ["far", "gone"] });
  await checkStoresAreNamed(check);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^Images lie in stores that are not configured: "gone" \(1 image\); they lie in others, too\. /);
  await assert.rejects(checkStoresAreNamed(check, { needsAll: true }), refusing(/: "gone" \(1 image\)\. Name them/));

  await world.addImage("p1", Buffer.from("content"), { stores: ["gone"] });
  await world.addImage("p2", Buffer.from("content"), { stores: ["gone", "away"] });
  await assert.rejects(checkStoresAreNamed(check), refusing(/: "gone" \(2 images\), "away" \(1 image\)\. .*tintype store rebuild/));
  await assert.rejects(checkStoresAreNamed({ ...check, lost: ["gone"] }), refusing(/: "away" \(1 image\)\. /));
  await checkStoresAreNamed({ ...check, lost: ["gone", "away"] }, { needsAll: true });
  assert.equal(warnings.length, 1);
});
