import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./data-folder.ts";
import { applyBootstrap } from "./identity/bootstrap.ts";
import type { Bootstrap } from "./identity/bootstrap-schema.ts";
import { describeUsers } from "./identity/bootstrap-users.ts";
import { chooseFirstCredentials, createFirstUser } from "./identity/first-start.ts";
import type { FirstCredentials } from "./identity/first-start.ts";
import { parseBootstrap } from "./identity/parse-bootstrap.ts";
import type { Catalog } from "./ports/catalog.ts";
import type { Ids } from "./ports/ids.ts";
import type { Log } from "./ports/log.ts";
import { StartError } from "./start-error.ts";

/** What `credentials.json` in the data folder holds: all that the command line on this machine needs. */
export interface LocalCredentials extends FirstCredentials {
  readonly authUrl: string;
  readonly endpoint: string;
  readonly obsEndpoint: string;
}

/** Reads the bootstrap file, if one is set; the log tells when others may read it too. Throws  StartError */
export async function readBootstrap(path: string | undefined, log: Pick<Log, "warn">): Promise<Bootstrap | undefined> {
  if (path === undefined) {
    return undefined;
  }
  try {
    const bootstrap = parseBootstrap(await readFile(path, "utf8"));
    if (((await stat(path)).mode & 0o007) !== 0) {
      log.warn(
        {},
        `Everyone on this machine may read the passwords in the bootstrap file ${path}. Take that right away: chmod 600 ${path}`,
      );
    }
    return bootstrap;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The bootstrap file ${path} cannot be used: ${reason}. Correct it, or start without TINTYPE_BOOTSTRAP_FILE.`, {
      cause: error,
    });
  }
}

/** Brings users and projects in line with the bootstrap file, if there is one; answers whom it names, for people. Throws  StartError */
export async function useBootstrap(catalog: Catalog, bootstrap: Bootstrap | undefined): Promise<string | undefined> {
  if (bootstrap === undefined) {
    return undefined;
  }
  try {
    await applyBootstrap(catalog, bootstrap);
    return describeUsers(bootstrap);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The bootstrap file does not fit what is there: ${reason}.`, { cause: error });
  }
}

const credentialsPath = (dataDir: string): string => join(dataDir, "credentials.json");

/**
 * Makes the administrator of a first start and keeps its credentials in the data folder; answers them then. They are kept before the user is
 * made, so that a crash in between loses nothing: the next start makes the user that the file tells of.
 */
export async function useFirstStart(
  deps: { readonly catalog: Catalog; readonly ids: Ids; readonly region: string },
  dataDir: string,
  endpoints: Omit<LocalCredentials, keyof FirstCredentials>,
): Promise<LocalCredentials | undefined> {
  const chosen = await chooseFirstCredentials(deps.catalog, deps.ids, deps.region);
  const kept = await readCredentials(dataDir);
  if (chosen === undefined) {
    // The addresses may have changed since.
    if (kept !== undefined) {
      await keepCredentials(dataDir, { ...kept, ...endpoints });
    }
    return undefined;
  }
  const credentials = { ...endpoints, ...(kept === undefined ? chosen : firstCredentials(kept)) };
  await keepCredentials(dataDir, credentials);
  await createFirstUser(deps.catalog, credentials);
  return credentials;
}

function firstCredentials({
  username,
  password,
  projectName,
  domainName,
  region,
  accessKey,
  secretKey,
}: LocalCredentials): FirstCredentials {
  return { username, password, projectName, domainName, region, accessKey, secretKey };
}

async function keepCredentials(dataDir: string, credentials: LocalCredentials): Promise<void> {
  await writeWhole(credentialsPath(dataDir), `${JSON.stringify(credentials, undefined, 2)}\n`);
}

async function readCredentials(dataDir: string): Promise<LocalCredentials | undefined> {
  try {
    // Written by this module alone.
    return JSON.parse(await readFile(credentialsPath(dataDir), "utf8")) as LocalCredentials;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return undefined;
    }
    throw new StartError(`${credentialsPath(dataDir)} cannot be read. Restore it, or remove it.`, { cause: error });
  }
}
