import type { Credentials } from "@tintype/client/session/credentials.ts";
import { UsageError } from "../errors/command-errors.ts";
import type { Login } from "./login.ts";

/** Everything a session needs to begin. */
export interface Connection {
  readonly authUrl: URL;
  readonly apiUrl: URL | undefined;
  readonly bucketsUrl: URL | undefined;
  readonly credentials: Credentials;
}

/**
 * Puts together what the places say: the earlier one wins, field by field. Who calls is decided by the first place that names a user
 * or an access key; the local server's own credentials count last, and never leave this machine for another host.
 *
 * Throws  UsageError when nothing is found, or something is missing
 */
export function chooseLogin(places: readonly Login[], local: Login | undefined, localPath: string): Connection {
  const caller = places.find((place) => place.username !== undefined || place.accessKey !== undefined) ?? local;
  if (caller === undefined) {
    throw new UsageError(nothingFound(localPath));
  }
  const first = (field: keyof Login): string | undefined => places.map((place) => place[field]).find((value) => value !== undefined);
  const given = { apiUrl: first("apiUrl"), bucketsUrl: first("bucketsUrl"), authUrl: first("authUrl") };
  const isElsewhere = given.apiUrl !== undefined || given.authUrl !== undefined;
  const addresses = caller === local && !isElsewhere ? { ...local, ...withoutUndefined(given) } : given;
  const apiUrl = readUrl(addresses.apiUrl);
  const authUrl = readUrl(addresses.authUrl) ?? identityBelow(apiUrl, caller);
  const connection = { authUrl, apiUrl, bucketsUrl: readUrl(addresses.bucketsUrl) };
  if (caller === local) {
    checkStaysHere(local, connection);
  }
  return { ...connection, credentials: credentialsOf(caller, (field) => first(field) ?? caller[field]) };
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>; // only entries of T
}

/** An API address says where its identity service is, unless that is given too. */
function identityBelow(apiUrl: URL | undefined, caller: Login): URL {
  if (apiUrl === undefined) {
    throw new UsageError(`${caller.place}: this names who calls, and not where: give --endpoint, TINTYPE_ENDPOINT or OS_AUTH_URL.`);
  }
  return new URL(`${apiUrl.href.replace(/\/+$/, "")}/v3`);
}

function credentialsOf(caller: Login, field: (name: keyof Login) => string | undefined): Credentials {
  const needed = (name: keyof Login, what: string): string => {
    const value = field(name);
    if (value === undefined) {
      throw new UsageError(`${caller.place}: this names who calls, and ${what} is missing.`);
    }
    return value;
  };
  if (caller.username === undefined) {
    const accessKey = needed("accessKey", "the access key (HUAWEICLOUD_ACCESS_KEY)");
    return {
      kind: "key",
      accessKey,
      secretKey: needed("secretKey", "the secret key (HUAWEICLOUD_SECRET_KEY)"),
      projectName: field("projectName"),
    };
  }
  const userDomainName = field("userDomainName") ?? "Default";
  return {
    kind: "password",
    username: caller.username,
    password: needed("password", "the password (OS_PASSWORD)"),
    userDomainName,
    project: { name: needed("projectName", "the project (OS_PROJECT_NAME)"), domainName: field("projectDomainName") ?? userDomainName },
  };
}

function readUrl(text: string | undefined): URL | undefined {
  if (text === undefined) {
    return undefined;
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${text}" is not the address of a server: it must look like http://127.0.0.1:9292.`);
  }
  return url;
}

function checkStaysHere(local: Login, connection: Omit<Connection, "credentials">): void {
  const home = readUrl(local.apiUrl)?.hostname;
  for (const url of [connection.authUrl, connection.apiUrl, connection.bucketsUrl]) {
    if (url !== undefined && url.hostname !== home && !isLoopback(url.hostname)) {
      throw new UsageError(
        `Nobody is named who calls ${url.origin}: give --username or --access-key, or their variables. (${local.place} is only for the server on this machine.)`,
      );
    }
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function nothingFound(localPath: string): string {
  return [
    "No server and user are known. Name them in one of three ways:",
    "with flags (--endpoint URL --username NAME --password TEXT --project NAME, or --access-key KEY --secret-key KEY);",
    "with variables (TINTYPE_ENDPOINT with OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME, or HUAWEICLOUD_ACCESS_KEY and HUAWEICLOUD_SECRET_KEY, or OS_CLOUD for an entry of clouds.yaml);",
    `or run this where a server of this machine keeps its data ("tintype serve" was not started here: there is no ${localPath}; TINTYPE_DATA_DIR names another folder).`,
  ].join(" ");
}
