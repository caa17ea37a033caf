import assert from "node:assert/strict";
import { it } from "node:test";
import { blobIdOf } from "../../test/filler.ts";
import { LiveRoots } from "./live-roots.ts";
import type { LiveRoot, RootWatch } from "./live-roots.ts";

const rootOf = (word: string): LiveRoot => ({
  id: blobIdOf(word),
  content: { lengthBytes: 0, chunkSizeBytes: 4096, lists: Buffer.alloc(0) },
});

function taken(watch: RootWatch): string[] {
  const ids: string[] = [];
  for (let root = watch.take(); root !== undefined; root = watch.take()) {
    ids.push(root.id);
  }
  return ids;
}

it("tells a watch what is live when it starts and all that comes later, also what has gone by then", () => {
  const roots = new LiveRoots();
  const gone = roots.add(rootOf("gone before"));
  roots.add(rootOf("open"));
  gone[Symbol.dispose]();
  const again = roots.add(rootOf("open"));
  {
    using watch = roots.watch();
    again[Symbol.dispose]();
    assert.deepEqual(taken(watch), [blobIdOf("open"), blobIdOf("open")]);
    roots.add(rootOf("committed"))[Symbol.dispose]();
    assert.deepEqual(taken(watch), [blobIdOf("committed")]);
    assert.deepEqual(taken(watch), []);
  }
  using later = roots.watch();
  assert.deepEqual(taken(later), [blobIdOf("open")]);
});

it("tells when the manifests that are being read have been read, and the commits of a name are over", async () => {
  const roots = new LiveRoots();
  const events: string[] = [];
  const reading = roots.reading();
  const ended = roots.readsEnded().then(() => events.push("read"));
  const { promise, resolve } = Promise.withResolvers<void>();
  const [id, other] = [rootOf("a").id, rootOf("b").id];
  const first = roots.committing(id, () => promise);
  await Promise.resolve();
  const second = roots.committing(id, async () => void events.push("second commit"));
  assert.deepEqual([roots.isCommitting(id), roots.isCommitting(other)], [true, false]);
  await roots.commitEnded(other);
  events.push("first commit");
  resolve();
  await Promise.all([first, second]);
  assert.equal(roots.isCommitting(id), false);
  reading[Symbol.dispose]();
  await ended;
  assert.deepEqual(events, ["first commit", "second commit", "read"]);
});

it("knows which roots are still held", () => {
  const roots = new LiveRoots();
  const held = roots.add(rootOf("a"));
  using watch = roots.watch();
  const root = watch.take() ?? rootOf("none");
  assert.equal(roots.isHeld(root), true);
  held[Symbol.dispose]();
  assert.equal(roots.isHeld(root), false);
});
