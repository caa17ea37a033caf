import { filler } from "./filler.ts";

/** Content of a blob of the kill test, from its word: up to half a megabyte, partly shared by all, partly its own. */
export function killedContent(word: string): Buffer {
  const [first = 0, second = 0] = filler(word, 2);
  return Buffer.concat([filler("shared", first * 100), Buffer.alloc(40_000), filler(`own ${word}`, second * 2000)]);
}
