import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { OsList, OsListsReport } from "@tintype/contract/api/os-lists.ts";
import { TintypeProcess, runTintype } from "../system/tintype-process.ts";

let folder: string;
let lists: string;
let server: TintypeProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-os-"));
  lists = join(folder, "lists");
  await mkdir(lists);
  await writeFile(join(folder, "disk.raw"), Buffer.alloc(1024 * 1024, "content "));
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_OS_LISTS_DIR: lists });
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const uefi = (version: number): string =>
  JSON.stringify({ use: "uefi", title: "t", version, date: "2026-01-31", source: "s", systems: [{ family: "CentOS", versions: ["7.6"] }] });

test("the lists are named, one is shown with its systems, and the one for a flavor is found", async () => {
  const all = await server.run("os", "list");
  assert.equal(all.code, 0, all.stderr);
  assert.ok(all.stdout.includes("flavors-6-5\tflavors\t1\t2020-08-18\tshipped\tkc1,km1\n"));
  const one = await server.run("os", "list", "flavors-6-4");
  assert.match(one.stdout, /^EulerOS\t2\.2, 2\.3\t\t3\.10\.0-327\.62\.59\.83\.h128, /m);
  const [found] = JSON.parse((await server.run("os", "list", "--flavor", "c6.large.2", "--json")).stdout) as readonly OsList[];
  assert.equal(found?.name, "flavors-6-2");
  assert.equal((await server.run("os", "list", "nothing")).code, 3);
});

test("R-236: files are checked before they count, then they do, and a bad one is refused with the reason", async () => {
  await writeFile(join(lists, "uefi.json"), uefi(2));
  const checked = await server.run("os", "check");
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /^uefi\t2\t2026-01-31\treplaced$/m);
  assert.match((await server.run("os", "list")).stdout, /^uefi\tuefi\t1\t/m);
  assert.equal((await server.run("os", "reload")).code, 0);
  assert.match((await server.run("os", "list")).stdout, /^uefi\tuefi\t2\t2026-01-31\toperator/m);

  await writeFile(join(lists, "uefi.json"), "{");
  const refused = await server.run("os", "reload");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /uefi: it is not JSON/);
  assert.match((await server.run("os", "list")).stdout, /^uefi\tuefi\t2\t/m);

  await writeFile(join(lists, "uefi.json"), uefi(1));
  const older = await server.run("os", "reload", "--json");
  assert.match((JSON.parse(older.stdout) as OsListsReport).warnings[0] ?? "", /version 1 takes the place of version 2/);
});

test("an image is explained with what the lists say of its system, and of machines of a flavor", async () => {
  const imported = await server.run(
    "image",
    "import",
    join(folder, "disk.raw"),
    "--name",
    "web",
    "--os-version",
    "Ubuntu 22.04 server 64bit",
  );
  assert.equal(imported.code, 0, imported.stderr);
  const plain = await server.run("image", "explain", "web");
  assert.equal(plain.stderr, "");
  const fitting = await server.run("image", "explain", "web", "--flavor", "s6.large.2");
  assert.match(fitting.stdout, /^machine s6\.large\.2\tyes/m);
  assert.match(fitting.stderr, /^Note: Ubuntu 22\.04 server 64bit is not in the list of systems for flavors of the family s6/);
  const other = await server.run("image", "explain", "web", "--flavor", "kc1.large.2");
  assert.match(other.stdout, /^machine kc1\.large\.2\tno\tapi\.flavorArchitecture\t/m);
});

test("R-236: a service whose folder of lists is not there, or holds a bad file, does not start, and says why", async () => {
  const start = async (dir: string) =>
    await runTintype(
      ["serve", "--os-lists-dir", dir, "--data-dir", join(folder, "other"), "--http-port", "0", "--obs-port", "0"],
      process.env,
    );
  const missing = await start(join(folder, "missing"));
  assert.notEqual(missing.code, 0);
  assert.match(missing.stdout + missing.stderr, /missing: it is not there/);
  await mkdir(join(folder, "bad"));
  await writeFile(join(folder, "bad", "own.json"), "[]");
  assert.match((await start(join(folder, "bad"))).stderr, /own: \\?"use\\?" must be one of/);
});
