import assert from "node:assert/strict";
import { test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { tracesOf } from "./audit-calls.ts";
import { openPlace, readerFor, tasksOf } from "./import-setup.ts";
import { LocatedServer, content, messageOf, promise } from "./locations-setup.ts";

const mib = 1024 * 1024;
const secret = Buffer.from("what only machines inside may read");
/** The port of a place. */
const portOf = (name: string): string => name.split(":")[1] ?? "";

test("CVE-2014-9493, CVE-2015-1195, CVE-2014-0162, CVE-2026-71197: a location is an http address of a public host, in plain spelling, or it is refused and nothing is sent", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  await using located = await LocatedServer.open();
  const id = await located.create();
  const port = portOf(inner.name);
  for (const url of [
    "file:///etc/passwd",
    "filesystem:///etc/passwd",
    "swift+config://x/y/z",
    "swift://u:p@h/c/o",
    "cinder://5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e",
    "rbd://a/b/c/d",
    "sheepdog://127.0.0.1:7000:;id",
    "s3://key:secret@host/bucket/object",
    "gopher://info.cern.ch",
    "ftp://example.com/x",
    "vsphere://h/folder/x",
    "data:,x",
    "javascript:alert(1)",
    `tintype://main/${id}`,
    "//127.0.0.1/",
    "/etc/passwd",
    "http://user:word@example.com/",
    ...["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"].map(
      (host) => `http://${host}:${port}/`,
    ),
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/#new",
    "HTTP://127.0.0.1/",
  ]) {
    const patched = await located.add(id, { url, metadata: {} });
    assert.equal(patched.statusCode, 400, `${url} ${patched.body}`);
    const posted = await located.files.server.call("POST", `/image/v2/images/${id}/locations`, { url });
    assert.equal(posted.statusCode, 400, `${url} ${posted.body}`);
  }
  assert.equal(inner.requests.length, 0);
  assert.equal((await located.show(id)).status, "queued");
});

test("CVE-2026-34881: a place that leads inwards is no location when it is added, and gives nothing when it leads inwards later", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  let target: string | undefined = `${inner.url}/x`;
  await using located = await LocatedServer.open({}, (_, response) =>
    target === undefined ? response.end(content) : response.writeHead(302, { location: target }).end(),
  );
  const id = await located.create();
  const url = `${located.place.url}/disk`;
  const refused = await located.add(id, { url, metadata: {} });
  assert.equal(refused.statusCode, 400);
  assert.doesNotMatch(refused.body, /only machines/);
  for (const inwards of [`${inner.url}/x`, `http://2130706433:${portOf(inner.name)}/`, "file:///etc/passwd", "http://169.254.169.254/"]) {
    target = undefined;
    const open = await located.create();
    assert.equal((await located.add(open, { url, metadata: {} })).statusCode, 200);
    target = inwards;
    const answer = await located.files.get(open);
    assert.equal(answer.status, 409);
    assert.doesNotMatch(answer.message, /only machines/);
  }
  assert.equal(inner.requests.length, 0);
});

test("CVE-2026-71198: a name that is public when its location is added and loopback at the first use is not opened", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  const asked: string[] = [];
  let isPublic = true;
  // The place is allowed under its public name alone.
  await using located = await LocatedServer.open({}, undefined, (place) => {
    const allowed = readerFor([{ name: `rebinding.test:${portOf(place.name)}` }], async () => ["127.0.0.1"]);
    const strict = readerFor([], async (host) => {
      asked.push(host);
      return ["127.0.0.1"];
    });
    const now = () => (isPublic ? allowed : strict);
    return { check: async (url) => await now().check(url), open: async (url, options) => await now().open(url, options) };
  });
  const id = await located.create();
  const url = `http://rebinding.test:${portOf(located.place.name)}/disk`;
  assert.equal((await located.add(id, { url, metadata: {} })).statusCode, 200);
  isPublic = false;
  const answer = await located.files.get(id);
  assert.equal(answer.status, 409);
  assert.match(answer.message, /rebinding\.test:\d+ is not public/);
  assert.deepEqual(asked, ["rebinding.test"]);
  assert.equal(inner.requests.length, 0);
  assert.equal(located.place.requests.length, 1);
});

test("CVE-2022-47951, CVE-2024-32498, CVE-2024-40767: a file at a location that reaches for other files, or is not what was declared, never becomes content", async () => {
  const backed = buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;
  backed.writeBigUInt64BE(1024n, 8);
  backed.writeUInt32BE("/etc/passwd".length, 16);
  backed.write("/etc/passwd", 1024);
  const flat = Buffer.from(
    '# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 8 FLAT "/etc/passwd" 0\n'.padEnd(
      512,
      "\n",
    ),
  );
  for (const [format, file] of [
    ["qcow2", backed],
    ["vmdk", flat],
    ["raw", buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file],
  ] as const) {
    await using located = await LocatedServer.open({}, (_, response) => response.end(file));
    const id = await located.located({ validation_data: promise(file) }, { disk_format: format });
    const answer = await located.files.get(id);
    assert.equal(answer.status, 409, format);
    assert.deepEqual(await located.files.server.world.contents(), [`image ${id} active elsewhere`]);
    const posted = await located.create({ disk_format: format });
    assert.equal(
      (await located.files.server.call("POST", `/image/v2/images/${posted}/locations`, { url: located.place.url })).statusCode,
      202,
    );
    const [job] = await located.files.server.world.catalog.jobs.list({ subjectId: posted });
    assert.equal((await located.files.server.jobs.wait(job?.id ?? "")).status, "failed");
    assert.equal((await located.show(posted)).status, "queued");
  }
});

test("CVE-2016-0757, OSSN-0065: once it is here, content stays, whatever becomes of its locations and of what lies there", async () => {
  let lies: Uint8Array = content;
  await using located = await LocatedServer.open({}, (_, response) => response.end(lies));
  const id = await located.located();
  const before = await located.files.get(id);
  assert.ok(before.bytes.equals(content));
  lies = Buffer.from("something else");
  const { checksum, locations = [] } = await located.show(id);
  const [own, origin] = locations;
  assert.equal((await located.patch(id, [{ op: "replace", path: "/locations", value: [] }])).statusCode, 403);
  assert.equal((await located.patch(id, [{ op: "replace", path: "/locations", value: [origin] }])).statusCode, 400);
  assert.equal((await located.patch(id, [{ op: "remove", path: "/locations/0" }])).statusCode, 403);
  assert.equal((await located.patch(id, [{ op: "remove", path: "/locations/1" }])).statusCode, 200);
  assert.equal((await located.patch(id, [{ op: "remove", path: "/locations/0" }])).statusCode, 403);
  assert.equal((await located.add(id, { url: `${located.place.url}/other`, metadata: {} })).statusCode, 409);
  assert.equal((await located.files.put(id, lies)).status, 409);
  const image = await located.show(id);
  assert.deepEqual([image.status, image.checksum, image.locations], ["active", checksum, [own]]);
  assert.ok((await located.files.get(id)).bytes.equals(content));
});

test("CVE-2013-0212: what follows the question mark of a location is in no message, trace or task", async () => {
  await using located = await LocatedServer.open({}, (_, response) => response.writeHead(404).end());
  const { server } = located.files;
  const url = `${located.place.url}/disk?signature=k3y-word`;
  const id = await located.create();
  const refused = await located.add(id, { url, metadata: {} });
  assert.equal(refused.statusCode, 400);
  assert.match(messageOf(refused), /answered 404/);
  assert.equal((await server.call("POST", `/image/v2/images/${id}/locations`, { url })).statusCode, 202);
  const [job] = await server.world.catalog.jobs.list({ subjectId: id });
  await server.jobs.wait(job?.id ?? "");
  const traces = JSON.stringify(await tracesOf(server));
  const told = JSON.stringify([await tasksOf(located.files, id), await server.world.catalog.jobs.list({ subjectId: id }), refused.body]);
  assert.doesNotMatch(`${traces}${told}`, /k3y-word/);
});

test("CVE-2026-71196: a place that never ends is given up at the length that it told, or at the limit", async () => {
  let looks = 0;
  const limits = { uploads: { maxGiB: 1 } };
  await using located = await LocatedServer.open({ limits }, (_, response) => {
    looks += 1;
    if (looks === 1) {
      response.setHeader("content-length", 1000);
      response.end(Buffer.alloc(1000, 1));
      return;
    }
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 1))) {
        // As long as somebody takes it.
      }
    };
    response.on("drain", more);
    more();
  });
  const id = await located.located();
  const answer = await located.files.get(id);
  assert.equal(answer.status, 409);
  assert.match(answer.message, /longer than 1000 bytes/);
  assert.deepEqual(await located.files.server.world.contents(), [`image ${id} active elsewhere`]);
});
