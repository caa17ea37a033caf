import { SetupError } from "../errors/setup-error.ts";
import type { JsonObject } from "../http/json-object.ts";
import { jsonObjects, textOf } from "../http/json-object.ts";

/** What a request must tell before it can be signed. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hex, or `UNSIGNED-PAYLOAD` for a body that streams. */
  readonly bodyHash: string;
}

/** One service of the catalog and where it answers. */
export interface CatalogEntry {
  readonly type: string;
  readonly url: string;
  readonly region: string | undefined;
}

/** The project that a session works in, and where its services are. */
export interface Scope {
  readonly projectId: string;
  readonly catalog: readonly CatalogEntry[];
}

/** Makes requests believable to the service. */
export interface Authenticator {
  /** Answers the request's headers with the proof added. */
  authorize(request: UnsignedRequest): Promise<Record<string, string>>;
  /** Forgets a proof that was refused. True when a new one can be had, so that the call is worth repeating. */
  renew(): boolean;
  /** Answers from memory once it is known. */
  scope(): Promise<Scope>;
}

/** Reads a catalog as tokens and `GET /v3/auth/catalog` carry it: the public address of every service. */
export function readCatalog(value: unknown): readonly CatalogEntry[] {
  return jsonObjects(value).flatMap((service) => {
    const endpoint = jsonObjects(service["endpoints"]).find((candidate) => textOf(candidate, "interface") === "public");
    const type = textOf(service, "type");
    const url = endpoint === undefined ? undefined : textOf(endpoint, "url");
    return endpoint === undefined || type === undefined || url === undefined ? [] : [{ type, url, region: textOf(endpoint, "region") }];
  });
}

/** Address of something below the identity service, whose own address ends with or without a slash. */
export function identityUrl(authUrl: URL, path: string): URL {
  return new URL(`${authUrl.href.replace(/\/+$/, "")}${path}`);
}

/** What an answer of the identity service cannot do without. */
export function requiredText(object: JsonObject, name: string, where: string): string {
  const value = textOf(object, name);
  if (value === undefined) {
    throw new SetupError(`${where} carries no "${name}". Check that the address is that of an identity service (…/v3).`);
  }
  return value;
}
