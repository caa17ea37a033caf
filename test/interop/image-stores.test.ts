/** OpenStack's clients and the stores of a server process: the glance command and openstacksdk. Needs python3-glanceclient, python3-openstacksdk. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { TintypeProcess } from "../system/tintype-process.ts";

const run = promisify(execFile);
const skip = spawnSync("glance", ["--version"]).error !== undefined && "the glance command is not installed (Debian: python3-glanceclient)";

const people = {
  domain: { id: "default", name: "Default" },
  projects: [{ id: "966aaed4cfe6512089f064d6c459770b", name: "demo" }],
  users: [
    { name: "demo", password: "secret", grants: [{ project: "demo", roles: ["member"] }] },
    { name: "boss", password: "secret", grants: [{ project: "demo", roles: ["admin", "member"] }] },
  ],
};

let folder: string;
let server: TintypeProcess;
let file: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-image-stores-"));
  const bootstrap = join(folder, "bootstrap.json");
  const stores = join(folder, "stores.json");
  await writeFile(bootstrap, JSON.stringify(people));
  const fast = { name: "fast", description: "Near the hosts", weight: 10, dir: "fast" };
  await writeFile(stores, JSON.stringify({ stores: [{ name: "main" }, { name: "cheap", dir: "cheap" }, fast] }));
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_BOOTSTRAP_FILE: bootstrap, TINTYPE_STORES_FILE: stores });
  await server.start();
  file = join(folder, "disk.raw");
  await writeFile(file, Buffer.concat([Buffer.from("no format begins so"), randomBytes(2 * 1024 * 1024)]));
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function glance(user: "demo" | "boss", ...args: readonly string[]): Promise<string> {
  const domains = { OS_USER_DOMAIN_NAME: "Default", OS_PROJECT_DOMAIN_NAME: "Default" };
  const login = { OS_AUTH_URL: `${server.endpoint}/v3`, OS_USERNAME: user, OS_PASSWORD: "secret", OS_PROJECT_NAME: "demo" };
  // Without a terminal it takes what it is given to read for a file to upload, unless there is nothing to read from at all.
  return (
    await run("sh", ["-c", 'exec glance "$@" <&-', "sh", ...args], {
      env: { PATH: process.env["PATH"], HOME: folder, ...domains, ...login },
    })
  ).stdout;
}

/** The rows of a table that the command prints, without their frames. */
function fieldsOf(table: string): ReadonlyMap<string, string> {
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return new Map(rows.map(([, name = "", value = ""]) => [name, value]));
}

/** Asks until an image says so. A copy of 2 MiB takes less time than a few questions. */
async function until(id: string, name: string, value: string): Promise<ReadonlyMap<string, string>> {
  for (let question = 0; question < 30; question += 1) {
    const image = fieldsOf(await glance("demo", "image-show", id));
    if (image.get(name) === value) {
      return image;
    }
  }
  throw new Error(`The image ${id} does not get ${name} ${value}`);
}

const made = ["--disk-format", "raw", "--container-format", "bare"];

test("glance: stores are told, uploaded to, imported to, copied to, and given up", { skip }, async () => {
  assert.match(await glance("demo", "stores-info"), /fast.*Near the hosts/s);
  assert.match(await glance("boss", "stores-info", "--detail"), /"data_dir"|data_dir/);
  await assert.rejects(glance("demo", "stores-info", "--detail"), /403|administrator|operator|permi/i);
  const uploaded = fieldsOf(await glance("demo", "image-create", "--name", "u", "--file", file, "--store", "cheap", ...made));
  assert.deepEqual([uploaded.get("status"), uploaded.get("stores")], ["active", "cheap"]);

  const staged = fieldsOf(await glance("demo", "image-create", "--name", "i", ...made)).get("id") ?? "";
  await glance("demo", "image-stage", "--file", file, staged);
  await glance("demo", "image-import", "--import-method", "glance-direct", "--stores", "cheap,fast", staged);
  const imported = await until(staged, "status", "active");
  assert.equal(imported.get("stores"), "fast,cheap");

  await assert.rejects(
    glance("demo", "image-import", "--import-method", "copy-image", "--all-stores", "True", staged),
    /403|administrator|operator|permi/i,
  );
  await glance("boss", "image-import", "--import-method", "copy-image", "--all-stores", "True", staged);
  await until(staged, "stores", "fast,cheap,main");
  await glance("boss", "stores-delete", "--store", "fast", staged);
  await until(staged, "stores", "cheap,main");
  const back = join(folder, "back.raw");
  await glance("demo", "image-download", "--file", back, staged);
  assert.ok((await readFile(back)).equals(await readFile(file)));
});

const script = `
import json, sys, openstack
endpoint, path = sys.argv[1:]
cloud = openstack.connect(auth_url=f"{endpoint}/v3", username="demo", password="secret", project_name="demo",
                          user_domain_name="Default", project_domain_name="Default")
image = cloud.image.create_image("s", filename=path, disk_format="raw", container_format="bare", wait=True,
                                 use_import=True, all_stores=True, validate_checksum=False)
found = openstack.resource.wait_for_status(cloud.image, cloud.image.get_image(image.id), "active", [], interval=1, wait=30)
print(json.dumps({"stores": [store.id for store in cloud.image.stores()], "status": found.status}))
`;

test("openstacksdk lists the stores, and imports to all of them", { skip }, async () => {
  const { stdout } = await run("/usr/bin/python3", ["-c", script, server.endpoint, file], {
    env: { PATH: process.env["PATH"], HOME: folder },
  });
  const told = JSON.parse(stdout) as { readonly stores: readonly string[]; readonly status: string };
  assert.deepEqual([told.stores, told.status], [["fast", "cheap", "main"], "active"]);
});
