import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Images } from "@tintype/client/images.ts";
import { localSession } from "./local-session.ts";
import { runTintype, TintypeProcess } from "./tintype-process.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-start-"));
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Settings of a server that is not meant to come up. */
const env = (variables: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  TINTYPE_HTTP_PORT: "0",
  TINTYPE_OBS_PORT: "0",
  TINTYPE_DATA_DIR: join(folder, "unused"),
  ...variables,
});

test("the first start shows the administrator once, keeps it for the owner alone, and later starts say nothing of it", async () => {
  const dataDir = join(folder, "first");
  const server = await TintypeProcess.prepare(dataDir);
  await server.start();
  assert.match(server.stdout, /This is the first start/);
  const path = join(dataDir, "credentials.json");
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(join(dataDir, "catalog.sqlite"))).mode & 0o777, 0o600);
  const { password } = JSON.parse(await readFile(path, "utf8")) as { password: string };
  assert.ok(server.stdout.includes(password));
  assert.deepEqual(await Array.fromAsync(new Images(await localSession(dataDir)).list()), []);
  assert.equal(await server.stop(), 0);
  await server.start();
  assert.ok(!server.stdout.includes(password));
  assert.ok(!server.stderr.includes(password));
  assert.deepEqual(await Array.fromAsync(new Images(await localSession(dataDir)).list()), []);
  assert.equal(await server.stop("SIGINT"), 0);
});

test("a port that is taken ends the start with one sentence that names it and its variable", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  // A listening TCP server has an address object.
  const { port } = other.address() as { port: number };
  for (const name of ["HTTP", "OBS"]) {
    const { code, stderr } = await runTintype(
      ["serve"],
      env({ [`TINTYPE_${name}_PORT`]: String(port), TINTYPE_DATA_DIR: join(folder, name) }),
    );
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`^Error: Port ${port} on 127\\.0\\.0\\.1 is taken.*TINTYPE_${name}_PORT\\.\\n$`));
  }
  other.close();
});

test("a data folder that cannot be written to ends the start with one sentence that says why and what to do", async () => {
  const file = join(folder, "a-file");
  await writeFile(file, "");
  const places = [
    [file, "in the way"],
    [join(file, "data"), "in the way"],
    ...(process.platform === "linux" ? [["/proc/tintype/data", "mkdir"]] : []),
  ];
  for (const [dir = "", why] of places) {
    const { stderr } = await runTintype(["serve"], env({ TINTYPE_DATA_DIR: dir }));
    assert.match(stderr, new RegExp(`^Error: The data folder ${dir} cannot be written to \\(.*${why}.*TINTYPE_DATA_DIR.*\\n$`));
  }
});

test("two servers on one data folder: the second refuses and names the first", async () => {
  const dataDir = join(folder, "shared");
  const first = await TintypeProcess.prepare(dataDir);
  await first.start();
  const { code, stderr } = await runTintype(["serve"], env({ TINTYPE_DATA_DIR: dataDir }));
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`in use by process ${first.pid}`));
  assert.equal(await first.stop(), 0);
});

test("a setting that does not exist and a bootstrap file that is broken refuse to start", async () => {
  const unknown = await runTintype(["serve"], env({ TINTYPE_HTPP_PORT: "1" }));
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /TINTYPE_HTPP_PORT.*TINTYPE_HTTP_PORT/);
  const file = join(folder, "bootstrap.json");
  await writeFile(file, '{"domain": {"id": "default"}}');
  const broken = await runTintype(["serve"], env({ TINTYPE_BOOTSTRAP_FILE: file }));
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /bootstrap\.json cannot be used: \//);
});
