import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, test } from "node:test";
import { Buckets } from "@tintype/client/buckets.ts";
import { buildIso } from "@tintype/disk/iso/testing/build-iso.ts";
import { buildOvf, buildTar } from "@tintype/disk/ova/testing/build-ova.ts";
import type { BuiltMember } from "@tintype/disk/ova/testing/build-ova.ts";
import { localSession, readLocalCredentials } from "../system/local-session.ts";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";
import { startStallingProxy } from "./stalling-proxy.ts";

const MIB = 1024 * 1024;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

interface ImageJson {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly minDiskGiB: number;
  readonly osVersion: string;
  readonly origin: string;
  readonly description: string;
}

/** What `image import` prints as JSON. */
interface Made extends ImageJson {
  readonly warnings: readonly { readonly name: string; readonly imageId: string; readonly message: string }[];
  readonly dataImages: readonly ImageJson[];
}

let folder: string;
let server: TintypeProcess;
let disk: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-images-"));
  disk = await writeQcow2("web server (v1).qcow2", 20 * MIB);
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A sparse disk of 1.5 GiB that begins with so many random bytes. */
async function writeDisk(name: string, dataBytes: number): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, "w");
  await file.truncate(1536 * MIB);
  for (let offset = 0; offset < dataBytes; offset += 4 * MIB) {
    await file.write(randomBytes(4 * MIB), 0, 4 * MIB, offset);
  }
  return path;
}

/** A qcow2 of such a disk, so that an upload is as long as the data. */
async function writeQcow2(name: string, dataBytes: number): Promise<string> {
  const raw = await writeDisk(`${name}.raw`, dataBytes);
  const path = join(folder, name);
  assertOk(await runTintype(["disk", "convert", raw, path, "-O", "qcow2"]));
  return path;
}

function assertOk(result: CommandResult): void {
  assert.equal(result.code, 0, result.stderr);
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

async function importImage(file: string, ...flags: readonly string[]): Promise<ImageJson> {
  const result = await server.run("image", "import", file, "--json", ...flags);
  assertOk(result);
  return JSON.parse(lastLine(result.stdout)) as ImageJson; // the shape that docs/cli.md promises
}

/** The object that an image was made from, if the bucket still has it. */
async function uploadOf(image: ImageJson): Promise<object | undefined> {
  const [bucket, key] = image.origin.replace(/^file,/, "").split(":");
  return new Buckets(await localSession(join(folder, "data"))).head({ bucket: bucket ?? "", key: key ?? "" });
}

test("an import ends with an active image, one JSON line on stdout, progress on stderr, and no upload left", async () => {
  const result = await server.run(
    "image",
    "import",
    disk,
    "--name",
    "web",
    "--os-version",
    "Debian GNU/Linux 12.0.0 64bit",
    "--min-disk",
    "40",
    "--description",
    "d",
    "--json",
  );
  assertOk(result);
  assert.equal(result.stdout.trimEnd().split("\n").length, 1);
  const image = JSON.parse(result.stdout) as ImageJson;
  assert.deepEqual([image.name, image.status, image.minDiskGiB, image.description], ["web", "active", 40, "d"]);
  assert.match(image.id, /^[0-9a-f-]{36}$/);
  assert.match(result.stderr, /100\.0 % +20\.3 MiB of +20\.3 MiB .* upload\n/);
  assert.equal(await uploadOf(image), undefined);
});

test("what is not given is found out: the name from the file's, the size from the disk, nothing asked", async () => {
  const image = await importImage(disk, "--keep-upload", "--progress", "none");
  assert.deepEqual([image.name, image.minDiskGiB], ["web server -v1-", 2]);
  assert.ok(await uploadOf(image));
  await server.run("image", "delete", image.id);
});

test("list, show and delete find images by id and by name", async () => {
  const image = await importImage(disk, "--name", "findable");
  const list = await server.run("image", "list", "--json");
  const images = JSON.parse(list.stdout) as ImageJson[];
  assert.ok(images.some(({ id, status }) => id === image.id && status === "active"));
  const lines = (await server.run("image", "list", "--name", "findable")).stdout.trimEnd().split("\n");
  assert.equal(lines.length, 1);
  assert.deepEqual(lines[0]?.split("\t").slice(0, 3), [image.id, "findable", "active"]);
  for (const name of [image.id, "findable"]) {
    const shown = await server.run("image", "show", name, "--json");
    assert.equal((JSON.parse(shown.stdout) as ImageJson).id, image.id);
  }
  assert.match((await server.run("image", "show", image.id)).stdout, /^id\t.*\nname\tfindable\nstatus\tactive\n/);
  const deleted = await server.run("image", "delete", "findable");
  assertOk(deleted);
  assert.equal(deleted.stdout, `${image.id}\n`);
  for (const verb of ["show", "delete"]) {
    const gone = await server.run("image", verb, image.id);
    assert.match(gone.stderr, /^Error: There is no image/);
    assert.equal(gone.code, 3);
  }
});

test("an image comes out as it went in, through a bucket that is empty afterwards", async () => {
  const image = await importImage(disk, "--name", "round trip");
  await mkdir(join(folder, "out"));
  const output = join(folder, "out", "copy.qcow2");
  const exported = await server.run("image", "export", image.id, "--format", "qcow2", "--output", output, "--json");
  assertOk(exported);
  assert.deepEqual(Object.keys(JSON.parse(exported.stdout) as object), ["file", "format", "fileSizeBytes", "imageId"]);
  assertOk(await runTintype(["disk", "compare", disk, output]));
  assert.deepEqual(await readdir(join(folder, "out")), ["copy.qcow2"]);
  const jobs = JSON.parse((await server.run("job", "list", "--json")).stdout) as { subjectId: string; input?: unknown }[];
  assert.ok(jobs.some(({ subjectId }) => subjectId === image.id));
});

test("an image comes out as ZVHD2 too, which is the fast export", async () => {
  const output = join(folder, "out", "copy.zvhd2");
  assertOk(await server.run("image", "export", "round trip", "--format", "zvhd2", "--output", output));
  assertOk(await runTintype(["disk", "compare", disk, output]));
  await rm(output);
});

test("an export to a place that cannot be written fails before any work", async () => {
  const before = (await server.run("job", "list")).stdout;
  const missing = await server.run("image", "export", "round trip", "--format", "qcow2", "--output", join(folder, "nowhere", "x"));
  assert.equal(missing.code, 3);
  const isFolder = await server.run("image", "export", "round trip", "--format", "qcow2", "--output", folder);
  assert.equal(isFolder.code, 64);
  assert.equal((await server.run("job", "list")).stdout, before);
});

test("a format that no export writes is refused by its flag before the server is asked", async () => {
  const output = ["--output", join(folder, "x")];
  const result = await runTintype(["image", "export", "round trip", "--format", "vhdx", ...output], {
    ...server.env,
    TINTYPE_ENDPOINT: "http://127.0.0.1:1",
  });
  assert.equal(result.code, 64);
  assert.match(result.stderr, /^Error: Expected "vhdx" to be one of \(qcow2\|vmdk\|vhd\|zvhd\|zvhd2\)/);
});

test("jobs can be listed, watched after their end, and not cancelled then", async () => {
  const detached = await server.run("image", "import", disk, "--name", "detached", "--detach", "--json");
  assertOk(detached);
  const { jobId } = JSON.parse(detached.stdout) as { jobId: string };
  const watched = await server.run("job", "watch", jobId, "--json");
  assertOk(watched);
  assert.equal((JSON.parse(watched.stdout) as { status: string }).status, "succeeded");
  const line = (await server.run("job", "list")).stdout.split("\n").find((text) => text.startsWith(jobId));
  assert.equal(line?.split("\t")[2], "succeeded");
  const cancelled = await server.run("job", "cancel", jobId);
  assert.equal(cancelled.code, 1);
  assert.match(cancelled.stderr, /^Error: The job succeeded before it could be cancelled\.\n$/);
  assert.equal((await server.run("job", "watch", "0".repeat(32))).code, 3);
});

test("R-085: with --delete-source the server deletes the upload itself, also when nobody waits, and the file here stays", async () => {
  const command = ["image", "import", disk, "--name", "tidy", "--bucket", "tidied-up-1", "--delete-source"];
  assert.equal((await server.run(...command, "--keep-upload")).code, 64);
  const detached = await server.run(...command, "--detach", "--json");
  assertOk(detached);
  const { jobId, object } = JSON.parse(detached.stdout) as { jobId: string; object: { bucket: string; key: string } };
  assertOk(await server.run("job", "watch", jobId));
  const buckets = new Buckets(await localSession(join(folder, "data")));
  assert.equal(object.bucket, "tidied-up-1");
  assert.equal(await buckets.head(object), undefined);
  assert.ok((await stat(disk)).size > 0);
});

test("what the server says of an image is told at its end, and is part of the JSON", async () => {
  const people = await server.run("image", "import", disk, "--name", "warned", "--os-version", "Debian 99");
  assertOk(people);
  assert.match(people.stderr, /^Warning: "Debian 99" is not in the list of supported systems\..*Other_Linux/m);
  assert.doesNotMatch(people.stdout, /Warning/);
  const machine = await server.run("image", "import", disk, "--name", "warned too", "--os-version", "Debian 99", "--json");
  assertOk(machine);
  const { id, warnings, dataImages } = JSON.parse(machine.stdout) as Made;
  assert.ok(warnings.some(({ name, imageId, message }) => name === "osNotListed" && imageId === id && /Debian 99/.test(message)));
  assert.deepEqual(dataImages, []);
});

test("an appliance becomes an image for each of its disks, and all of them are told", async () => {
  const path = join(folder, "machine.ova");
  assertOk(await runTintype(["disk", "convert", disk, path, "-O", "ova"]));
  const one = await server.run("image", "import", path, "--json");
  assertOk(one);
  const image = JSON.parse(one.stdout) as Made;
  assert.deepEqual([image.name, image.status, image.dataImages.length], ["machine", "active", 0]);
  const copy = join(folder, "of-ova.qcow2");
  assertOk(await server.run("image", "export", image.id, "--format", "qcow2", "--output", copy));
  assertOk(await runTintype(["disk", "compare", disk, copy]));

  const two = join(folder, "two disks.ova");
  const members: BuiltMember[] = [];
  for (const name of ["a.vmdk", "b.vmdk"]) {
    const file = join(folder, name);
    assertOk(await runTintype(["disk", "convert", disk, file, "-O", "vmdk", "--subformat", "streamOptimized"]));
    members.push({ name, content: await readFile(file) });
  }
  await writeFile(two, buildTar([{ name: "vm.ovf", content: buildOvf(members.map(({ name }) => ({ href: name }))) }, ...members]));
  const several = await server.run("image", "import", two, "--name", "pair", "--json");
  assertOk(several);
  const pair = JSON.parse(several.stdout) as Made;
  assert.deepEqual([pair.name, ...pair.dataImages.map(({ name, status }) => `${name} ${status}`)], ["pair", "pair-data1 active"]);
  assert.match(several.stderr, /is an appliance of 2 disks/);
  assert.match(several.stderr, /^Warning: pair-data1: /m);
});

test("an installer disc becomes an ISO image, and says before a byte is sent that its system must be named", async () => {
  const path = join(folder, "installer 1.2.iso");
  await writeFile(path, buildIso({ volumeId: "DISC" }));
  const unnamed = await server.run("image", "import", path, "--bucket", "never-made-3");
  assert.equal(unnamed.code, 64);
  assert.match(unnamed.stderr, /installer disc.*--os-version/);
  const result = await server.run("image", "import", path, "--os-version", "CentOS 7.9 64bit", "--json");
  assertOk(result);
  const image = JSON.parse(result.stdout) as Made & { readonly diskFormat: string };
  assert.deepEqual([image.name, image.status, image.diskFormat], ["installer 1.2", "active", "iso"]);
});

test("a file that no format is recognised in is said to be taken as raw, unless its name says so", async () => {
  const path = join(folder, "small.txt");
  await writeFile(path, "abc");
  const taken = await server.run("image", "import", path);
  assertOk(taken);
  assert.match(taken.stderr, /^Note: No disk format was recognised in .*small\.txt: it is taken as a raw disk\.$/m);
  const plain = join(folder, "plain.raw");
  await writeFile(plain, Buffer.alloc(MIB, 1));
  const named = await server.run("image", "import", plain);
  assertOk(named);
  assert.doesNotMatch(named.stderr, /recognised/);
});

test("a file that the server would refuse is refused before a byte is sent", async () => {
  const path = join(folder, "bad.qcow2");
  await writeFile(path, Buffer.concat([Buffer.from("QFI\xfb", "latin1"), Buffer.alloc(4096, 9)]));
  const refused = await server.run("image", "import", path, "--bucket", "never-made-1");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^Error: .*bad\.qcow2: /);
  const small = await server.run("image", "import", disk, "--min-disk", "1", "--bucket", "never-made-1");
  assert.equal(small.code, 64);
  assert.match(small.stderr, /does not fit on 1 GiB: give --min-disk 2 or more/);
  const session = await localSession(join(folder, "data"));
  await assert.rejects(session.text({ to: "buckets", method: "GET", path: "/never-made-1" }), { status: 404 });
});

test("an interrupted upload says that it is kept, and the same command goes on from there", async () => {
  const path = await writeQcow2("interrupted.qcow2", 96 * MIB);
  const { obsEndpoint } = await readLocalCredentials(join(folder, "data"));
  await using proxy = await startStallingProxy(new URL(obsEndpoint), { way: "up", afterBytes: 80 * MIB });
  const env = { ...server.env, TINTYPE_OBS_ENDPOINT: proxy.url };
  const child = spawn(process.execPath, [launcher, "image", "import", path, "--name", "interrupted"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await proxy.stalled;
  await somePartArrived();
  child.kill("SIGINT");
  await once(child, "close");
  assert.equal(child.exitCode, 2);
  assert.match(lastLine(stderr), /^Cancelled\. What was sent is kept in bucket .*: the same command goes on from there\.$/);

  const second = await server.run("image", "import", path, "--name", "interrupted", "--json", "--progress", "json");
  assertOk(second);
  const upload = second.stderr.split("\n").findLast((line) => line.includes('"upload"'));
  assert.ok((JSON.parse(upload ?? "") as { reusedBytes: number }).reusedBytes >= 16 * MIB);
  assert.equal((JSON.parse(second.stdout) as ImageJson).status, "active");
  const copy = join(folder, "interrupted.copy.qcow2");
  assertOk(await server.run("image", "export", "interrupted", "--format", "qcow2", "--output", copy));
  assertOk(await runTintype(["disk", "compare", path, copy]));
});

test("an interrupted download says that it is kept, and the same command goes on from there without a second export", async () => {
  const { obsEndpoint } = await readLocalCredentials(join(folder, "data"));
  await using proxy = await startStallingProxy(new URL(obsEndpoint), { way: "down", afterBytes: 8 * MIB });
  await mkdir(join(folder, "down"));
  const output = join(folder, "down", "copy.qcow2");
  const args = ["image", "export", "round trip", "--format", "qcow2", "--output", output];
  const env = { ...server.env, TINTYPE_OBS_ENDPOINT: proxy.url };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await proxy.stalled;
  await somethingWasWritten(join(folder, "down"));
  child.kill("SIGINT");
  await once(child, "close");
  assert.equal(child.exitCode, 2);
  assert.match(lastLine(stderr), /^Cancelled\. What was fetched is kept beside .*: the same command goes on from there\.$/);

  const before = (await server.run("job", "list")).stdout;
  const second = await server.run(...args, "--progress", "json");
  assertOk(second);
  const download = second.stderr.split("\n").findLast((line) => line.includes('"download"'));
  assert.ok((JSON.parse(download ?? "") as { reusedBytes: number }).reusedBytes > 0);
  assert.equal((await server.run("job", "list")).stdout, before);
  assertOk(await runTintype(["disk", "compare", disk, output]));
  assert.deepEqual(await readdir(join(folder, "down")), ["copy.qcow2"]);
});

async function somethingWasWritten(place: string): Promise<void> {
  for (;;) {
    const [name] = await readdir(place);
    if (name !== undefined && (await stat(join(place, name))).size > 0) {
      return;
    }
    await delay(20);
  }
}

/** Waits until the server has at least one whole part of the one upload that is under way. */
async function somePartArrived(): Promise<void> {
  const session = await localSession(join(folder, "data"));
  const bucket = `tintype-${await session.projectId()}`;
  for (;;) {
    const xml = await session.text({ to: "buckets", method: "GET", path: `/${bucket}`, query: { uploads: "" } });
    const [key, uploadId] = [/<Key>(.*?)<\/Key>/.exec(xml)?.[1], /<UploadId>(.*?)<\/UploadId>/.exec(xml)?.[1]];
    if (key !== undefined && uploadId !== undefined && (await new Buckets(session).parts({ bucket, key, uploadId })).length > 0) {
      return;
    }
    await delay(20);
  }
}

test("users come from OS_*, from clouds.yaml and from access keys alike; wrong ones are exit code 4", async () => {
  const credentials = await readLocalCredentials(join(folder, "data"));
  // The file's other fields, as the first start writes them.
  const { username, password, projectName, domainName } = credentials as unknown as Record<string, string>;
  const bare = { PATH: process.env["PATH"], HOME: join(folder, "home"), TINTYPE_DATA_DIR: join(folder, "elsewhere") };
  const list = (env: NodeJS.ProcessEnv): Promise<CommandResult> => runTintype(["image", "list", "--json"], { ...bare, ...env });
  const byPassword = {
    OS_AUTH_URL: credentials.authUrl,
    OS_USERNAME: username,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: projectName,
    OS_USER_DOMAIN_NAME: domainName,
  };
  const byKey = {
    TINTYPE_ENDPOINT: server.endpoint,
    HUAWEICLOUD_ACCESS_KEY: credentials.accessKey,
    HUAWEICLOUD_SECRET_KEY: credentials.secretKey,
  };
  await mkdir(join(folder, "home", ".config", "openstack"), { recursive: true });
  await writeFile(
    join(folder, "home", ".config", "openstack", "clouds.yaml"),
    `clouds:\n  here:\n    auth:\n      auth_url: ${credentials.authUrl}\n      username: ${username}\n      password: "${password}"\n      project_name: ${projectName}\n      user_domain_name: ${domainName}\n`,
  );
  const expected = (await server.run("image", "list", "--json")).stdout;
  for (const env of [byPassword, byKey, { ...byKey, OS_PROJECT_NAME: projectName }, { OS_CLOUD: "here" }]) {
    const result = await list(env);
    assertOk(result);
    assert.equal(result.stdout, expected);
  }
  for (const env of [
    { ...byPassword, OS_PASSWORD: "wrong" },
    { ...byKey, HUAWEICLOUD_SECRET_KEY: "wrong" },
  ]) {
    const result = await list(env);
    assert.match(result.stderr, /^Error: [^\n]+\n$/);
    assert.equal(result.code, 4);
  }
});

test("--show-curl shows the requests and no secret", async () => {
  const { secretKey, accessKey } = await readLocalCredentials(join(folder, "data"));
  const { stderr, code } = await server.run("image", "list", "--show-curl");
  assert.equal(code, 0);
  assert.match(stderr, /^curl -X GET -H 'x-auth-token: \$TOKEN' 'http:\/\/127\.0\.0\.1:\d+\/v2\/cloudimages\?limit=500'\n$/);
  assert.ok(!stderr.includes(secretKey) && !stderr.includes(accessKey));
});
