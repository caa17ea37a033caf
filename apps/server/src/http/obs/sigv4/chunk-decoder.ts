import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ChunkSignatures } from "./chunk-signatures.ts";

const maxLineBytes = 1024;
const maxTrailerBytes = 4096;
const lineFeed = 0x0a;

type State = "head" | "data" | "behindData" | "trailer";

/**
 * Takes a body apart that is sent as `aws-chunked`: `<hex length>[;chunk-signature=…]`, the bytes, and so on to a chunk of no
 * bytes, then trailers. Bytes are handed on before the signature of their chunk is known, so whoever takes them must not make
 * them visible before `end`.
 *
 * Memory  one line of 1 KiB, trailers of 4 KiB; bytes are not copied
 * Throws  obs.IncompleteBody.chunk, obs.SignatureDoesNotMatch.chunk
 */
export class ChunkDecoder {
  readonly #signatures: ChunkSignatures | undefined;
  readonly #takesTrailers: boolean;
  readonly #trailerLines: string[] = [];
  #state: State = "head";
  #line = "";
  #leftBytes = 0;
  #signature = "";
  #offset = 0;
  #chunkOffset = 0;
  #trailerBytes = 0;

  constructor(options: { readonly signatures?: ChunkSignatures | undefined; readonly takesTrailers: boolean }) {
    this.#signatures = options.signatures;
    this.#takesTrailers = options.takesTrailers;
  }

  /** Takes the next bytes of the body; answers those of the content in them. */
  *push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "data") {
        const data = bytes.subarray(at, at + Math.min(this.#leftBytes, bytes.length - at));
        at += data.length;
        this.#offset += data.length;
        this.#leftBytes -= data.length;
        this.#signatures?.update(data);
        if (this.#leftBytes === 0) {
          this.#state = "behindData";
        }
        yield data;
      } else {
        at += this.#takeLine(bytes.subarray(at));
      }
    }
  }

  /** Says that the body has ended; answers the trailers, names in lower case. */
  end(): ReadonlyMap<string, string> {
    if (this.#state !== "trailer") {
      throw this.#broken("it ends before its last chunk");
    }
    this.#endLine(this.#line.trimEnd());
    const trailers = new Map<string, string>();
    for (const line of this.#trailerLines) {
      const colon = line.indexOf(":");
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    if (this.#signatures !== undefined && this.#takesTrailers) {
      const signed = Array.from(trailers).filter(([name]) => name !== "x-amz-trailer-signature");
      const lines = signed.map(([name, value]) => `${name}:${value}`);
      this.#requireSignature(this.#signatures.endTrailer(lines, trailers.get("x-amz-trailer-signature") ?? ""));
    }
    return trailers;
  }

  /** Takes bytes up to the end of a line; answers how many. */
  #takeLine(bytes: Uint8Array): number {
    const found = bytes.indexOf(lineFeed);
    const taken = found === -1 ? bytes.length : found + 1;
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(taken, maxLineBytes + 1)).toString("latin1");
    this.#offset += taken;
    if (this.#line.length > maxLineBytes) {
      throw this.#broken("a line is too long");
    }
    if (found !== -1) {
      const line = this.#line.trimEnd();
      this.#line = "";
      this.#endLine(line);
    }
    return taken;
  }

  #endLine(line: string): void {
    if (this.#state === "head") {
      this.#beginChunk(line);
    } else if (this.#state === "behindData") {
      if (line !== "") {
        throw this.#broken("a chunk is longer than it says");
      }
      this.#endChunk();
      this.#state = "head";
    } else if (line !== "") {
      this.#trailerBytes += line.length;
      if (!this.#takesTrailers || !line.includes(":") || this.#trailerBytes > maxTrailerBytes) {
        throw this.#broken("there is more behind the last chunk than was announced");
      }
      this.#trailerLines.push(line);
    }
  }

  #beginChunk(line: string): void {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (match === null || (match[2] === undefined) !== (this.#signatures === undefined)) {
      throw this.#broken("a chunk must begin with its length in hex, and its signature if the body is signed");
    }
    this.#leftBytes = Number.parseInt(match[1] ?? "", 16);
    this.#signature = match[2] ?? "";
    this.#chunkOffset = this.#offset;
    if (this.#leftBytes > 0) {
      this.#state = "data";
    } else {
      this.#endChunk();
      this.#state = "trailer";
    }
  }

  #endChunk(): void {
    if (this.#signatures !== undefined) {
      this.#requireSignature(this.#signatures.endChunk(this.#signature));
    }
  }

  #requireSignature(isRight: boolean): void {
    if (!isRight) {
      throw new ServiceError("obs.SignatureDoesNotMatch.chunk", { offset: this.#chunkOffset });
    }
  }

  #broken(reason: string): ServiceError {
    return new ServiceError("obs.IncompleteBody.chunk", { offset: this.#offset, reason });
  }
}
