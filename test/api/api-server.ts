import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@tintype/server/config/load-config.ts";
import { createLogger } from "@tintype/server/observability/logger.ts";
import { startServer } from "@tintype/server/start-server.ts";
import type { RunningServer } from "@tintype/server/start-server.ts";

/** Projects, users and keys of these tests. */
export const people = {
  domain: { id: "default", name: "Default" },
  region: "RegionOne",
  projects: [
    { id: "f0de0e66e6b65bed9a9f73459b6adbe7", name: "admin" },
    { id: "966aaed4cfe6512089f064d6c459770b", name: "demo" },
    { id: "5978455907e252039ef62c687322244b", name: "alt" },
    { id: "0123456789abcdef0123456789abcdef", name: "RegionOne" },
  ],
  users: [
    { name: "admin", password: "secret", grants: [{ project: "admin", roles: ["admin", "member", "reader"] }] },
    {
      name: "demo",
      password: "secret",
      grants: [
        { project: "demo", roles: ["member", "Reader"] },
        { project: "RegionOne", roles: ["member"] },
      ],
      accessKeys: [{ access: "DEMOACCESSKEY", secret: "demo-secret-key-for-tests" }],
    },
    {
      name: "alt",
      password: "other",
      grants: [{ project: "alt", roles: ["reader"] }],
      accessKeys: [{ access: "ALTACCESSKEY", secret: "alt-secret-key-for-tests" }],
    },
  ],
};

/** The whole service on free ports, in a folder of its own. */
export class ApiServer implements AsyncDisposable {
  readonly url: string;
  readonly obsUrl: string;
  readonly dataDir: string;
  readonly #server: RunningServer;

  private constructor(server: RunningServer, dataDir: string) {
    this.#server = server;
    this.url = server.httpUrl;
    this.obsUrl = server.obsUrl;
    this.dataDir = dataDir;
  }

  static async open(env: Record<string, string> = {}): Promise<ApiServer> {
    const dataDir = await mkdtemp(join(tmpdir(), "tintype-api-"));
    const all = { TINTYPE_DATA_DIR: dataDir, TINTYPE_HTTP_PORT: "0", TINTYPE_OBS_PORT: "0", TINTYPE_LOG_LEVEL: "silent", ...env };
    const { config, origins } = await loadConfig({ argv: [], env: all, readFile: async (path) => readFile(path, "utf8") });
    try {
      return new ApiServer(await startServer({ config, origins, log: createLogger(config.log.level) }), dataDir);
    } catch (error) {
      await rm(dataDir, { recursive: true });
      throw error;
    }
  }

  /** A server that knows `people`. */
  static async openWithPeople(env: Record<string, string> = {}): Promise<ApiServer> {
    const folder = await mkdtemp(join(tmpdir(), "tintype-people-"));
    try {
      const file = join(folder, "bootstrap.json");
      await writeFile(file, JSON.stringify(people));
      return await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file, ...env });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
