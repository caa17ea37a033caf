import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { people } from "../api/api-server.ts";
import { metadataOf, offsetStream, uploadsPath } from "../api/upload-calls.ts";
import { seededBytes, seededNumbers } from "./seeded-bytes.ts";
import { TintypeProcess } from "./tintype-process.ts";

const seed = Number(process.env["TINTYPE_TEST_SEED"] ?? 20_261_122);
const mebibyte = 1024 * 1024;
const fileBytes = 112 * mebibyte;

async function tokenOf(endpoint: string): Promise<string> {
  const user = { name: "demo", password: "secret", domain: { id: "default" } };
  const auth = { identity: { methods: ["password"], password: { user } }, scope: { project: { name: "demo", domain: { id: "default" } } } };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${endpoint}/v3/auth/tokens`, { method: "POST", headers, body: JSON.stringify({ auth }) });
  assert.equal(answer.status, 201, await answer.text());
  return answer.headers.get("x-subject-token") ?? "";
}

/** One upload, as a client of the protocol sees it. */
class UploadClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.url = url;
    this.#headers = headers;
  }

  async offset(): Promise<number> {
    const answer = await fetch(this.url, { method: "HEAD", headers: this.#headers });
    assert.equal(answer.status, 200);
    return Number(answer.headers.get("upload-offset"));
  }

  /** Announces all the rest of the file and sends so much of it. Answers the answer's status, or undefined when the connection broke. */
  async send(file: Uint8Array, offset: number, bytes: number): Promise<number | undefined> {
    const headers = { ...this.#headers, ...offsetStream, "upload-offset": String(offset), "content-length": file.length - offset };
    const outgoing = request(this.url, { method: "PATCH", agent: false, headers });
    outgoing.write(file.subarray(offset, offset + bytes));
    if (offset + bytes === file.length) {
      outgoing.end();
    }
    try {
      // Node tells of the answer with one argument.
      const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error, String(error));
      return undefined;
    }
  }
}

test(`an upload goes on behind every byte that was acknowledged before the server was killed (seed ${seed})`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-crash-upload-"));
  const dataDir = join(folder, "data");
  await writeFile(join(folder, "people.json"), JSON.stringify(people));
  const server = await TintypeProcess.prepare(dataDir, { TINTYPE_BOOTSTRAP_FILE: join(folder, "people.json") });
  t.after(async () => {
    await server.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await server.start();
  const random = seededNumbers(seed);
  const file = seededBytes(seed, fileBytes);
  const token = { "x-auth-token": await tokenOf(server.endpoint) };
  const bucketUrl = `http://127.0.0.1:${server.env["TINTYPE_OBS_PORT"]}/crashes`;
  assert.equal((await fetch(bucketUrl, { method: "PUT", headers: token })).status, 200);
  const headers = { ...token, "tus-resumable": "1.0.0" };
  const created = await fetch(`${server.endpoint}${uploadsPath}`, {
    method: "POST",
    headers: {
      ...headers,
      "upload-length": String(fileBytes),
      "upload-metadata": metadataOf({ bucket: "crashes", key: "file" }),
    },
  });
  assert.equal(created.status, 201, await created.text());
  const client = new UploadClient(created.headers.get("location") ?? "", headers);

  let acknowledged = 0;
  const offsets: number[] = [];
  for (let kills = 0; kills < 4; kills += 1) {
    const sending = client.send(file, acknowledged, 20 * mebibyte);
    const start = acknowledged;
    while (acknowledged === start) {
      acknowledged = await client.offset();
    }
    await setTimeout(random(50));
    await server.stop("SIGKILL");
    assert.equal(await sending, undefined);
    await server.start();
    const offset = await client.offset();
    assert.ok(offset >= acknowledged, `${offset} is behind ${acknowledged}`);
    acknowledged = offset;
    offsets.push(offset / mebibyte);
  }
  assert.ok(
    offsets.every((offset, index) => offset > (offsets[index - 1] ?? 0)),
    offsets.join(", "),
  );
  assert.equal(await client.send(file, acknowledged, fileBytes - acknowledged), 204);
  assert.equal(await client.offset(), fileBytes);
  const read = Buffer.from(await (await fetch(`${bucketUrl}/file`, { headers: token })).arrayBuffer());
  assert.ok(read.equals(file), "the object is the file");
  assert.equal(await server.stop(), 0, "the server stops in order");

  using catalog = new DatabaseSync(join(dataDir, "catalog.sqlite"), { readOnly: true });
  assert.deepEqual(catalog.prepare("select * from blob_removals").all(), []);
  assert.deepEqual(catalog.prepare("select * from resumable_upload_parts").all(), []);
  const [row] = catalog.prepare("select parts from objects").all();
  const parts = JSON.parse(String(row?.["parts"])) as [string, number][];
  await using store = await openLocalStore(join(dataDir, "store"));
  assert.deepEqual(
    (await Array.fromAsync(store.list())).toSorted(),
    parts.map(([blobId]) => blobId).toSorted(),
    "the store holds the object's parts alone",
  );
  assert.deepEqual(await readdir(join(dataDir, "store", "tmp")), []);
});
