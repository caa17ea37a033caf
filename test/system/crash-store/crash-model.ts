import { crashKeys } from "./crash-content.ts";
import type { CrashBlob, CrashKey } from "./crash-content.ts";

/** What is known of a blob: it is there, or it may be, because what was under way was cut off. */
export interface KnownBlob extends CrashBlob {
  readonly isSure: boolean;
}

/** What can be under way. "rewrite" is a copy under another key, whose content is stored anew; "rebuild" makes chunk index and catalog anew. */
export const crashVerbs = ["put", "copy", "rewrite", "remove", "collect", "rebuild"] as const;
export type CrashVerb = (typeof crashVerbs)[number];

const makers: readonly string[] = ["put", "copy", "rewrite"] satisfies CrashVerb[];

/** What the lines of a child say about the store. Blobs that are surely not there are not in it. */
export class CrashModel {
  readonly blobs: Map<string, KnownBlob>;
  operations = 0;
  readonly #begun = new Map<string, readonly string[]>();

  /** Starts from blobs that are there, by the words of their names. */
  constructor(there: Iterable<readonly [string, CrashBlob]>) {
    this.blobs = new Map([...there].map(([word, blob]) => [word, { ...blob, isSure: true }]));
  }

  /** Reads all lines that there are. The last one may be cut off. */
  read(lines: string): this {
    for (const line of lines.split("\n").slice(0, -1)) {
      const [sign = "", number = "", ...what] = line.split(" ");
      if (sign === "+") {
        this.#begun.set(number, what);
        this.#begin(what);
      } else {
        this.#end(this.#begun.get(number) ?? [], sign === "=");
        this.#begun.delete(number);
        this.operations += 1;
      }
    }
    return this;
  }

  /** What was begun and has not ended. */
  get underWay(): ReadonlySet<CrashVerb> {
    const verbs = [...this.#begun.values()].map(([verb]) => verb);
    return new Set(crashVerbs.filter((verb) => verbs.includes(verb)));
  }

  #begin([verb = "", word = "", content = "", key = ""]: readonly string[]): void {
    if (makers.includes(verb) || verb === "remove") {
      const { isSure: _sure, ...blob } = this.blobs.get(word) ?? { content, key: asKey(key), isSure: false };
      this.blobs.set(word, { ...blob, isSure: false });
    }
  }

  #end([verb = "", word = "", content = "", key = ""]: readonly string[], isDone: boolean): void {
    if (makers.includes(verb) && isDone) {
      this.blobs.set(word, { content, key: asKey(key), isSure: true });
    } else if (makers.includes(verb) || verb === "remove") {
      this.blobs.delete(word);
    }
  }
}

function asKey(word: string): CrashKey {
  return crashKeys.find((key) => key === word) ?? "plain";
}
