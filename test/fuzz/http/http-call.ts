import type { CallerName } from "./fuzz-world.ts";

/** How a body is announced. Everything but `plain` and `chunked` is wrong in some way. */
export const framings = ["plain", "chunked", "short", "long", "twice", "both", "negative", "words"] as const;
export type Framing = (typeof framings)[number];

/** One request as it goes over the wire. */
export interface HttpCall {
  readonly server: "api" | "obs";
  readonly method: string;
  /** Path and query as they are sent, one byte a character. */
  readonly target: string;
  /** Where the target begins with the address of the operation; what is wrong with it may have made it another one. */
  readonly isElsewhere: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
  readonly framing: Framing;
  readonly caller: CallerName;
  /** The operation it was made for, e.g. `GET /v2/images`. */
  readonly operation: string;
  /** What is wrong with it, in words. */
  readonly faults: readonly string[];
}

/** The lines that announce a body. */
export function framingHeaders({ framing, body }: Pick<HttpCall, "framing" | "body">): readonly (readonly [string, string])[] {
  if (body === undefined) {
    return [];
  }
  const length = (bytes: number): readonly [string, string] => ["content-length", String(Math.max(bytes, 0))];
  const chunked = ["transfer-encoding", "chunked"] as const;
  return {
    plain: [length(body.length)],
    chunked: [chunked],
    short: [length(body.length - 1 - (body.length >> 2))],
    long: [length(body.length + 7)],
    twice: [length(body.length), length(body.length + 1)],
    both: [length(body.length), chunked],
    negative: [["content-length", "-1"] as const],
    words: [["content-length", "many"] as const],
  }[framing];
}

/** The request with its head, as bytes. */
export function requestBytes(call: HttpCall): Buffer {
  const { method, target, headers, body, framing } = call;
  const lines = [...headers, ...framingHeaders(call)].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  if (body === undefined) {
    return head;
  }
  const isChunked = framing === "chunked" || framing === "both";
  return Buffer.concat([head, isChunked ? inChunks(body) : body]);
}

function inChunks(body: Buffer): Buffer {
  const half = Math.ceil(body.length / 2);
  const pieces = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  const chunks = pieces.flatMap((piece) => [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
  return Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
}

const longestShown = 4000;

/** The call as somebody would make it by hand. A very long body is cut; the seed repeats it whole. */
export function curlLine(call: HttpCall, port: number): string {
  const { method, target, headers, body } = call;
  const parts = [`curl -i --path-as-is -X ${method}`, quoted(`http://127.0.0.1:${port}${target}`)];
  for (const [name, value] of [...headers, ...framingHeaders(call)]) {
    if (name !== "host" && name !== "connection") {
      parts.push(`-H ${quoted(`${name}: ${value}`)}`);
    }
  }
  if (body !== undefined) {
    parts.push(`--data-binary ${quoted(body.toString("latin1"))}`);
  }
  return parts.join(" ");
}

/** In the shell's words, with bytes that cannot be typed escaped. */
function quoted(text: string): string {
  const cut = text.length > longestShown ? `${text.slice(0, longestShown)}… (${text.length} bytes)` : text;
  const escaped = cut.replaceAll(/[\\']|[^ -~…]/g, (character) =>
    character === "\\" || character === "'" ? `\\${character}` : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return escaped === cut ? `'${cut}'` : `$'${escaped}'`;
}
