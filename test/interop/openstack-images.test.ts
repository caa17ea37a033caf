/** OpenStack's own clients against a server process, by a clouds.yaml that `tintype login` wrote. Needs python3-openstackclient and qemu-utils. */
import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";

const run = promisify(execFile);
const isMissing = [["openstack"], ["qemu-img"]].some(([command = ""]) => spawnSync(command, ["--version"]).error !== undefined);
const skip = isMissing && "the openstack command or qemu-img is not installed (Debian: python3-openstackclient, qemu-utils)";

const altProject = "5978455907e252039ef62c687322244b";
const people = {
  domain: { id: "default", name: "Default" },
  projects: [
    { id: "966aaed4cfe6512089f064d6c459770b", name: "demo" },
    { id: altProject, name: "alt" },
  ],
  users: [
    // Sees the other project, so that the client can look it up by its id.
    {
      name: "demo",
      password: "secret",
      grants: [
        { project: "demo", roles: ["member"] },
        { project: "alt", roles: ["reader"] },
      ],
    },
    { name: "alt", password: "secret", grants: [{ project: "alt", roles: ["member"] }] },
  ],
};

let folder: string;
let server: TintypeProcess;
/** Variables of somebody who has nothing but the clouds. */
let env: NodeJS.ProcessEnv;
/** A raw disk of 3 MiB and a bit, and the same as QCOW2. */
let raw: string;
let qcow2: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-openstack-images-"));
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "bootstrap.json"), JSON.stringify(people));
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_BOOTSTRAP_FILE: join(folder, "bootstrap.json") });
  await server.start();
  env = { PATH: process.env["PATH"], HOME: join(folder, "home") };
  for (const name of ["demo", "alt"]) {
    const user = { TINTYPE_ENDPOINT: server.endpoint, OS_USERNAME: name, OS_PASSWORD: "secret", OS_PROJECT_NAME: name };
    const { code, stderr } = await runTintype(["login", "--clouds-yaml", "--cloud", name], { ...env, ...user });
    assert.equal(code, 0, stderr);
  }
  raw = join(folder, "disk.raw");
  await writeFile(raw, Buffer.concat([randomBytes(1024 * 1024 + 512), Buffer.alloc(1024 * 1024), randomBytes(1024 * 1024)]));
  if (!isMissing) {
    qcow2 = join(folder, "disk.qcow2");
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, qcow2]);
  }
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

type Fields = Readonly<Record<string, unknown>>;

async function openstack(cloud: string, ...args: readonly string[]): Promise<string> {
  return (await run("openstack", ["--os-cloud", cloud, ...args], { env })).stdout;
}

async function shown(cloud: string, ...args: readonly string[]): Promise<Fields> {
  // With this flag the command prints an object.
  return JSON.parse(await openstack(cloud, ...args, "-f", "json")) as Fields;
}

async function listed(cloud: string, ...args: readonly string[]): Promise<readonly Fields[]> {
  // With this flag the command prints rows.
  return JSON.parse(await openstack(cloud, ...args, "-f", "json")) as readonly Fields[];
}

async function digest(path: string, algorithm: "md5" | "sha512"): Promise<string> {
  return createHash(algorithm)
    .update(await readFile(path))
    .digest("hex");
}

/** Asks until the image is active. An import of a few MiB takes less time than a few questions. */
async function untilActive(cloud: string, id: string): Promise<Fields> {
  for (let question = 0; question < 30; question += 1) {
    const image = await shown(cloud, "image", "show", id);
    if (image["status"] === "active") {
      return image;
    }
  }
  throw new Error(`The image ${id} does not become active`);
}

test("openstack image: create from a file, show, list, set, save, and delete", { skip }, async () => {
  const made = await shown("demo", "image", "create", "cli", "--file", qcow2, "--disk-format", "qcow2", "--property", "hw_disk_bus=scsi");
  const id = String(made["id"]);
  const image = await shown("demo", "image", "show", "cli");
  assert.deepEqual([image["id"], image["status"], image["disk_format"], image["visibility"]], [id, "active", "qcow2", "shared"]);
  assert.equal(image["size"], (await readFile(qcow2)).length);
  assert.equal(image["checksum"], await digest(qcow2, "md5"));
  const properties = image["properties"] as Fields; // the command puts all that it does not know by name there
  assert.deepEqual([properties["hw_disk_bus"], properties["os_hash_value"]], ["scsi", await digest(qcow2, "sha512")]);
  assert.deepEqual(await listed("demo", "image", "list"), [{ ID: id, Name: "cli", Status: "active" }]);
  await openstack(
    "demo",
    "image",
    "set",
    id,
    "--name",
    "renamed",
    "--tag",
    "a",
    "--property",
    "os_distro=debian",
    "--min-disk",
    "5",
    "--private",
  );
  const changed = await shown("demo", "image", "show", id);
  assert.deepEqual([changed["name"], changed["tags"], changed["min_disk"], changed["visibility"]], ["renamed", ["a"], 5, "private"]);
  assert.equal((changed["properties"] as Fields)["os_distro"], "debian");
  assert.equal((await listed("demo", "image", "list", "--tag", "a", "--private", "--status", "active")).length, 1);
  const copy = join(folder, "saved.qcow2");
  await openstack("demo", "image", "save", id, "--file", copy);
  assert.ok((await readFile(copy)).equals(await readFile(qcow2)));
  await openstack("demo", "image", "set", id, "--protected");
  await assert.rejects(openstack("demo", "image", "delete", id), /protected/);
  await openstack("demo", "image", "set", id, "--unprotected");
  await openstack("demo", "image", "delete", id);
  assert.deepEqual(await listed("demo", "image", "list"), []);
});

test("openstack image: an image is shared with another project, which accepts it", { skip }, async () => {
  const { id } = await shown("demo", "image", "create", "shared", "--file", raw);
  const image = String(id);
  await openstack("demo", "image", "add", "project", image, altProject);
  assert.deepEqual(await listed("demo", "image", "member", "list", image), [
    { "Image ID": image, "Member ID": altProject, Status: "pending" },
  ]);
  assert.deepEqual(await listed("alt", "image", "list"), []);
  await openstack("alt", "image", "set", "--accept", image);
  assert.deepEqual(await listed("alt", "image", "list", "--shared"), [{ ID: image, Name: "shared", Status: "active" }]);
  const copy = join(folder, "shared.raw");
  await openstack("alt", "image", "save", image, "--file", copy);
  assert.ok((await readFile(copy)).equals(await readFile(raw)));
  await openstack("demo", "image", "remove", "project", image, altProject);
  assert.deepEqual(await listed("alt", "image", "list"), []);
  await openstack("demo", "image", "delete", image);
});

test("openstack image create --import stages the file, and a task makes it the image's", { skip }, async () => {
  const { id } = await shown("demo", "image", "create", "staged", "--import", "--file", qcow2, "--disk-format", "qcow2");
  const image = await untilActive("demo", String(id));
  assert.equal(image["checksum"], await digest(qcow2, "md5"));
  await openstack("demo", "image", "delete", String(id));
});

const sdkScript = `
import json, sys, openstack
cloud, source, copy = sys.argv[1:]
images = openstack.connect(cloud=cloud).image
image = images.create_image(name="sdk", filename=source, disk_format="raw", container_format="bare", wait=True, timeout=60, os_type="linux")
found = images.find_image("sdk")
images.download_image(found, output=copy)
images.add_tag(found, "t")
images.update_image(found, min_ram=512)
tagged = [each.name for each in images.images(tag="t")]
images.deactivate_image(found)
status = images.get_image(found.id).status
images.reactivate_image(found)
waiting = images.create_image(name="waiting", disk_format="raw", container_format="bare", validate_checksum=False, allow_duplicates=True)
# Its own call for this, import_image, does not look at the answer.
method = {"name": "web-download", "uri": "http://127.0.0.1:1/disk.raw"}
answer = images.post(f"/images/{waiting.id}/import", json={"method": method})
refused = f"{answer.status_code} {answer.json()['message']}"
state = images.get_image(waiting.id).status
for each in (waiting, image):
    images.delete_image(each.id, ignore_missing=False)
print(json.dumps({"tagged": tagged, "status": status, "refused": refused, "state": state, "left": [each.name for each in images.images()]}))
`;

test(
  "openstacksdk: an image is made, read, changed, put out of use and deleted; a private address is not fetched from",
  { skip },
  async () => {
    const copy = join(folder, "sdk.raw");
    const { stdout } = await run("/usr/bin/python3", ["-c", sdkScript, "demo", raw, copy], { env });
    // What the script prints.
    const { refused, ...rest } = JSON.parse(stdout) as { readonly refused: string };
    assert.deepEqual(rest, { tagged: ["sdk"], status: "deactivated", state: "queued", left: [] });
    assert.match(refused, /^400 .*not public/);
    assert.ok((await readFile(copy)).equals(await readFile(raw)));
  },
);
