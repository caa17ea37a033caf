import { createHash } from "node:crypto";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { SetupError } from "../errors/setup-error.ts";
import { exchange } from "../http/exchange.ts";
import { jsonObject, jsonObjects, textOf } from "../http/json-object.ts";
import type { JsonObject } from "../http/json-object.ts";
import { parseJson } from "../http/parse-json.ts";
import { readText } from "../http/read-text.ts";
import type { Timers } from "../timing/timers.ts";
import { identityUrl, readCatalog, requiredText } from "./authenticator.ts";
import type { Authenticator, CatalogEntry, Scope, UnsignedRequest } from "./authenticator.ts";
import type { KeyCredentials } from "./credentials.ts";

const LOOKUP_TIMEOUT_MS = 30_000;
const MAX_LOOKUP_BYTES = 1024 * 1024;
const emptyBodyHash = createHash("sha256").digest("hex");

/** Signs every request with an access key pair (SDK-HMAC-SHA256). */
export class KeyAuthenticator implements Authenticator {
  readonly #authUrl: URL;
  readonly #credentials: KeyCredentials;
  readonly #timers: Timers;
  #scope: Promise<Scope> | undefined;

  constructor(options: { readonly authUrl: URL; readonly credentials: KeyCredentials; readonly timers: Timers }) {
    this.#authUrl = options.authUrl;
    this.#credentials = options.credentials;
    this.#timers = options.timers;
  }

  async authorize(request: UnsignedRequest): Promise<Record<string, string>> {
    const project = this.#credentials.projectName === undefined ? {} : { "x-project-id": (await this.scope()).projectId };
    return this.#sign({ ...request, headers: { ...request.headers, ...project } });
  }

  /** A signature that was refused is refused again. */
  renew(): boolean {
    return false;
  }

  scope(): Promise<Scope> {
    this.#scope ??= this.#lookUp().catch((error: unknown) => {
      this.#scope = undefined;
      throw error;
    });
    return this.#scope;
  }

  #sign(request: UnsignedRequest): Record<string, string> {
    const { accessKey, secretKey } = this.#credentials;
    const { host: _, ...headers } = signSdkHmac({ ...request, keys: { accessKey, secretKey }, date: this.#timers.now() });
    return headers;
  }

  async #lookUp(): Promise<Scope> {
    const { projectName } = this.#credentials;
    const path = projectName === undefined ? "/auth/projects" : `/projects?name=${encodeURIComponent(projectName)}`;
    const projects = jsonObjects((await this.#get(path))["projects"]);
    const catalog = readCatalog((await this.#get("/auth/catalog"))["catalog"]);
    return { projectId: requiredText(chooseProject(projects, catalog, projectName), "id", "The project"), catalog };
  }

  async #get(path: string): Promise<JsonObject> {
    const url = identityUrl(this.#authUrl, path);
    const headers = this.#sign({ method: "GET", url, headers: {}, bodyHash: emptyBodyHash });
    const response = await exchange({ method: "GET", url, headers, signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS) });
    return jsonObject(parseJson(await readText(response, MAX_LOOKUP_BYTES), `GET ${url.pathname}`));
  }
}

/** The only project, or the one that is called like the region: that is the one the service takes when none is named. */
function chooseProject(projects: readonly JsonObject[], catalog: readonly CatalogEntry[], name: string | undefined): JsonObject {
  const [first] = projects;
  const chosen =
    projects.length === 1 ? first : projects.find((project) => catalog.some(({ region }) => region === textOf(project, "name")));
  if (chosen === undefined) {
    const which = name === undefined ? "" : ` called "${name}"`;
    throw new SetupError(
      first === undefined
        ? `The access key may use no project${which}.`
        : `The access key may use several projects${which}: name the one that is meant.`,
    );
  }
  return chosen;
}
