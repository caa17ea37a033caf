import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { ApiServer, people } from "../api/api-server.ts";

const run = promisify(execFile);
const isMissing = spawnSync("openstack", ["--version"]).error !== undefined;
const skip = isMissing ? "the openstack command is not installed (Debian: python3-openstackclient)" : false;

let folder: string;
let server: ApiServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-openstack-"));
  const file = join(folder, "bootstrap.json");
  await writeFile(file, JSON.stringify(people));
  server = await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function openstack(...args: readonly string[]): Promise<unknown> {
  const env = {
    ...process.env,
    OS_AUTH_URL: `${server.url}/v3`,
    OS_USERNAME: "demo",
    OS_PASSWORD: "secret",
    OS_PROJECT_NAME: "demo",
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_IDENTITY_API_VERSION: "3",
  };
  const { stdout } = await run("openstack", [...args, "-f", "json"], { env });
  return JSON.parse(stdout);
}

test("the OpenStack command line gets a token for its project", { skip }, async () => {
  // The command prints an object with these fields.
  const token = (await openstack("token", "issue")) as Record<string, string>;
  assert.equal(token["project_id"], "966aaed4cfe6512089f064d6c459770b");
  assert.ok((token["id"] ?? "").length >= 32);
});

test("the OpenStack command line reads the catalog", { skip }, async () => {
  const catalog = (await openstack("catalog", "list")) as readonly { readonly Type: string }[];
  assert.deepEqual(catalog.map((entry) => entry.Type).toSorted(), ["identity", "image", "ims", "kms", "object-store"]);
});
