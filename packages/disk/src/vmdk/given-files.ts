import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { RelatedFile } from "../core/related-file.ts";
import { corruptVmdk } from "./vmdk-error.ts";

/**
 * The files that were given beside a descriptor, found by exact name. No byte of a file is handed out twice: a small file that is named often
 * would make a huge disk.
 */
export class GivenFiles {
  readonly #files: readonly RelatedFile[];
  readonly #takenBytes = new Map<ByteSource, number>();

  constructor(files: readonly RelatedFile[]) {
    this.#files = files;
  }

  /**
   * Answers a file of which that many bytes are wanted, or all of it.
   *
   * Throws  disk.unsupported (not given, or more than once), disk.corrupt (no name; more is wanted of the file than it has)
   */
  take(name: string | undefined, wanted: number | "whole"): ByteSource {
    const { source } = this.#find(name);
    const taken = this.#takenBytes.get(source) ?? 0;
    const wantedBytes = wanted === "whole" ? source.lengthBytes : wanted;
    if (taken > 0 && taken + wantedBytes > source.lengthBytes) {
      throw corruptVmdk(`its descriptor takes more of ${JSON.stringify(name)} than the ${source.lengthBytes} bytes that it has`);
    }
    this.#takenBytes.set(source, taken + wantedBytes);
    return source;
  }

  #find(name: string | undefined): RelatedFile {
    if (name === undefined) {
      throw corruptVmdk("a line of its descriptor names no file");
    }
    const found = this.#files.filter((file) => file.name === name);
    const [file] = found;
    if (file !== undefined && found.length === 1) {
      return file;
    }
    const problem = file === undefined ? "not given" : "given more than once";
    throw new DiskError("disk.unsupported", `The VMDK keeps its data in ${JSON.stringify(name.slice(0, 120))}, which was ${problem}.`, {
      remedy: "Give all files that the descriptor names, each once.",
    });
  }
}
