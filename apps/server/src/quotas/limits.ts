/** Ceilings that an operator may set. The field names are those of the settings under `limits`, which have the documented defaults. */
export interface Limits {
  readonly images: {
    /** Private images a project may own. */
    readonly perProject: number;
  };
  readonly jobs: {
    /** Unfinished jobs a project may have. */
    readonly concurrentPerProject: number;
  };
  readonly imports: {
    /** Largest file of a normal import. */
    readonly maxFileGiB: number;
  };
  readonly exports: {
    /** Largest disk of a normal export. */
    readonly maxDiskGiB: number;
  };
  readonly copies: {
    /** Largest disk that may be copied. */
    readonly maxDiskGiB: number;
    /** Unfinished copies a project may have. */
    readonly concurrentPerProject: number;
  };
  readonly disks: {
    /** Largest system disk that an image may ask for. */
    readonly maxSystemGiB: number;
  };
  readonly keys: {
    /** Master keys a project may have, its default keys apart. */
    readonly perProject: number;
  };
  readonly tags: {
    readonly perImage: number;
  };
  readonly properties: {
    /** Free attributes of one image. */
    readonly perImage: number;
  };
}

export const bytesPerGiB = 1024 ** 3;
