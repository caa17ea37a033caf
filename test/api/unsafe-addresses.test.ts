import assert from "node:assert/strict";
import { test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import type { ImageServices } from "@tintype/server/ports/image-services.ts";
import { tracesOf } from "./audit-calls.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import { assertWaits, importImage, imported, openPlace, readerFor, tasksOf } from "./import-setup.ts";
import { administrator } from "./ims-server.ts";

const mib = 1024 * 1024;
const web = (uri: string) => ({ name: "web-download", uri });
const secret = Buffer.from("what only machines inside may read");

test("CVE-2026-71197, CVE-2026-34881: addresses that lead inwards are refused at once, in every spelling, and nothing is sent", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const port = inner.name.split(":")[1];
  for (const uri of [
    ...["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"].map(
      (host) => `http://${host}:${port}/`,
    ),
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://100.100.100.200/",
    "http://[64:ff9b::7f00:1]/",
    "file:///etc/passwd",
    "filesystem:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "//127.0.0.1/",
    "http://user:word@example.com/",
    "nonsense",
  ]) {
    const answer = await importImage(files, id, web(uri));
    assert.equal(answer.statusCode, 400, `${uri} ${answer.body}`);
  }
  assert.equal(inner.requests.length, 0);
  assert.deepEqual(await tasksOf(files, id), []);
  await assertWaits(files, id);
});

test("CVE-2026-34881: a redirect that leads inwards is not followed, and the task tells nothing of what lies there", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  const port = inner.name.split(":")[1];
  for (const target of [
    `${inner.url}/x`,
    `http://localhost:${port}/`,
    `http://2130706433:${port}/`,
    "file:///etc/passwd",
    "http://169.254.169.254/",
  ]) {
    await using outer = await openPlace((_, response) => response.writeHead(302, { location: target }).end());
    await using files = await FileServer.open({ urlReader: readerFor([outer]) });
    const id = await files.declare("raw");
    const task = await imported(files, id, web(`${outer.url}/?signature=k3y-word`));
    assert.equal(task.status, "failure");
    assert.doesNotMatch(JSON.stringify(task), /only machines|k3y-word/);
    await assertWaits(files, id);
  }
  assert.equal(inner.requests.length, 0);
});

test("CVE-2026-71198: a name that is public when it is asked for and loopback when the job runs is not opened", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  const answers = [["93.184.215.14"], ["127.0.0.1"]];
  const asked: string[] = [];
  const rebinding = async (host: string): Promise<readonly string[]> => {
    asked.push(host);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  await using files = await FileServer.open({ urlReader: readerFor([], rebinding) });
  const id = await files.declare("raw");
  const task = await imported(files, id, web(`http://rebinding.test:${inner.name.split(":")[1]}/disk.raw`));
  assert.deepEqual(asked, ["rebinding.test", "rebinding.test"]);
  assert.equal(task.status, "failure");
  assert.match(task.message, /rebinding\.test:\d+ is not public/);
  assert.equal(inner.requests.length, 0);
  await assertWaits(files, id);
});

test("CVE-2026-71198: one public address among inner ones does not let a name pass", async () => {
  await using files = await FileServer.open({ urlReader: readerFor([], async () => ["93.184.215.14", "::ffff:10.0.0.1"]) });
  const id = await files.declare("raw");
  assert.equal((await importImage(files, id, web("http://mixed.test/"))).statusCode, 400);
});

test("CVE-2026-71196, CVE-2014-5356: a body without an end or a length is given up at the limit, and nothing of it is kept", async () => {
  const piece = noise(64 * 1024);
  let sentBytes = 0;
  await using endless = await openPlace((_, response) => {
    const send = (): void => {
      while (!response.destroyed && response.write(piece)) {
        sentBytes += piece.length;
      }
      response.once("drain", send);
    };
    send();
  });
  await using files = await FileServer.open({ urlReader: readerFor([endless]), limits: { uploads: { maxGiB: 1 / 1024 } } });
  const id = await files.declare("raw");
  const task = await imported(files, id, web(endless.url));
  assert.equal(task.status, "failure");
  assert.match(task.message, /longer than 1048576 bytes/);
  assert.ok(sentBytes < 64 * mib, `${sentBytes} bytes were sent`);
  await assertWaits(files, id);
});

test("CVE-2026-71196: a length over the limit is believed, one that was not kept is not", async () => {
  await using long = await openPlace((_, response) => response.writeHead(200, { "content-length": 2 * mib }).write("x"));
  await using short = await openPlace((request, response) => {
    response.writeHead(200, { "content-length": 1000 }).write("only this");
    request.socket.end();
  });
  await using files = await FileServer.open({ urlReader: readerFor([long, short]), limits: { uploads: { maxGiB: 1 / 1024 } } });
  const id = await files.declare("raw");
  for (const place of [long, short]) {
    assert.equal((await imported(files, id, web(place.url))).status, "failure");
    await assertWaits(files, id);
  }
});

test("a place that drips is given up, so that it holds up nobody", async () => {
  let pass = (_milliseconds: number): void => {};
  await using dripping = await openPlace((_, response) => {
    response.write("a");
    pass(61_000);
    setImmediate(() => response.write("b"));
  });
  await using files = await FileServer.open({ urlReader: readerFor([dripping]) });
  pass = (milliseconds) => files.server.world.clock.advance(milliseconds);
  const id = await files.declare("raw");
  const task = await imported(files, id, web(dripping.url));
  assert.equal(task.status, "failure");
  assert.match(task.message, /bytes came in 61 s/);
  await assertWaits(files, id);
});

test("OSSN-0105: the older way to import opens no address that the newer one refuses", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  await using files = await FileServer.open();
  const properties = { disk_format: "raw", container_format: "bare" };
  for (const uri of [inner.url, "http://169.254.169.254/", "file:///etc/passwd", "http://0x7f000001/"]) {
    const body = { type: "import", input: { import_from: uri, import_from_format: "raw", image_properties: properties } };
    assert.equal((await files.server.call("POST", "/image/v2/tasks", body, administrator)).statusCode, 400);
  }
  assert.equal(inner.requests.length, 0);
  assert.deepEqual(await files.server.world.contents(), []);
});

test("CVE-2026-34881: another image service that leads inwards gets no further, and no token goes where it leads", async () => {
  await using inner = await openPlace((_, response) => response.end(secret));
  await using open = await openPlace((_, response) => response.writeHead(404).end());
  for (const target of [inner, open]) {
    await using service = await openPlace((_, response) => response.writeHead(307, { location: `${target.url}/` }).end());
    const imageServices: ImageServices = {
      addressOf: () => service.url,
      lendToken: async () => ({ token: "lent", [Symbol.asyncDispose]: async () => {} }),
    };
    await using files = await FileServer.open({ urlReader: readerFor([open]), imageServices });
    const id = await files.declare("raw");
    const method = { name: "glance-download", glance_region: "r", glance_image_id: "5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e" };
    assert.equal((await imported(files, id, method)).status, "failure");
    await assertWaits(files, id);
    assert.equal(service.requests[0]?.headers["x-auth-token"], "lent");
  }
  assert.equal(inner.requests.length, 0);
  assert.deepEqual(
    open.requests.map(({ headers }) => headers["x-auth-token"]),
    [undefined],
  );
});

test("CVE-2024-32498, CVE-2024-40767: what is fetched is held to the same safety as what is uploaded", async () => {
  const hostile = buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;
  hostile.writeBigUInt64BE(4n, 72);
  const sound = buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;
  for (const [format, content, says] of [
    ["qcow2", hostile, /external file/],
    ["raw", sound, /declared as raw/],
  ] as const) {
    await using place = await openPlace((_, response) => response.end(content));
    await using files = await FileServer.open({ urlReader: readerFor([place]) });
    const id = await files.declare(format);
    const task = await imported(files, id, web(place.url));
    assert.equal(task.status, "failure");
    assert.match(task.message, says);
    await assertWaits(files, id);
  }
});

test("CVE-2013-0212, CVE-2014-1948: keys in an address are shown nowhere: not in the task, the job, the image, or the audit trail", async () => {
  await using place = await openPlace((_, response) => response.writeHead(403).end());
  await using files = await FileServer.open({ urlReader: readerFor([place]) });
  const { server } = files;
  const id = await files.declare("raw");
  const task = await imported(files, id, web(`${place.url}/disk.raw?X-Amz-Signature=k3y-word`));
  assert.equal(place.requests[0]?.url, "/disk.raw?X-Amz-Signature=k3y-word");
  assert.match(task.input.import_req.method["uri"] ?? "", /disk\.raw/);
  const [job] = await server.world.catalog.jobs.list({ subjectId: id });
  const traces = JSON.stringify(await tracesOf(server));
  const shown = [
    JSON.stringify(task),
    traces,
    (await server.call("GET", `/api/v1/jobs/${job?.id}`)).body,
    (await server.call("GET", `/v1/demo/jobs/${job?.id}`)).body,
    (await server.call("GET", `/image/v2/images/${id}`)).body,
  ];
  assert.match(traces, /importImage/);
  for (const text of shown) {
    assert.doesNotMatch(text, /k3y-word/);
  }
});
