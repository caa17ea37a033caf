/**
 * Writes, copies, seals anew, removes, reads and collects on a store, several at a time, until it is killed.
 *
 * Run  node child.ts <folder> <file for the lines> <seed> <JSON: words of blobs that are there, each with those of its content and key>
 */
import assert from "node:assert/strict";
import type { CopyOptions } from "@tintype/store/blob-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { blobIdOf } from "../../../packages/store/test/filler.ts";
import { readBlob } from "../../../packages/store/test/read-back.ts";
import { crashContent, crashDraws, crashKeyOf, crashKeys, crashOptions, crashRecord, crashRewrap } from "./crash-content.ts";
import type { CrashBlob, CrashKey } from "./crash-content.ts";
import { noteOperations } from "./note-operations.ts";

const [, , folder = "", linesPath = "", seed = "", there = "[]"] = process.argv;
const lanes = 3;
const mostBlobsPerLane = 5;
/** How much a rewriting copy reads at a time: no multiple of a chunk, and no divisor of one. */
const stepBytes = 9000;
const noting = noteOperations(linesPath);
const store = await openLocalStore(folder, crashOptions);
/** What every blob that is there consists of. */
const blobs = new Map<string, CrashBlob>(JSON.parse(there) as [string, CrashBlob][]);

type Draw = (limit: number) => number;

async function put(word: string, key: CrashKey, isAborted: boolean): Promise<boolean> {
  return noting(`put ${word} ${word} ${key}`, ["store.closed"], async () => {
    const content = crashContent(word);
    await using writer = await store.create(blobIdOf(word), { key: crashKeyOf(key) });
    for (let at = 0; at < content.length; at += stepBytes) {
      await writer.write(at, content.subarray(at, at + stepBytes));
    }
    if (isAborted) {
      await writer.abort();
    }
    // Refused after an abort.
    await writer.commit({ lengthBytes: content.length, record: crashRecord(word) });
  });
}

/** A copy of the same key, which may be wrapped anew. */
async function copy(from: string, to: string, { content, key }: CrashBlob, draw: Draw): Promise<boolean> {
  const rewrap: CopyOptions = key !== "plain" && draw(2) === 0 ? { rewrap: crashRewrap } : {};
  return noting(`copy ${to} ${content} ${key}`, ["store.notFound"], () =>
    store.copy(blobIdOf(from), blobIdOf(to), { record: crashRecord(to), ...rewrap }),
  );
}

/** A copy of another key: what one blob reads as is written to the other. */
async function rewrite(from: string, to: string, { content, key }: CrashBlob): Promise<boolean> {
  return noting(`rewrite ${to} ${content} ${key}`, ["store.notFound"], async () => {
    await using original = await store.open(blobIdOf(from));
    await using writer = await store.create(blobIdOf(to), { key: crashKeyOf(key) });
    const { lengthBytes } = original;
    for (let at = 0; at < lengthBytes; at += stepBytes) {
      await writer.write(at, await original.read(at, Math.min(stepBytes, lengthBytes - at)));
    }
    await writer.commit({ lengthBytes, record: crashRecord(to) });
  });
}

/** A new blob, of new content or of that of another one. */
async function make(word: string, how: "put" | "copy" | "rewrite", draw: Draw): Promise<CrashBlob | undefined> {
  const [from, original] = [...blobs][draw(Math.max(1, blobs.size))] ?? [];
  if (how === "put" || from === undefined || original === undefined) {
    const key = crashKeys[draw(crashKeys.length)] ?? "plain";
    return (await put(word, key, draw(6) === 0)) ? { content: word, key } : undefined;
  }
  if (how === "copy") {
    return (await copy(from, word, original, draw)) ? original : undefined;
  }
  const others = crashKeys.filter((key) => key !== original.key);
  const blob = { ...original, key: others[draw(others.length)] ?? "plain" };
  return (await rewrite(from, word, blob)) ? blob : undefined;
}

async function workOn(lane: number, own: string[]): Promise<never> {
  const draw = crashDraws(`${seed} ${lane}`);
  for (let number = 0; ; number += 1) {
    const word = `${seed}-${lane}-${number}`;
    const choice = draw(23);
    const mine = own[draw(Math.max(1, own.length))];
    if (mine === undefined || (choice < 13 && own.length < mostBlobsPerLane)) {
      const made = await make(word, choice < 6 ? "put" : choice < 9 ? "copy" : "rewrite", draw);
      if (made !== undefined) {
        blobs.set(word, made);
        own.push(word);
      }
    } else if (choice < 17) {
      own.splice(own.indexOf(mine), 1);
      blobs.delete(mine);
      await noting(`remove ${mine}`, [], () => store.remove(blobIdOf(mine)));
    } else if (choice < 19) {
      assert.ok((await readBlob(store, blobIdOf(mine))).equals(crashContent(blobs.get(mine)?.content ?? "")), mine);
    } else {
      const compactFrom = choice < 21 ? 0 : 0.5;
      await noting("collect", ["store.busy"], async () => void (await store.collect({ graceMs: 0, now: 0, compactFrom })));
    }
  }
}

const words = [...blobs.keys()];
await Promise.all(
  Array.from({ length: lanes }, (_, lane) =>
    workOn(
      lane,
      words.filter((_word, number) => number % lanes === lane),
    ),
  ),
);
