import { readFile } from "node:fs/promises";
import closeWithGrace from "close-with-grace";
import { asStartError } from "./as-start-error.ts";
import { loadConfig } from "./config/load-config.ts";
import { catalogPath } from "./data-folder.ts";
import { createLogger } from "./observability/logger.ts";
import type { LocalCredentials } from "./prepare-identity.ts";
import { startServer } from "./start-server.ts";

/** What is under way when a signal comes gets so long; then the process ends anyway. */
const graceMs = 30_000;

/**
 * Runs the service until a signal ends it. Standard output gets the credentials of a first start, or the users of a bootstrap file, and the ready line, standard error the log.
 *
 * Throws  ConfigError, StartError: nothing was left half-started
 */
export async function serve(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const loaded = await loadConfig({ argv, env, readFile: async (path) => readFile(path, "utf8") });
  const { config } = loaded;
  const log = createLogger(config.log.level);
  const server = await startServer({ ...loaded, log }).catch((error: unknown) => {
    throw asStartError(error, { catalog: catalogPath(config.data.dir) });
  });
  closeWithGrace(
    { delay: graceMs, logger: { error: (message: unknown) => log.error({ err: message }, "The service ends before it has stopped") } },
    async ({ err, signal }) => {
      if (err === undefined) {
        log.info({ signal }, "The service stops");
      } else {
        log.fatal({ err }, "The service failed and stops");
      }
      await server[Symbol.asyncDispose]();
      log.info({}, "The service has stopped");
    },
  );
  if (server.firstCredentials !== undefined) {
    process.stdout.write(introduction(server.firstCredentials, config.data.dir));
  }
  if (server.bootstrapUsers !== undefined) {
    process.stdout.write(`Users of ${config.bootstrap.file}: ${server.bootstrapUsers}\n`);
  }
  process.stdout.write(`Tintype is ready: ${server.httpUrl} (images), ${server.obsUrl} (buckets), data in ${config.data.dir}\n`);
}

/** What a person needs to know once. */
function introduction(credentials: LocalCredentials, dataDir: string): string {
  const { username, password, projectName, domainName, accessKey, secretKey } = credentials;
  return [
    "This is the first start. An administrator was made; this is shown once:",
    `  user        ${username}   password ${password}`,
    `  project     ${projectName}   domain ${domainName}`,
    `  access key  ${accessKey}   secret key ${secretKey}`,
    `They are kept in ${dataDir}/credentials.json, where the tintype command on this machine finds them.`,
    "",
  ].join("\n");
}
