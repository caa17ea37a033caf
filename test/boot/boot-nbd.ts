/**
 * `npm run test:boot:nbd`: a real Debian disk boots from the server while hardly any of it is read.
 *
 * Builds the disk (cached), imports it, lends it by `tintype image serve --writable`, starts a machine from that under software emulation
 * until the serial console asks for a login, and prints how much of the disk's data was read by then. Fails above the budget.
 * Needs Debian, root, and the packages qemu-utils and qemu-system-x86.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isZero } from "@tintype/disk/core/is-zero.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { TintypeProcess } from "../system/tintype-process.ts";
import { bootToLogin } from "./boot-to-login.ts";

const MIB = 1024 * 1024;
const PAGE_BYTES = 4096;
/** Largest share of the disk's data that is read, and that is fetched for it, before the login prompt. */
const budget = 0.15;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

/** Bytes of the pages that are not all zeros. */
async function dataBytesOf(path: string): Promise<number> {
  await using disk = await openRaw(await openLocalFile(path));
  let dataBytes = 0;
  for await (const { offset, length, kind } of disk.extents()) {
    const end = kind === "data" ? offset + length : offset;
    for (let at = offset; at < end; at += MIB) {
      const bytes = await disk.read(at, Math.min(MIB, end - at));
      for (let page = 0; page < bytes.length; page += PAGE_BYTES) {
        const part = bytes.subarray(page, page + PAGE_BYTES);
        dataBytes += isZero(part) ? 0 : part.length;
      }
    }
  }
  return dataBytes;
}

/** Lends an image while `work` runs with its address; answers what was read of it and what was fetched for that. */
async function whileServed(
  imageId: string,
  env: NodeJS.ProcessEnv,
  work: (uri: string) => Promise<void>,
): Promise<{ readonly readBytes: number; readonly fetchedBytes: number }> {
  const child = spawn(process.execPath, [launcher, "image", "serve", imageId, "--writable", "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    assert.ok(done !== true, "the image is not served");
    return JSON.parse(value) as Record<string, unknown>;
  };
  try {
    await work(String((await nextLine())["uri"]));
    child.kill("SIGINT");
    const { readBytes, fetchedBytes } = await nextLine();
    return { readBytes: Number(readBytes), fetchedBytes: Number(fetchedBytes) };
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

function toMiB(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

const folder = await mkdtemp(join(tmpdir(), "tintype-boot-nbd-"));
const server = await TintypeProcess.prepare(join(folder, "data"));
try {
  const raw = execFileSync("test/fixtures/build-debian-disk.sh", { encoding: "utf8" }).trim();
  const dataBytes = await dataBytesOf(raw);
  const source = join(folder, "debian.qcow2");
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, source]);
  await server.start();
  const imported = await server.run("image", "import", source, "--name", "debian", "--json");
  assert.equal(imported.code, 0, imported.stderr);
  await rm(source);
  // The last line of the output is the image.
  const image = JSON.parse(imported.stdout.trim().split("\n").at(-1) ?? "") as { id: string };
  const { readBytes, fetchedBytes } = await whileServed(image.id, server.env, (uri) => bootToLogin(`file=${uri},format=raw,if=virtio`));
  const [read, fetched] = [readBytes, fetchedBytes].map((bytes) => `${toMiB(bytes)}, ${((100 * bytes) / dataBytes).toFixed(1)} %`);
  console.log(`\nThe disk boots to its login prompt from NBD. Of ${toMiB(dataBytes)} of data it read ${read}; fetched were ${fetched}.`);
  assert.ok(fetchedBytes < budget * dataBytes && readBytes < budget * dataBytes, `more than ${100 * budget} % of the data`);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
