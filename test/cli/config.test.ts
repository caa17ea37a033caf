import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runTintype } from "../system/tintype-process.ts";

const folder = await mkdtemp(join(tmpdir(), "tintype-cli-config-"));
after(() => rm(folder, { recursive: true }));

/** A machine where nothing is set up. */
const bare = { PATH: process.env["PATH"], HOME: folder, TINTYPE_DATA_DIR: join(folder, "data") };

test("config show prints every setting and where it came from", async () => {
  const { code, stdout } = await runTintype(["config", "show", "--obs-port", "7"], { ...bare, TINTYPE_HTTP_PORT: "8" });
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.includes("http.port\t8\tenvironment TINTYPE_HTTP_PORT"));
  assert.ok(lines.includes("obs.port\t7\tflag --obs-port"));
  assert.ok(lines.includes("region\tlocal-1\tdefault"));
});

test("config show --json prints the settings as they are merged", async () => {
  const { stdout } = await runTintype(["config", "show", "--json"], bare);
  const { config, origins } = JSON.parse(stdout) as { config: { http: { port: number } }; origins: Record<string, unknown> };
  assert.equal(config.http.port, 9292);
  assert.deepEqual(origins["http.port"], { source: "default" });
});

test("a setting that does not exist is wrong usage, for config show and serve alike", async () => {
  for (const command of [["config", "show"], ["serve"]]) {
    const { code, stderr } = await runTintype([...command, "--http-prt", "1"], bare);
    assert.match(stderr, /no flag --http-prt: the nearest known one is --http-port/);
    assert.equal(code, 64);
  }
});

test("without a server and a user the three ways to name them are told", async () => {
  const { code, stderr, stdout } = await runTintype(["image", "list"], bare);
  assert.match(stderr, /^Error: No server and user are known\. .*three ways: with flags .* with variables .* or run this where/);
  assert.equal(stdout, "");
  assert.equal(code, 64);
});

test("a server that is not there is one sentence that says how to start it", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo; // a TCP server has an address object
  listener.close();
  const args = ["image", "list", "--endpoint", `http://127.0.0.1:${port}`, "--access-key", "A", "--secret-key", "S"];
  const { code, stderr } = await runTintype(args, bare);
  assert.match(
    stderr,
    /^Error: http:\/\/127\.0\.0\.1:\d+ refuses connections: nothing listens there\. Start the server with "tintype serve"/,
  );
  assert.equal(stderr.trimEnd().split("\n").length, 1);
  assert.equal(code, 1);
});

test("a cloud that clouds.yaml does not have, and a file that is no YAML, are named", async () => {
  const missing = await runTintype(["image", "list", "--cloud", "x"], bare);
  assert.match(missing.stderr, /looked up in clouds\.yaml, and there is none/);
  await mkdir(join(folder, ".config", "openstack"), { recursive: true });
  const path = join(folder, ".config", "openstack", "clouds.yaml");
  await writeFile(path, "clouds:\n  a:\n    auth: {}\n");
  const unknown = await runTintype(["image", "list"], { ...bare, OS_CLOUD: "x" });
  assert.match(unknown.stderr, /clouds\.yaml has no cloud "x"/);
  await writeFile(path, "clouds: [");
  const broken = await runTintype(["image", "list"], { ...bare, OS_CLOUD: "x" });
  assert.match(broken.stderr, /clouds\.yaml is not YAML/);
  assert.deepEqual([missing.code, unknown.code, broken.code], [64, 64, 64]);
});
