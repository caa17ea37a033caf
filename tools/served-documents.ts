import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@tintype/server/config/load-config.ts";
import { createLogger } from "@tintype/server/observability/logger.ts";
import { startServer } from "@tintype/server/start-server.ts";

const families = ["identity", "ims", "kms", "cts", "eps", "tms", "image-v2", "api"];

/** The OpenAPI documents that the running service serves, by the path under which they are kept. Starts one and stops it. */
export async function servedDocuments(): Promise<Map<string, string>> {
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
