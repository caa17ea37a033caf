import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

interface DoubleKey {
  readonly versions: Buffer[];
  deletionAllowed: boolean;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
}

const gone = { status: 404, body: { errors: [] } };
const refused = (error: string): Answer => ({ status: 400, body: { errors: [error] } });

/**
 * The few calls of a transit engine that the adapter makes, in memory, with a place to make them fail. It follows the documented HTTP contract of Vault and
 * OpenBao (paths, fields, statuses, that a key is deleted only when its configuration allows it); it is no proof about a real server.
 */
export class TransitDouble implements AsyncDisposable {
  readonly token = "s.double";
  readonly keys = new Map<string, DoubleKey>();
  /** Method and path of every call, in order. */
  readonly calls: string[] = [];
  /** Answers a call before the engine does, or undefined to let it. */
  interfere: (path: string) => Answer | undefined = () => undefined;
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  static async start(): Promise<TransitDouble> {
    const double = new TransitDouble();
    double.#server.listen(0, "127.0.0.1");
    await once(double.#server, "listening");
    return double;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") {
      throw new TypeError("The double listens on no port.");
    }
    return `http://127.0.0.1:${address.port}`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) {
      pieces.push(piece as Buffer); // a request without an encoding yields buffers
    }
    const path = (request.url ?? "").replace("/v1/transit/", "");
    this.calls.push(`${request.method} ${path}`);
    const text = Buffer.concat(pieces).toString();
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    const isKnown = request.headers["x-vault-token"] === this.token;
    const denied = { status: 403, body: { errors: ["permission denied"] } };
    const answer = this.interfere(path) ?? (isKnown ? this.#answer(`${request.method} ${path}`, body) : denied);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  #answer(call: string, body: Record<string, unknown>): Answer {
    const [, verb = "", operation = "", name = "", rest = ""] = /^(\w+) (keys|encrypt|decrypt)\/([\w-]+)\/?(\w*)$/.exec(call) ?? [];
    const key = this.keys.get(name);
    if (operation === "encrypt" || operation === "decrypt") {
      return key === undefined ? refused("encryption key not found") : operation === "encrypt" ? encrypt(key, body) : decrypt(key, body);
    }
    if (operation !== "keys") {
      return { status: 404, body: { errors: ["no handler for route"] } };
    }
    if (verb === "POST" && rest === "") {
      this.keys.set(name, key ?? { versions: [randomBytes(32)], deletionAllowed: false });
      return { status: 204 };
    }
    return this.#answerKey(`${verb} ${rest}`, name, key, body);
  }

  // oxlint-disable-next-line max-params -- parts of one call
  #answerKey(what: string, name: string, key: DoubleKey | undefined, body: Record<string, unknown>): Answer {
    if (key === undefined) {
      return what === "GET " ? gone : refused(`no existing key named ${name} could be found`);
    }
    if (what === "GET ") {
      return { status: 200, body: { data: { name, latest_version: key.versions.length, deletion_allowed: key.deletionAllowed } } };
    }
    if (what === "POST rotate") {
      key.versions.push(randomBytes(32));
      return { status: 204 };
    }
    if (what === "POST config") {
      key.deletionAllowed = body["deletion_allowed"] === true;
      return { status: 204 };
    }
    if (what === "DELETE " && key.deletionAllowed) {
      this.keys.delete(name);
      return { status: 204 };
    }
    return refused("deletion is not allowed for this key");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

function encrypt({ versions }: DoubleKey, body: Record<string, unknown>): Answer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", versions.at(-1) ?? "", nonce).setAAD(bytesOf(body["associated_data"]));
  const sealed = Buffer.concat([nonce, cipher.update(bytesOf(body["plaintext"])), cipher.final(), cipher.getAuthTag()]);
  return {
    status: 200,
    body: { data: { ciphertext: `vault:v${versions.length}:${sealed.toString("base64")}`, key_version: versions.length } },
  };
}

function decrypt({ versions }: DoubleKey, body: Record<string, unknown>): Answer {
  const [, version = "", text = ""] = /^vault:v(\d+):(.*)$/.exec(String(body["ciphertext"])) ?? [];
  const key = versions[Number(version) - 1];
  const sealed = bytesOf(text);
  if (key === undefined || sealed.length < 28) {
    return refused("invalid ciphertext: no prefix");
  }
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(bytesOf(body["associated_data"])).setAuthTag(sealed.subarray(-16));
  const plain = decipher.update(sealed.subarray(12, -16));
  try {
    decipher.final();
  } catch (error) {
    return refused(error instanceof Error ? `cipher: message authentication failed (${error.message})` : "cipher");
  }
  return { status: 200, body: { data: { plaintext: plain.toString("base64") } } };
}

function bytesOf(base64: unknown): Buffer {
  return Buffer.from(typeof base64 === "string" ? base64 : "", "base64");
}
