import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { ApiServer } from "../api/api-server.ts";

const run = promisify(execFile);
const isMissing = spawnSync("openstack", ["--version"]).error !== undefined;
const skip = isMissing ? "the openstack command is not installed (Debian: python3-openstackclient)" : false;

let server: ApiServer;

before(async () => {
  server = await ApiServer.openWithPeople();
});

after(async () => {
  await server[Symbol.asyncDispose]();
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
