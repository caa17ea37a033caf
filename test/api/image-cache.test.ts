import assert from "node:assert/strict";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import type { FileAnswer } from "./image-files-setup.ts";
import { administrator, alt, demo, ImsServer } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

const mib = 1024 * 1024;

interface Cache {
  readonly cached_images: readonly { readonly image_id: string; readonly hits: number; readonly size: number }[];
  readonly queued_images: readonly string[];
}

/** A server with a cache, and the calls of its operator. */
class CacheServer implements AsyncDisposable {
  readonly files: FileServer;

  private constructor(files: FileServer) {
    this.files = files;
  }

  static async open(options: ImsServerOptions = {}): Promise<CacheServer> {
    return new CacheServer(await FileServer.open({ cache: {}, ...options }));
  }

  get folder(): string {
    return join(this.files.server.world.folder, "cache");
  }

  async active(file: Uint8Array): Promise<ImageId> {
    const id = await this.files.declare("raw");
    assert.equal((await this.files.put(id, file)).status, 204);
    return id;
  }

  async cached(file: Uint8Array): Promise<ImageId> {
    const id = await this.active(file);
    assert.equal((await this.call("PUT", `/${id}`)).statusCode, 202);
    await this.idle();
    return id;
  }

  // oxlint-disable-next-line max-params -- a call reads best on one line
  async call(method: "GET" | "PUT" | "POST" | "DELETE", path = "", caller: Caller = administrator, headers: Record<string, string> = {}) {
    const url = `/image/v2/cache${path}`;
    return await this.files.server.app.inject({ method, url, headers: { "x-caller": JSON.stringify(caller), ...headers } });
  }

  async list(): Promise<Cache> {
    return (await this.call("GET")).json<Cache>();
  }

  async idle(): Promise<void> {
    await this.files.server.imageCache?.idle();
  }

  /** Reads until nothing of the image is in the store any more: what comes then is from the cache. */
  async fromCacheAlone(id: ImageId): Promise<FileAnswer> {
    const { world } = this.files.server;
    const [disk] = (await this.files.image(id)).disks;
    assert.ok(disk);
    await world.store.remove(disk.blobId);
    return await this.files.get(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.files[Symbol.asyncDispose]();
  }
}

test("a queued image is cached, listed, and given out from the cache with the same headers and bytes, ranges too", async () => {
  await using server = await CacheServer.open();
  const file = noise(2 * mib + 300);
  const id = await server.active(file);
  const fromStore = await server.files.get(id);
  const { statusCode, body } = await server.call("PUT", `/${id}`);
  assert.deepEqual([statusCode, body], [202, ""]);
  await server.idle();
  const {
    cached_images: [cached],
    queued_images: queued,
  } = await server.list();
  assert.deepEqual([cached?.image_id, cached?.hits, cached?.size, queued], [id, 0, file.length, []]);
  const fromCache = await server.fromCacheAlone(id);
  const named = ({ headers }: FileAnswer) =>
    ["content-length", "content-md5", "content-type", "accept-ranges"].map((name) => headers[name]);
  assert.deepEqual([fromCache.status, named(fromCache)], [fromStore.status, named(fromStore)]);
  assert.ok(fromCache.bytes.equals(file));
  const part = await server.files.get(id, { range: `bytes=${mib - 3}-${mib + 4}` });
  assert.deepEqual([part.status, part.headers["content-range"]], [206, `bytes ${mib - 3}-${mib + 4}/${file.length}`]);
  assert.ok(part.bytes.equals(file.subarray(mib - 3, mib + 5)));
  assert.equal((await server.list()).cached_images[0]?.hits, 2);
});

test("small and empty files are cached too", async () => {
  await using server = await CacheServer.open();
  for (const length of [1, 700]) {
    const file = noise(length);
    const id = await server.cached(file);
    assert.ok((await server.fromCacheAlone(id)).bytes.equals(file));
  }
  const empty = await server.cached(Buffer.alloc(0));
  const { status, bytes } = await server.files.get(empty);
  assert.deepEqual([status, bytes.length], [200, 0]);
});

test("an image that IMS made is cached as the file that is made of it", async () => {
  await using server = await CacheServer.open();
  const { world } = server.files.server;
  const { id } = await world.addImage("demo", noise(4 * mib), { diskFormat: "zvhd2" });
  const fromStore = await server.files.get(id);
  assert.equal((await server.call("PUT", `/${id}`)).statusCode, 202);
  await server.idle();
  const fromCache = await server.fromCacheAlone(id);
  assert.deepEqual([fromStore.status, fromCache.status], [200, 200]);
  assert.ok(fromCache.bytes.equals(fromStore.bytes));
});

test("others than administrators get 403 for every call of the cache, and 404 is what they get where there is none", async () => {
  await using server = await CacheServer.open();
  const id = await server.cached(noise(1000));
  const calls = [
    ["GET", ""],
    ["GET", `/nodes/${id}`],
    ["PUT", `/${id}`],
    ["DELETE", `/${id}`],
    ["DELETE", ""],
    ["POST", "/clean"],
    ["POST", "/prune"],
  ] as const;
  for (const [method, path] of calls) {
    for (const caller of [demo, alt]) {
      assert.equal((await server.call(method, path, caller)).statusCode, 403, `${method} ${path}`);
    }
  }
  assert.equal((await server.list()).cached_images.length, 1);
  await using without = await FileServer.open();
  const headers = { "x-caller": JSON.stringify(administrator) };
  for (const [method, path] of calls) {
    const { statusCode } = await without.server.app.inject({ method, url: `/image/v2/cache${path}`, headers });
    assert.equal(statusCode, 404, `${method} ${path}`);
  }
});

test("an image that is unknown is 404, one that is not active 400, and the list of nodes 409", async () => {
  await using server = await CacheServer.open();
  const waiting = await server.files.declare("raw");
  assert.equal((await server.call("PUT", "/no-such-image")).statusCode, 404);
  assert.equal((await server.call("DELETE", "/no-such-image")).statusCode, 404);
  assert.equal((await server.call("PUT", `/${waiting}`)).statusCode, 400);
  assert.equal((await server.call("GET", `/nodes/${waiting}`)).statusCode, 409);
  assert.deepEqual(await server.list(), { cached_images: [], queued_images: [] });
});

test("R-164: an encrypted image is refused, and reading it however often leaves none of its bytes in the cache", async () => {
  await using server = await CacheServer.open();
  const { world } = server.files.server;
  const { id: keyId } = await defaultImageKey(world.keys, demo.project as ProjectId);
  const marker = Buffer.from("PLAINTEXT-MARKER-91c2".repeat(1000));
  const { id } = await world.addImage("demo", Buffer.concat([marker, noise(mib - marker.length)]), {
    encryption: { keyId },
    diskFormat: "raw",
  });
  assert.equal((await server.call("PUT", `/${id}`)).statusCode, 400);
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await server.files.get(id)).status, 200);
  }
  await server.idle();
  assert.deepEqual(await server.list(), { cached_images: [], queued_images: [] });
  for (const name of await readdir(server.folder)) {
    assert.equal((await readFile(join(server.folder, name))).includes("PLAINTEXT-MARKER"), false);
  }
});

test("a file that is read whole a second time within a day comes into the cache; ranges, and reads further apart, do not count", async () => {
  await using server = await CacheServer.open();
  const { clock } = server.files.server.world;
  const file = noise(mib);
  const [often, seldom, parts] = [await server.active(file), await server.active(noise(mib)), await server.active(noise(mib))];
  await server.files.get(often);
  await server.files.get(seldom);
  for (let time = 0; time < 3; time += 1) {
    await server.files.get(parts, { range: "bytes=0-99" });
    await server.files.get(parts, {}, { method: "HEAD" });
  }
  clock.advance(3_600_000);
  await server.files.get(often);
  clock.advance(24 * 3_600_000);
  await server.files.get(seldom);
  // Noted once all was sent, which the client may see first.
  while ((await server.list()).cached_images.length === 0) {
    await new Promise(setImmediate);
  }
  await server.idle();
  const { cached_images: cached } = await server.list();
  assert.deepEqual(
    cached.map(({ image_id: id }) => id),
    [often],
  );
  assert.ok((await server.fromCacheAlone(often)).bytes.equals(file));
});

test("where only what is asked for is cached, reading caches nothing", async () => {
  await using server = await CacheServer.open({ cache: { fill: "asked" } });
  const id = await server.active(noise(1000));
  await server.files.get(id);
  await server.files.get(id);
  await server.idle();
  assert.deepEqual(await server.list(), { cached_images: [], queued_images: [] });
});

test("a damaged cached file is noticed: what is sent is what was uploaded, and the cache has it no more", async () => {
  await using server = await CacheServer.open();
  for (const offset of [5, mib + 5, 3 * mib]) {
    const file = noise(3 * mib + 1);
    const id = await server.cached(file);
    const [name] = (await readdir(server.folder)).filter((name) => name.endsWith(".file"));
    {
      await using cached = await open(join(server.folder, name ?? ""), "r+");
      await cached.write(Buffer.of((file[offset] ?? 0) ^ 1), 0, 1, offset);
    }
    const { status, bytes } = await server.files.get(id);
    assert.equal(status, 200);
    assert.ok(bytes.equals(file), `damage at ${offset}`);
    assert.deepEqual((await server.list()).cached_images, []);
  }
});

test("CVE-2013-4428: what may not be read is not given out from the cache either", async () => {
  await using server = await CacheServer.open();
  const id = await server.cached(noise(1000));
  assert.equal((await server.files.get(id, {}, { caller: alt })).status, 404);
  const { app } = server.files.server;
  const headers = { "x-caller": JSON.stringify(demo) };
  assert.equal((await app.inject({ method: "POST", url: `/image/v2/images/${id}/actions/deactivate`, headers })).statusCode, 204);
  assert.equal((await server.files.get(id)).status, 403);
  assert.equal((await server.files.get(id, {}, { caller: administrator })).status, 200);
});

test("a deleted image is out of the cache and of the queue at once, through either interface, also when the recycle bin keeps it", async () => {
  for (const [url, days] of [
    ["/image/v2/images/", 0],
    ["/v2/images/", 7],
  ] as const) {
    await using server = await CacheServer.open({ limits: { recycleBin: { days } } });
    const id = await server.cached(noise(1000));
    const headers = { "x-caller": JSON.stringify(demo) };
    assert.equal((await server.files.server.app.inject({ method: "DELETE", url: `${url}${id}`, headers })).statusCode, 204);
    assert.deepEqual(await server.list(), { cached_images: [], queued_images: [] });
    assert.deepEqual(
      (await readdir(server.folder)).filter((name) => name.endsWith(".file")),
      [],
    );
  }
});

test("the operator takes one image out, or empties cache, queue or both; any other word is 400", async () => {
  await using server = await CacheServer.open();
  const [one, two] = [await server.cached(noise(1000)), await server.cached(noise(1000))];
  assert.equal((await server.call("DELETE", `/${one}`)).statusCode, 204);
  assert.deepEqual(
    (await server.list()).cached_images.map(({ image_id: id }) => id),
    [two],
  );
  const clear = async (target?: string) =>
    (await server.call("DELETE", "", administrator, target === undefined ? {} : { "x-image-cache-clear-target": target })).statusCode;
  assert.equal(await clear("invalid"), 400);
  assert.equal(await clear("queue"), 204);
  assert.equal((await server.list()).cached_images.length, 1);
  assert.equal(await clear("cache"), 204);
  assert.deepEqual((await server.list()).cached_images, []);
  await server.cached(noise(1000));
  assert.equal(await clear(), 204);
  assert.deepEqual(await server.list(), { cached_images: [], queued_images: [] });
});

test("clean lets go what is no image's file, and prune tells what had to go", async () => {
  await using server = await CacheServer.open();
  const [stays, goes] = [await server.cached(noise(1000)), await server.cached(noise(1000))];
  await server.files.server.world.catalog.images.remove(goes, ["active"]);
  assert.equal((await server.call("POST", "/clean")).statusCode, 200);
  assert.deepEqual(
    (await server.list()).cached_images.map(({ image_id: id }) => id),
    [stays],
  );
  const pruned = await server.call("POST", "/prune");
  assert.deepEqual([pruned.statusCode, pruned.json()], [200, { total_files_pruned: 0, total_bytes_pruned: 0 }]);
});

test("a file that is larger than the whole cache is refused, and a new one takes the place of the least recently read", async () => {
  await using server = await CacheServer.open({ cache: { maxBytes: 2 * mib } });
  const large = await server.active(noise(2 * mib + 1));
  assert.equal((await server.call("PUT", `/${large}`)).statusCode, 400);
  const first = await server.cached(noise(mib));
  server.files.server.world.clock.advance(1);
  const second = await server.cached(noise(mib));
  server.files.server.world.clock.advance(1);
  await server.files.get(first);
  const third = await server.cached(noise(mib));
  const ids = (await server.list()).cached_images.map(({ image_id: id }) => id);
  assert.deepEqual(ids.toSorted(), [first, third].toSorted());
  assert.equal((await server.files.get(second)).status, 200);
});

test("an image that is queued many times at once is cached once", async () => {
  await using server = await CacheServer.open();
  const file = noise(2 * mib);
  const id = await server.active(file);
  await Promise.all(Array.from({ length: 8 }, () => server.call("PUT", `/${id}`)));
  await server.idle();
  assert.equal((await server.list()).cached_images.length, 1);
  assert.ok((await server.fromCacheAlone(id)).bytes.equals(file));
});

test("what was queued when the service stopped is cached when it starts again, and what was half there is not taken for whole", async () => {
  await using world = await TransferWorld.open();
  const file = noise(16 * mib);
  const images = await Promise.all([1, 2, 3].map(() => world.addImage("demo", file, { diskFormat: "raw" })));
  const stopped = await ImsServer.on(world, { cache: {} });
  const headers = { "x-caller": JSON.stringify(administrator) };
  for (const { id } of images) {
    assert.equal((await stopped.app.inject({ method: "PUT", url: `/image/v2/cache/${id}`, headers })).statusCode, 202);
  }
  await stopped.close();
  const whole = (await readdir(join(world.folder, "cache"))).filter((name) => !name.startsWith("state"));
  assert.ok(whole.length < images.length && whole.every((name) => name.endsWith(".file")), whole.join());
  const next = await ImsServer.on(world, { cache: {} });
  await next.imageCache?.idle();
  const { cached_images: cached, queued_images: queued } = (
    await next.app.inject({ method: "GET", url: "/image/v2/cache", headers })
  ).json<Cache>();
  assert.deepEqual([cached.map(({ image_id: id }) => id).toSorted(), queued], [images.map(({ id }) => id as string).toSorted(), []]);
  await next.close();
});
