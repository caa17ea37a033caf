/**
 * `npm run test:boot`: a real Debian disk goes through the service and still boots.
 *
 * Builds the disk (cached), converts it to qcow2, imports it, exports it, compares both with qemu-img, and starts the export
 * under software emulation until the serial console asks for a login.
 * Needs Debian, root, and the packages qemu-utils and qemu-system-x86.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TintypeProcess } from "../system/tintype-process.ts";

const bootLimitMs = 15 * 60 * 1000;

/** Starts a virtual machine from the disk and resolves when its console asks for a login. */
async function bootsToLogin(disk: string): Promise<void> {
  const machine = spawn(
    "qemu-system-x86_64",
    ["-accel", "tcg", "-m", "1024", "-smp", "2", "-display", "none", "-serial", "stdio", "-snapshot", "-no-reboot"].concat([
      "-drive",
      `file=${disk},format=qcow2,if=virtio`,
    ]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const limit = setTimeout(() => reject(new Error("The guest did not reach the login prompt in time")), bootLimitMs);
  let console = "";
  machine.stdout.on("data", (text: Buffer) => {
    console = `${console}${text.toString()}`.slice(-4000);
    process.stdout.write(text);
    if (/ login: /.test(console)) {
      resolve();
    }
  });
  machine.once("error", reject);
  machine.once("exit", (code) => reject(new Error(`The virtual machine ended with ${code} before the login prompt`)));
  try {
    await promise;
  } finally {
    clearTimeout(limit);
    machine.kill("SIGKILL");
  }
}

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
  await bootsToLogin(copy);
  console.log("\nThe exported disk boots to its login prompt.");
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
