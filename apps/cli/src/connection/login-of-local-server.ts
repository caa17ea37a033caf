import { resolve } from "node:path";
import { jsonObject, textOf } from "@tintype/client/http/json-object.ts";
import type { Environment } from "../environment.ts";
import { UsageError } from "../errors/command-errors.ts";
import type { Login } from "./login.ts";
import { readIfThere } from "./read-if-there.ts";

/** Path of what the first start of a server on this machine leaves for its owner. */
export function localCredentialsPath(env: Environment): string {
  return resolve(env["TINTYPE_DATA_DIR"] || "data", "credentials.json");
}

/** How the owner of this machine's server proves it: a key needs no token first, a password is what OpenStack's clients know. */
export type LocalProof = "key" | "password";

/** Reads the credentials of this machine's server, where there are any; the password also where there is no key. */
export async function loginOfLocalServer(env: Environment, proof: LocalProof): Promise<Login | undefined> {
  const path = localCredentialsPath(env);
  const text = await readIfThere(path);
  if (text === undefined) {
    return undefined;
  }
  const file = jsonObject(parseJson(path, text));
  const addresses = {
    place: path,
    apiUrl: textOf(file, "endpoint"),
    bucketsUrl: textOf(file, "obsEndpoint"),
    authUrl: textOf(file, "authUrl"),
  };
  const accessKey = textOf(file, "accessKey");
  if (accessKey !== undefined && proof === "key") {
    // Its project is its own.
    return { ...addresses, accessKey, secretKey: textOf(file, "secretKey") };
  }
  return {
    ...addresses,
    username: textOf(file, "username"),
    password: textOf(file, "password"),
    userDomainName: textOf(file, "domainName"),
    projectName: textOf(file, "projectName"),
    projectDomainName: textOf(file, "domainName"),
  };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: restore it, or say with --username or --access-key who calls.`, { cause: error });
  }
}
