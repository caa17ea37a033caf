/**
 * Flips a bit of every byte of every file of a tiny store, one at a time, and looks that verification finds it. For the chunk index, which
 * is derived from the packs, that nothing reads wrong, and nothing is lost without being found. Some minutes; `--every N` takes each Nth.
 *
 * Run  node test/system/flip-every-byte.ts [--every N] [--only files|index]
 */
import { parseArgs } from "node:util";
import type { Bit } from "../../packages/store/test/flipped-bytes.ts";
import { bitsNotFound, bitsOf, harmfulIndexBits, makeTinyStore } from "../../packages/store/test/flipped-bytes.ts";
import { temporaryFolder } from "../../packages/store/test/temporary-folder.ts";

const { values } = parseArgs({ options: { every: { type: "string", default: "1" }, only: { type: "string", default: "" } } });
const sampled = (bits: readonly Bit[]): Bit[] => bits.filter((_, number) => number % Number(values.every) === 0);
await using folder = await temporaryFolder();
await makeTinyStore(folder.path);
if (values.only !== "index") {
  const bits = sampled(await bitsOf(folder.path));
  report("bits that verification did not find", bits, await bitsNotFound(folder.path, bits));
}
if (values.only !== "files") {
  const bits = sampled(await bitsOf(folder.path, /^index\.sqlite$/));
  report("bits of the chunk index that did harm", bits, await harmfulIndexBits(folder.path, bits));
}

function report(what: string, tried: readonly Bit[], failed: readonly Bit[]): void {
  console.log(`${what}: ${failed.length} of ${tried.length}`);
  for (const { file, offset, mask } of failed) {
    console.log(`  ${file} at ${offset}, mask ${mask}`);
    process.exitCode = 1;
  }
}
