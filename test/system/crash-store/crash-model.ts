/** What is known of a blob: it is there, or it may be, because what was under way was cut off. */
export interface KnownBlob {
  readonly content: string;
  readonly isSure: boolean;
}

/** What the lines of `child.ts` say about the store. Blobs that are surely not there are not in it. */
export class CrashModel {
  readonly blobs: Map<string, KnownBlob>;
  operations = 0;

  /** Starts from blobs that are there: the words of their names, and those of their contents. */
  constructor(there: Iterable<readonly [string, string]>) {
    this.blobs = new Map([...there].map(([word, content]) => [word, { content, isSure: true }]));
  }

  /** Reads all lines that there are. The last one may be cut off. */
  read(lines: string): this {
    const begun = new Map<string, string[]>();
    for (const line of lines.split("\n").slice(0, -1)) {
      const [sign = "", number = "", ...what] = line.split(" ");
      if (sign === "+") {
        begun.set(number, what);
        this.#begin(what);
      } else {
        this.#end(begun.get(number) ?? [], sign === "=");
        this.operations += 1;
      }
    }
    return this;
  }

  #begin([verb, word = "", content = ""]: string[]): void {
    const known = this.blobs.get(word)?.content ?? content;
    if (verb === "put" || verb === "remove") {
      this.blobs.set(word, { content: known, isSure: false });
    }
  }

  #end([verb, word = "", content = ""]: string[], isDone: boolean): void {
    if (verb === "put" && isDone) {
      this.blobs.set(word, { content, isSure: true });
    } else if (verb === "put" || verb === "remove") {
      this.blobs.delete(word);
    }
  }
}
