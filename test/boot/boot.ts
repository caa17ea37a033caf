/**
 * `npm run test:boot`: a real Debian disk goes through the service and still boots.
 *
 * Builds the disk (cached), converts it to qcow2, imports it, exports it, compares both with qemu-img, and starts the export
 * under software emulation until the serial console asks for a login.
 * Needs Debian, root, and the packages qemu-utils and qemu-system-x86.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TintypeProcess } from "../system/tintype-process.ts";
import { bootToLogin } from "./boot-to-login.ts";

const folder = await mkdtemp(join(tmpdir(), "tintype-boot-"));
const server = await TintypeProcess.prepare(join(folder, "data"));
try {
  const raw = execFileSync("test/fixtures/build-debian-disk.sh", { encoding: "utf8" }).trim();
  const source = join(folder, "debian.qcow2");
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, source]);
  await server.start();

  const name = ["--name", "debian-12", "--os-version", "Debian GNU/Linux 12.0.0 64bit", "--min-disk", "40"];
  const imported = await server.run("image", "import", source, ...name, "--json");
  assert.equal(imported.code, 0, imported.stderr);
  // The last line of the output is the image.
  const image = JSON.parse(imported.stdout.trim().split("\n").at(-1) ?? "") as { id: string; status: string };
  assert.equal(image.status, "active");

  const copy = join(folder, "copy.qcow2");
  const exported = await server.run("image", "export", image.id, "--format", "qcow2", "--output", copy);
  assert.equal(exported.code, 0, exported.stderr);
  console.log(execFileSync("qemu-img", ["compare", "-f", "raw", "-F", "qcow2", raw, copy], { encoding: "utf8" }).trim());
  await bootToLogin(`file=${copy},format=qcow2,if=virtio`, "-snapshot");
  console.log("\nThe exported disk boots to its login prompt.");
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
