import { ServiceError } from "@tintype/contract/service-error.ts";

/** How a transit engine is reached. */
export interface TransitConnection {
  /** Address of the server, without the path: `https://vault.example:8200`. */
  readonly address: string;
  /** Where the engine is mounted. */
  readonly mount: string;
  /** A namespace of Vault Enterprise or OpenBao. */
  readonly namespace?: string | undefined;
  /** The token at this moment: an agent may renew it between calls. */
  readonly token: () => Promise<string>;
}

/** What the server answered: `data` of a success, or the refusal of a request that it understood. */
export type TransitAnswer =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly status: 400 | 404; readonly errors: string };

export interface TransitCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the mount: `keys/NAME`. */
  readonly path: string;
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
}

const timeoutMs = 10_000;
const longestAnswerBytes = 256 * 1024;

/**
 * Calls the transit engine of a HashiCorp Vault or an OpenBao.
 *
 * Memory  an answer of at most 256 KiB
 * Throws  KMS.0104: no answer within 10 s, a token that is not accepted, a sealed or failing server
 * Source  Vault and OpenBao HTTP API: "Transit secrets engine"; errors are `{"errors": [text…]}`
 */
export async function callTransit(connection: TransitConnection, call: TransitCall): Promise<TransitAnswer> {
  const response = await send(connection, call);
  const text = await readAnswer(response);
  const content = parse(text);
  if (response.ok) {
    const data = content["data"];
    return { ok: true, data: isObject(data) ? data : {} };
  }
  const errors = Array.isArray(content["errors"]) ? content["errors"].map(String).join("; ").slice(0, 500) : "";
  // A 404 with words is about the path, one without them about what the path names.
  if (response.status === 400 || (response.status === 404 && errors === "")) {
    return { ok: false, status: response.status, errors };
  }
  throw new ServiceError(
    "KMS.0104",
    { problem: `it answered ${response.status}` },
    { cause: new Error(`${call.method} ${call.path}: ${errors}`) },
  );
}

async function send({ address, mount, namespace, token }: TransitConnection, call: TransitCall): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs);
  const init: RequestInit = {
    method: call.method,
    headers: {
      "x-vault-token": await readToken(token),
      "x-vault-request": "true",
      ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal: call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]),
  };
  try {
    return await fetch(`${address.replace(/\/+$/, "")}/v1/${mount}/${call.path}`, init);
  } catch (error) {
    call.signal?.throwIfAborted();
    throw new ServiceError("KMS.0104", { problem: "it does not answer" }, { cause: error });
  }
}

async function readToken(token: () => Promise<string>): Promise<string> {
  try {
    return await token();
  } catch (error) {
    throw new ServiceError("KMS.0104", { problem: "its token cannot be read" }, { cause: error });
  }
}

async function readAnswer({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  try {
    for await (const piece of body ?? []) {
      lengthBytes += piece.length;
      if (lengthBytes > longestAnswerBytes) {
        throw new Error(`The answer has more than ${longestAnswerBytes} bytes`);
      }
      pieces.push(piece);
    }
  } catch (error) {
    throw new ServiceError("KMS.0104", { problem: "its answer broke off" }, { cause: error });
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === "") {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch (error) {
    throw new ServiceError("KMS.0104", { problem: "what answers is no Vault" }, { cause: error });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
