/**
 * Writes, copies, removes, reads and collects on a store, several at a time, until it is killed. Before and after everything that it
 * does it adds a line to a file, which outlives it:
 *
 *   + <number> put <word> <word of its content>    + <number> remove <word>    = <number> (done)    ! <number> (refused, not done)
 *
 * Run  node child.ts <folder> <file for the lines> <seed> <JSON: words of blobs that are there, each with the word of its content>
 */
import assert from "node:assert/strict";
import { openSync, writeSync } from "node:fs";
import { isStoreError } from "@tintype/store/store-error.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { blobIdOf } from "../../../packages/store/test/filler.ts";
import { readBlob } from "../../../packages/store/test/read-back.ts";
import { crashContent, crashDraws, crashOptions } from "./crash-content.ts";

const [, , folder = "", linesPath = "", seed = "", there = "[]"] = process.argv;
const lanes = 3;
const mostBlobsPerLane = 5;
const lines = openSync(linesPath, "a");
const store = await openLocalStore(folder, crashOptions);
/** Word of the content of every blob that is there. */
const contents = new Map<string, string>(JSON.parse(there) as [string, string][]);
let operations = 0;

/** Does something, unless it is refused for one of these reasons, and says so. */
async function noting(what: string, refusals: readonly string[], work: () => Promise<void>): Promise<boolean> {
  operations += 1;
  const number = operations;
  writeSync(lines, `+ ${number} ${what}\n`);
  try {
    await work();
  } catch (error) {
    if (isStoreError(error) && refusals.includes(error.code)) {
      writeSync(lines, `! ${number}\n`);
      return false;
    }
    throw error;
  }
  writeSync(lines, `= ${number}\n`);
  return true;
}

async function put(word: string, isAborted: boolean): Promise<boolean> {
  return noting(`put ${word} ${word}`, ["store.closed"], async () => {
    const content = crashContent(word);
    await using writer = await store.create(blobIdOf(word));
    for (let at = 0; at < content.length; at += 9000) {
      await writer.write(at, content.subarray(at, at + 9000));
    }
    if (isAborted) {
      await writer.abort();
    }
    // Refused after an abort.
    await writer.commit({ lengthBytes: content.length, record: { word } });
  });
}

async function workOn(lane: number, own: string[]): Promise<never> {
  const draw = crashDraws(`${seed} ${lane}`);
  for (let number = 0; ; number += 1) {
    const word = `${seed}-${lane}-${number}`;
    const choice = draw(20);
    const mine = own[draw(Math.max(1, own.length))];
    if (mine === undefined || (choice < 7 && own.length < mostBlobsPerLane)) {
      if (await put(word, draw(6) === 0)) {
        contents.set(word, word);
        own.push(word);
      }
    } else if (choice < 10 && own.length < mostBlobsPerLane) {
      const words = [...contents.keys()];
      const from = words[draw(words.length)] ?? mine;
      const content = contents.get(from) ?? from;
      if (await noting(`put ${word} ${content}`, ["store.notFound"], () => store.copy(blobIdOf(from), blobIdOf(word)))) {
        contents.set(word, content);
        own.push(word);
      }
    } else if (choice < 14) {
      own.splice(own.indexOf(mine), 1);
      contents.delete(mine);
      await noting(`remove ${mine}`, [], () => store.remove(blobIdOf(mine)));
    } else if (choice < 16) {
      assert.ok((await readBlob(store, blobIdOf(mine))).equals(crashContent(contents.get(mine) ?? "")), mine);
    } else {
      const compactFrom = choice < 18 ? 0 : 0.5;
      await noting("collect", ["store.busy"], async () => void (await store.collect({ graceMs: 0, now: 0, compactFrom })));
    }
  }
}

const words = [...contents.keys()];
await Promise.all(
  Array.from({ length: lanes }, (_, lane) =>
    workOn(
      lane,
      words.filter((_word, number) => number % lanes === lane),
    ),
  ),
);
