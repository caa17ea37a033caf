import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loginOfCloud } from "./login-of-cloud.ts";

for (const override of ["https://cloud.example:9292/image", "https://cloud.example:9292/image/v2/", "https://cloud.example:9292"]) {
  test(`other clients' address of the images, ${override}, leads to the whole service`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tintype-cloud-"));
    try {
      const path = join(folder, "clouds.yaml");
      await writeFile(path, `clouds:\n  here:\n    image_endpoint_override: ${override}\n    auth: { username: u }\n`);
      const login = await loginOfCloud({ OS_CLIENT_CONFIG_FILE: path }, "here");
      assert.equal(login.apiUrl, "https://cloud.example:9292");
      assert.equal(login.username, "u");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
