import assert from "node:assert/strict";
import { test } from "node:test";
import { Readable } from "node:stream";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { ImsServer, alt, demo } from "./ims-server.ts";

const disk = sampleDisk(1);

async function linesOf(server: ImsServer, query: string, caller = demo): Promise<readonly string[]> {
  const answer = await server.call("GET", `/api/v1/images.csv${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.ok(answer.body.startsWith("\uFEFF"), "spreadsheets know that it is UTF-8");
  assert.ok(answer.body.endsWith("\r\n"));
  return answer.body.slice(1, -2).split("\r\n");
}

test("R-197: the project's own images and the public ones are files with a line for each image of the list", async () => {
  await using server = await ImsServer.open();
  await server.world.addImage("demo", disk, { name: "mine" });
  await server.world.addImage("demo", disk, { name: "lent", visibility: "shared" });
  await server.world.addImage("demo", disk, { name: "given", visibility: "public" });
  await server.world.addImage("alt", disk, { name: "theirs" });
  await server.world.addImage("alt", disk, { name: "public", visibility: "public" });
  const namesOf = async (query: string, caller = demo) => (await linesOf(server, query, caller)).slice(1).map((line) => line.split(",")[0]);
  assert.deepEqual(await namesOf("?scope=private"), ["lent", "mine"]);
  assert.deepEqual(await namesOf(""), ["lent", "mine"]);
  assert.deepEqual(await namesOf("?scope=public"), ["public", "given"]);
  assert.deepEqual(await namesOf("?scope=public", alt), ["public", "given"]);
  assert.equal((await namesOf("?scope=public")).length, (await server.list("?__imagetype=gold")).length);
});

test("R-198: the file holds what the list shows, in the language that is asked for", async () => {
  await using server = await ImsServer.open();
  const { id } = await server.world.addImage("demo", disk, { name: "镜像,1", minRamMiB: 2048, osVersion: "Ubuntu 20.04 server 64bit" });
  assert.deepEqual(await linesOf(server, "?language=en"), [
    "Name,ID,Status,OS,Image type,Created (UTC),Disk capacity (GB),Shared disk,Image size (MB),Minimum memory (MB),Encrypted",
    `"镜像,1",${id},Normal,Ubuntu 20.04 server 64bit,ECS system disk image,2026-01-02 03:04:05,40,No,1,2048,No`,
  ]);
  assert.deepEqual(await linesOf(server, "?language=zh"), [
    "名称,ID,状态,操作系统,镜像类型,创建时间（UTC）,磁盘容量（GB）,共享盘,镜像大小（MB）,最小内存（MB）,加密",
    `"镜像,1",${id},正常,Ubuntu 20.04 server 64bit,云服务器系统盘镜像,2026-01-02 03:04:05,40,否,1,2048,否`,
  ]);
  assert.deepEqual(await linesOf(server, "?scope=public&language=zh"), [
    "名称,状态,操作系统,镜像类型,创建时间（UTC）,系统盘（GB）,最小内存（MB）",
  ]);
});

test("R-198: names that a spreadsheet would run are text in the file", async () => {
  await using server = await ImsServer.open();
  for (const name of ["=1+1", "+1", "-cmd", "@SUM(A1)", '"quoted"', "two\nlines"]) {
    server.world.clock.advance(-1000);
    await server.world.addImage("demo", disk, { name });
  }
  const answer = await server.call("GET", "/api/v1/images.csv");
  const starts = answer.body.match(/(?<=\r\n)(?:"(?:[^"]|"")*"|[^,]*)(?=,)/g);
  assert.deepEqual(starts, ["'=1+1", "'+1", "'-cmd", "'@SUM(A1)", '"""quoted"""', '"two\nlines"']);
});

test("the file is called after region and time, and is kept nowhere on the way", async () => {
  await using server = await ImsServer.open();
  const { headers } = await server.call("GET", "/api/v1/images.csv?scope=public");
  assert.equal(headers["content-disposition"], 'attachment; filename="public-images-local-1-20260102030405.csv"');
  assert.equal(headers["content-type"], "text/csv; charset=utf-8");
  assert.equal(headers["cache-control"], "no-store");
  assert.ok(headers["x-request-id"]);
});

test("without the right to list there is no file, and another scope or language is refused", async () => {
  await using server = await ImsServer.open();
  const nobody = { project: "demo", roles: ["auditor"] };
  assert.equal((await server.call("GET", "/api/v1/images.csv", undefined, nobody)).statusCode, 403);
  assert.equal((await server.call("GET", "/api/v1/images.csv?scope=market")).statusCode, 400);
  assert.equal((await server.call("GET", "/api/v1/images.csv?language=fr")).statusCode, 400);
});

test("a long list is written page by page, also when images are deleted meanwhile", async () => {
  await using server = await ImsServer.open();
  const { world } = server;
  const { id: _, ...image } = await world.addImage("demo", disk);
  const ids: ImageRecord["id"][] = [];
  await world.catalog.transaction(async ({ images }) => {
    for (let index = 0; index < 450; index += 1) {
      const id = world.ids.uuid() as ImageRecord["id"];
      ids.push(id);
      await images.insert({ ...image, id, createdAt: image.createdAt - index });
    }
  });
  assert.equal((await linesOf(server, "")).length, 1 + 451);
  const answer = await server.app.inject({
    method: "GET",
    url: "/api/v1/images.csv",
    headers: { "x-caller": JSON.stringify(demo) },
    payloadAsStream: true,
  });
  const stream: Readable = answer.stream();
  const pieces: string[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece.toString());
    if (pieces.length === 2) {
      // The first page is on its way: 199 of these images, and the one before them. Its last ones go.
      await Promise.all(ids.slice(190, 210).map((id) => world.catalog.images.remove(id, ["active"])));
    }
  }
  const lines = pieces.join("").trim().split("\r\n").slice(1);
  assert.equal(new Set(lines).size, lines.length, "no image twice");
  for (const id of [...ids.slice(0, 190), ...ids.slice(210)]) {
    assert.ok(
      lines.some((line) => line.includes(id)),
      "every image that was there all the time",
    );
  }
});
