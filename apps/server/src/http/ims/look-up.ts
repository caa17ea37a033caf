import { ServiceError } from "@tintype/contract/service-error.ts";

/**
 * What a word of a parameter means.
 *
 * Throws  IMG.0017 for a word that is none of them
 */
export function lookUp<T>(words: Readonly<Record<string, T>>, parameter: string, word: string): T {
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) {
    throw new ServiceError("IMG.0017", { parameter, problem: `"${word}" is none of ${Object.keys(words).join(", ")}` });
  }
  return found;
}
