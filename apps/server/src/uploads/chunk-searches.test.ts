import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectId } from "../ports/ids.ts";
import { ChunkSearches } from "./chunk-searches.ts";

const project = (name: string) => name as ProjectId;
const { signal } = new AbortController();

/** Searches that end when they are told to, and which are under way. */
function heldSearches(): {
  readonly under: string[];
  readonly release: (name: string) => void;
  readonly work: (name: string) => () => Promise<string>;
} {
  const under: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    under,
    release: (name) => ends.get(name)?.(),
    work: (name) => async () => {
      under.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      under.splice(under.indexOf(name), 1);
      return name;
    },
  };
}

/** Lets everything happen that waits for nothing. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("one search of a project runs at a time, and four in all; the others have their turn afterwards", async () => {
  const searches = new ChunkSearches();
  const { under, release, work } = heldSearches();
  const all = ["a1", "a2", "b1", "c1", "d1", "e1"].map((name) => searches.run(project(name.slice(0, 1)), work(name), signal));
  await settle();
  assert.deepEqual(under, ["a1", "b1", "c1", "d1"]);
  release("a1");
  await settle();
  assert.deepEqual(under, ["b1", "c1", "d1", "e1"]);
  for (const name of ["b1", "c1", "d1", "e1", "a2"]) {
    release(name);
    await settle();
  }
  assert.deepEqual(await Promise.all(all), ["a1", "a2", "b1", "c1", "d1", "e1"]);
});

test("a project whose searches pile up is refused, no other is, and who leaves makes room", async () => {
  const searches = new ChunkSearches();
  const { under, release, work } = heldSearches();
  const leaving = new AbortController();
  const first = searches.run(project("a"), work("first"), signal);
  const waiting = Array.from({ length: 15 }, (_, index) => searches.run(project("a"), work(`w${index}`), leaving.signal));
  await assert.rejects(searches.run(project("a"), work("more"), signal), { code: "tus.tooManyQuestions" });
  leaving.abort(new Error("left"));
  const left = await Promise.allSettled(waiting);
  assert.ok(left.every(({ status }) => status === "rejected"));
  const [other, again] = [searches.run(project("b"), work("other"), signal), searches.run(project("a"), work("again"), signal)];
  await settle();
  assert.deepEqual(under, ["first", "other"]);
  for (const name of ["first", "other", "again"]) {
    release(name);
    await settle();
  }
  assert.deepEqual(await Promise.all([first, other, again]), ["first", "other", "again"]);
});

test("a search that fails makes room for the next one", async () => {
  const searches = new ChunkSearches();
  const fail = async (): Promise<never> => {
    throw new Error("no");
  };
  await assert.rejects(searches.run(project("a"), fail, signal), { message: "no" });
  assert.equal(await searches.run(project("a"), async () => "yes", signal), "yes");
});
