import type { ByteSource } from "./byte-source.ts";

/**
 * A file that belongs to an image of several files, given by the caller. An image never opens a file by the name that stands in it;
 * it only finds, by base name, what it was given.
 */
export interface RelatedFile {
  /** Base name, without folders. */
  readonly name: string;
  /** Taken over and closed together with the image's own source, whether the image uses it or not. */
  readonly source: ByteSource;
}
