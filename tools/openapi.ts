/**
 * `npm run openapi`: writes the documents that the running service serves at `/openapi/*.json` into `openapi/`.
 * With `--check` it only compares, and exits 1 naming each document that differs.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@tintype/server/config/load-config.ts";
import { createLogger } from "@tintype/server/observability/logger.ts";
import { startServer } from "@tintype/server/start-server.ts";

const families = ["identity", "ims", "kms", "api"];

async function documents(): Promise<Map<string, string>> {
  const dataDir = await mkdtemp(join(tmpdir(), "tintype-openapi-"));
  const env = { TINTYPE_DATA_DIR: dataDir, TINTYPE_HTTP_PORT: "0", TINTYPE_OBS_PORT: "0", TINTYPE_LOG_LEVEL: "silent" };
  const { config, origins } = await loadConfig({ argv: [], env, readFile: async (path) => readFile(path, "utf8") });
  try {
    await using server = await startServer({ config, origins, log: createLogger(config.log.level) });
    const texts = new Map<string, string>();
    for (const family of families) {
      const answer = await fetch(`${server.httpUrl}/openapi/${family}.json`);
      if (!answer.ok) {
        throw new Error(`The service answers ${answer.status} for the document ${family}`);
      }
      texts.set(`openapi/${family}.json`, `${JSON.stringify(await answer.json(), undefined, 2)}\n`);
    }
    return texts;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function committed(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return "";
    }
    throw error;
  }
}

const isCheck = process.argv.includes("--check");
await mkdir("openapi", { recursive: true });
for (const [path, text] of await documents()) {
  if (!isCheck) {
    await writeFile(path, text);
  } else if ((await committed(path)) !== text) {
    console.log(`${path} is not what the service serves: run "npm run openapi" and commit it`);
    process.exitCode = 1;
  }
}
