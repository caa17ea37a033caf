import assert from "node:assert/strict";
import { it } from "node:test";
import { bitsNotFound, bitsOf, makeTinyStore } from "../../test/flipped-bytes.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";

// test/system/flip-every-byte.ts does the same with every byte, and with the chunk index.
const every = 61;

it("finds a flipped bit wherever it is in the store", async () => {
  await using folder = await temporaryFolder();
  await makeTinyStore(folder.path);
  const bits = await bitsOf(folder.path);
  assert.deepEqual(
    await bitsNotFound(
      folder.path,
      bits.filter((_, number) => number % every === 0),
    ),
    [],
  );
});
