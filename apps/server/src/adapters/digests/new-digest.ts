import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { DigestAlgorithm } from "../../ports/content-digests.ts";
import { crc32c } from "./crc32c.ts";
import { Crc64Nvme } from "./crc64nvme.ts";

/** One digest that is being computed in this thread. */
export interface SyncDigest {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** Starts a digest of the given kind. */
export function newDigest(algorithm: DigestAlgorithm): SyncDigest {
  switch (algorithm) {
    case "crc32":
      return new Crc32Digest(crc32);
    case "crc32c":
      return new Crc32Digest(crc32c);
    case "crc64nvme":
      return new Crc64Nvme();
    case "md5":
    case "sha1":
    case "sha256":
    case "sha512": {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
    }
  }
}

class Crc32Digest implements SyncDigest {
  readonly #compute: (bytes: Uint8Array, previous: number) => number;
  #value = 0;

  constructor(compute: (bytes: Uint8Array, previous: number) => number) {
    this.#compute = compute;
  }

  update(bytes: Uint8Array): void {
    this.#value = this.#compute(bytes, this.#value);
  }

  hex(): string {
    return this.#value.toString(16).padStart(8, "0");
  }
}
