import { SetupError } from "../errors/setup-error.ts";
import { exchange } from "../http/exchange.ts";
import { jsonObject } from "../http/json-object.ts";
import { parseJson } from "../http/parse-json.ts";
import { readText } from "../http/read-text.ts";
import type { Timers } from "../timing/timers.ts";
import { identityUrl, readCatalog, requiredText } from "./authenticator.ts";
import type { Authenticator, Scope, UnsignedRequest } from "./authenticator.ts";
import type { PasswordCredentials } from "./credentials.ts";

interface IssuedToken {
  readonly value: string;
  readonly expiresAt: number;
  readonly scope: Scope;
}

/** A token is replaced this long before it ends, so that no request is under way with one that just ended. */
const RENEW_BEFORE_MS = 60_000;
const ISSUE_TIMEOUT_MS = 30_000;
const MAX_TOKEN_BYTES = 1024 * 1024;

/**
 * Carries a token that it issues for a name and a password, and issues a new one when that nears its end.
 *
 * Source  OpenStack Identity API v3, "Password authentication with scoped authorization"
 */
export class PasswordAuthenticator implements Authenticator {
  readonly #authUrl: URL;
  readonly #credentials: PasswordCredentials;
  readonly #timers: Timers;
  /** Shared by all calls that wait for it. */
  #token: Promise<IssuedToken> | undefined;

  constructor(options: { readonly authUrl: URL; readonly credentials: PasswordCredentials; readonly timers: Timers }) {
    this.#authUrl = options.authUrl;
    this.#credentials = options.credentials;
    this.#timers = options.timers;
  }

  async authorize(request: UnsignedRequest): Promise<Record<string, string>> {
    const { value } = await this.#current();
    return { ...request.headers, "x-auth-token": value };
  }

  renew(): boolean {
    this.#token = undefined;
    return true;
  }

  async scope(): Promise<Scope> {
    return (await this.#current()).scope;
  }

  async #current(): Promise<IssuedToken> {
    const held = (this.#token ??= this.#issueShared());
    const token = await held;
    if (token.expiresAt - this.#timers.now().getTime() > RENEW_BEFORE_MS) {
      return token;
    }
    if (this.#token === held) {
      this.#token = this.#issueShared();
    }
    return this.#token ?? this.#issueShared();
  }

  /** A failure is not kept, so that the next call tries again. */
  #issueShared(): Promise<IssuedToken> {
    const token = this.#issue();
    token.catch(() => {
      if (this.#token === token) {
        this.#token = undefined;
      }
    });
    return token;
  }

  async #issue(): Promise<IssuedToken> {
    const response = await exchange({
      method: "POST",
      url: identityUrl(this.#authUrl, "/auth/tokens"),
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth: passwordRequest(this.#credentials) }),
      signal: AbortSignal.timeout(ISSUE_TIMEOUT_MS),
    });
    const token = jsonObject(jsonObject(parseJson(await readText(response, MAX_TOKEN_BYTES), "POST /auth/tokens"))["token"]);
    const value = response.headers.get("x-subject-token");
    if (value === null) {
      throw new SetupError(`${this.#authUrl.href} answered without a token. Check that this is the address of an identity service (…/v3).`);
    }
    return {
      value,
      expiresAt: Date.parse(requiredText(token, "expires_at", "The token")),
      scope: { projectId: requiredText(jsonObject(token["project"]), "id", "The token's project"), catalog: readCatalog(token["catalog"]) },
    };
  }
}

function passwordRequest({ username, password, userDomainName, project }: PasswordCredentials): object {
  return {
    identity: { methods: ["password"], password: { user: { name: username, password, domain: { name: userDomainName } } } },
    scope: { project: { name: project.name, domain: { name: project.domainName } } },
  };
}
