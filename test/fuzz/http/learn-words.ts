import type { Answer } from "./exchange.ts";
import type { HttpCall } from "./http-call.ts";
import type { WordKind, Words } from "./words.ts";

/** What the field `id` of an answer names, by the address that was called. */
const kindsOfAddress: readonly (readonly [RegExp, WordKind])[] = [
  [/enterprise-projects/, "enterprise"],
  [/\/users/, "user"],
  [/\/groups/, "group"],
  [/\/roles/, "role"],
  [/\/projects/, "project"],
  [/agencies/, "agency"],
  [/tasks|jobs/, "job"],
  [/uploads/, "upload"],
  [/images/, "image"],
];
const mostLooked = 50;

/** Remembers the ids that an answer tells. */
export function learnWords(words: Words, { operation }: HttpCall, { body, headers }: Answer): void {
  const kind = kindsOfAddress.find(([form]) => form.test(operation))?.[1];
  const location = headers.get("location");
  if (location !== undefined && kind !== undefined) {
    words.learn(kind, location.split("/").at(-1) ?? "");
  }
  const type = headers.get("content-type") ?? "";
  if (type.includes("json")) {
    learnFrom(words, kind, JSON.parse(body.toString()));
  }
  const [, uploadId] = /<UploadId>([^<]+)/.exec(type.includes("xml") ? body.toString() : "") ?? [];
  if (uploadId !== undefined) {
    words.learn("multipart", uploadId);
  }
}

function learnFrom(words: Words, kind: WordKind | undefined, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [name, inner] of Object.entries(value).slice(0, mostLooked)) {
    const named = name === "id" ? kind : /_id$|^access$|cursor|marker|^next/i.test(name) ? words.kindOf(name) : undefined;
    if (typeof inner === "string" && named !== undefined && inner !== "") {
      words.learn(named, inner);
    }
    learnFrom(words, kind, inner);
  }
}
