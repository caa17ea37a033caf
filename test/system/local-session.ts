import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Session } from "@tintype/client/session/session.ts";
import { systemTimers } from "@tintype/client/timing/timers.ts";

/** What the first start of a server writes for the owner of the machine. */
export interface LocalCredentials {
  readonly authUrl: string;
  readonly obsEndpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export async function readLocalCredentials(dataDir: string): Promise<LocalCredentials> {
  // Written by the server; its shape is documented.
  return JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8")) as LocalCredentials;
}

/** A session of the administrator of the first start. */
export async function localSession(dataDir: string): Promise<Session> {
  const { authUrl, accessKey, secretKey } = await readLocalCredentials(dataDir);
  return new Session({ authUrl: new URL(authUrl), credentials: { kind: "key", accessKey, secretKey }, timers: systemTimers });
}
