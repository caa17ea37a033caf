import { writeSync } from "node:fs";
import { openLocalStore } from "../src/open-local-store.ts";
import { blobIdOf } from "./filler.ts";
import { killedContent } from "./killed-content.ts";

/**
 * Writes blob after blob, two at a time, and prints the word of each one when its commit has returned. Runs until it is killed.
 *
 * Run  node write-until-killed.ts <folder> <word of this run>
 */
const [, , folder = "", run = ""] = process.argv;
const store = await openLocalStore(folder, { chunkSizeBytes: 16_384, packBytes: 65_536, workers: 2 });

async function writeOnAndOn(line: string): Promise<never> {
  for (let number = 0; ; number += 1) {
    const word = `${run}-${line}-${number}`;
    const content = killedContent(word);
    await using writer = await store.create(blobIdOf(word));
    for (let offset = 0; offset < content.length; offset += 50_000) {
      await writer.write(offset, content.subarray(offset, offset + 50_000));
    }
    await writer.commit({ lengthBytes: content.length, record: { word } });
    writeSync(1, `${word}\n`);
  }
}

await Promise.all([writeOnAndOn("a"), writeOnAndOn("b")]);
