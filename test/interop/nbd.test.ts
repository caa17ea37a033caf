import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { startNbdServer } from "@tintype/disk/nbd/nbd-server.ts";
import type { NbdServer, NbdServerOptions } from "@tintype/disk/nbd/nbd-server.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const DISK_BYTES = 96 * MIB + 512;

const folder = await mkdtemp(join(tmpdir(), "tintype-nbd-interop-"));
const path = (name: string): string => join(folder, name);
const raw = path("disk.raw");
const qcow2 = path("disk.qcow2");
const runFile = promisify(execFile);
let sockets = 0;

after(() => rm(folder, { recursive: true }));

/** The server is in this process, so the clients must not keep it from answering. */
async function run(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await runFile(command, args, { maxBuffer: 64 * MIB });
  return stdout;
}

/** A disk with short and long runs of data between holes. */
before(async () => {
  const random = new SeededRandom(44);
  await using file = await open(raw, "w");
  await file.truncate(DISK_BYTES);
  for (const [offset, length] of [
    [0, 512],
    [3 * MIB, 5 * MIB],
    [20 * MIB + 512, 3 * KIB],
    [40 * MIB, 20 * MIB],
    [DISK_BYTES - 512, 512],
  ] as const) {
    await file.write(random.bytes(length), 0, length, offset);
  }
  await run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", raw, qcow2);
});

async function serve(options: Partial<NbdServerOptions> = {}): Promise<NbdServer> {
  const disk = await openDisk(await openLocalFile(qcow2));
  const failures: unknown[] = [];
  const server = await startNbdServer(disk, {
    listen: { path: path(`${(sockets += 1)}.sock`) },
    exportName: "a disk",
    description: "made for a test",
    onFailure: (error) => failures.push(error),
    ...options,
  });
  return {
    uri: server.uri,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      assert.deepEqual(failures, []);
    },
  };
}

test("qemu-img sees the size, compares, converts and maps the disk over a socket", async () => {
  await using server = await serve();
  const info = JSON.parse(await run("qemu-img", "info", "--output=json", server.uri)) as { "virtual-size": number; format: string };
  assert.deepEqual([info["virtual-size"], info.format], [DISK_BYTES, "raw"]);
  assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw, server.uri), /identical/);
  const copy = path("copy.qcow2");
  await run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", server.uri, copy);
  assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw, copy), /identical/);
  const map = JSON.parse(await run("qemu-img", "map", "--output=json", "-f", "raw", server.uri)) as {
    start: number;
    length: number;
    data: boolean;
    zero: boolean;
  }[];
  assert.equal(
    map.reduce((sum, { length }) => sum + length, 0),
    DISK_BYTES,
  );
  assert.ok(map.every(({ data, zero }) => data !== zero));
  const dataBytes = map.reduce((sum, { data, length }) => sum + (data ? length : 0), 0);
  assert.ok(dataBytes >= 25 * MIB && dataBytes < 27 * MIB, `${dataBytes} bytes of data`);
});

test("nbdinfo reads everything there is to know", async () => {
  await using server = await serve();
  const info = JSON.parse(await run("nbdinfo", "--json", server.uri)) as {
    protocol: string;
    structured: boolean;
    exports: Record<string, unknown>[];
  };
  assert.deepEqual([info.protocol, info.structured], ["newstyle-fixed", true]);
  const [facts] = info.exports;
  assert.deepEqual(
    [facts?.["export-name"], facts?.["description"], facts?.["export-size"], facts?.["is_read_only"], facts?.["contexts"]],
    ["a disk", "made for a test", DISK_BYTES, true, ["base:allocation"]],
  );
  assert.deepEqual(
    [facts?.["can_df"], facts?.["can_multi_conn"], facts?.["can_cache"], facts?.["can_write"]],
    [true, true, true, undefined],
  );
  const list = JSON.parse(await run("nbdinfo", "--list", "--json", server.uri.replace("a%20disk", ""))) as { exports: object[] };
  assert.equal(list.exports.length, 1);
  const map = JSON.parse(await run("nbdinfo", "--map", "--json", server.uri)) as { length: number; type: number }[];
  assert.equal(
    map.reduce((sum, { length }) => sum + length, 0),
    DISK_BYTES,
  );
  assert.deepEqual(new Set(map.map(({ type }) => type)), new Set([0, 3]));
});

test("nbdcopy copies over four connections, over a port too", async () => {
  for (const listen of [{ path: path("copy.sock") }, { host: "127.0.0.1", port: 0 }]) {
    await using server = await serve({ listen });
    const copy = path("nbdcopy.raw");
    await run("nbdcopy", "--connections=4", server.uri, copy);
    assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw, copy), /identical/);
    await rm(copy);
  }
});

test("a client that knows neither structured replies nor the map reads the same", async () => {
  await using server = await serve();
  const script = `
import nbd, sys
h = nbd.NBD()
h.set_request_structured_replies(False)
h.connect_uri(sys.argv[1])
assert not h.get_structured_replies_negotiated()
with open(sys.argv[2], "rb") as f:
    for offset in (0, 3 << 20, (20 << 20) + 100):
        f.seek(offset)
        assert h.pread(100000, offset) == f.read(100000)
h.shutdown()
`;
  // Debian's binding belongs to Debian's Python, whatever else is in the path.
  await run("/usr/bin/python3", "-c", script, server.uri, raw);
});

test("qemu-io writes, zeroes and discards on a copy-on-write export; the disk stays as it was", async () => {
  const before = await readFile(qcow2);
  const expected = path("expected.raw");
  await run("cp", "--sparse=always", raw, expected);
  const commands = [
    "write -P 0x55 1000k 300k",
    "write -P 0x66 41M 1M",
    "write -z 42M 3M",
    "write -z -u 3100k 77k",
    "writev -P 0x77 512 1024 64k",
    "aio_write -P 0x11 50M 4k",
    "aio_write -P 0x12 51204k 4k",
    "aio_write -P 0x13 51208k 60k",
    "aio_flush",
    "write -f -P 0x88 100663296 512",
    "flush",
    "read -P 0x55 1000k 300k",
  ].flatMap((command) => ["-c", command]);
  await using server = await serve({ writesFolder: folder });
  await run("qemu-io", "-f", "raw", ...commands, expected);
  await run("qemu-io", "-f", "raw", ...commands, server.uri);
  // What another client sees is what the first one wrote.
  assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "raw", expected, server.uri), /identical/);
  await run("qemu-io", "-f", "raw", "-d", "unmap", "-c", "discard 40M 1M", "-c", "read -P 0 40M 1M", server.uri);
  assert.ok(before.equals(await readFile(qcow2)));
});

test("a file system is made, filled and checked on a copy-on-write export", async () => {
  await using server = await serve({ writesFolder: folder });
  const image = path("filesystem.raw");
  await using file = await open(image, "w");
  await file.truncate(DISK_BYTES);
  await run("mkfs.ext4", "-q", "-F", "-d", "packages/disk/src/nbd", image);
  await run("nbdcopy", image, server.uri);
  const back = path("back.raw");
  await run("nbdcopy", server.uri, back);
  await run("e2fsck", "-f", "-n", back);
  assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "raw", image, back), /identical/);
});

test("with a certificate nobody gets anything without TLS, and everything with it", async () => {
  const certificates = path("tls");
  await mkdir(certificates);
  const inside = (name: string): string => join(certificates, name);
  const certify = (name: string, subject: string, ...more: readonly string[]): Promise<string> => {
    const files = ["-keyout", inside(`${name}-key.pem`), "-out", inside(`${name}-cert.pem`)];
    return run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject, ...files, ...more);
  };
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
  await certify("ca", "/CN=authority");
  await certify("server", "/CN=localhost", ...names, "-CA", inside("ca-cert.pem"), "-CAkey", inside("ca-key.pem"));
  const tls = { cert: await readFile(inside("server-cert.pem"), "utf8"), key: await readFile(inside("server-key.pem"), "utf8") };
  await using server = await serve({ listen: { host: "127.0.0.1", port: 0 }, exportName: "", tls });
  assert.match(server.uri, /^nbds:/);
  await assert.rejects(run("nbdinfo", "--size", server.uri.replace("nbds:", "nbd:")), /TLS|tls/);
  assert.equal((await run("nbdinfo", "--size", `${server.uri}?tls-certificates=${certificates}`)).trim(), String(DISK_BYTES));
  const copy = path("tls.raw");
  await run("nbdcopy", `${server.uri}?tls-certificates=${certificates}`, copy);
  assert.match(await run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw, copy), /identical/);
  const port = new URL(server.uri.replace("nbds:", "http:")).port;
  const credentials = `tls-creds-x509,id=tls0,dir=${certificates},endpoint=client,verify-peer=on`;
  const images = [`driver=raw,file.driver=file,file.filename=${raw}`, `driver=nbd,host=127.0.0.1,port=${port},tls-creds=tls0`];
  const compared = await run("qemu-img", "compare", "--object", credentials, "--image-opts", ...images);
  assert.match(compared, /identical/);
});
