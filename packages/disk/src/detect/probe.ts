import type { DetectedFormat, DiskFormat } from "../core/disk-format.ts";

/** How much of a file's beginning and end detection looks at. */
export const HEAD_BYTES = 1024 * 1024;
export const TAIL_BYTES = 4096;

/** The parts of a file that probes look at. */
export interface ProbeInput {
  /** The first MiB, or the whole file when it is shorter. */
  readonly head: Uint8Array;
  /** The last 4 KiB, or the whole file when it is shorter. */
  readonly tail: Uint8Array;
  readonly lengthBytes: number;
}

/**
 * What a probe answers: the content is this format (`found`, with what proves it); it begins like it and fails the proof, as a damaged
 * file does (`damaged`, with what fails); or it is something else (undefined).
 */
export type ProbeResult = { readonly found: string } | { readonly damaged: string } | undefined;

/** What becomes of a file of a recognised format. */
export type Handling =
  /** It can be opened. */
  | "open"
  /** A disk in a container that is not supported: convert it first. */
  | "convert"
  /** A disk inside a wrapper: unpack it first. */
  | "unpack"
  /** Content that cannot be read without a key. */
  | "encrypted";

/** One row of the detection table. */
export interface Probe {
  readonly format: Exclude<DetectedFormat, "raw">;
  /** The name in a sentence: "This is …". */
  readonly label: string;
  readonly handling: Handling;
  /** The codec that reads it; absent where there is none, and for wrappers and archives. */
  readonly opensAs?: DiskFormat;
  probe(input: ProbeInput): ProbeResult;
}

/** Tells whether `text`, one byte a character, stands at `offset`. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  return (
    offset >= 0 && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1", offset, offset + text.length) === text
  );
}

/** Reads an unsigned 32-bit integer, or answers undefined behind the end. */
export function u32(bytes: Uint8Array, offset: number, order: "be" | "le"): number | undefined {
  if (offset < 0 || offset + 4 > bytes.length) {
    return undefined;
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, order === "le");
}
