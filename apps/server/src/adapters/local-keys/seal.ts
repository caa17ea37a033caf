import { hkdfSync, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { KeySetupError } from "../key-register/key-setup-error.ts";

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** How a key is made from a passphrase. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What the file says of its seal, so that it can be opened again. No secret. */
export type SealHeader =
  | ({ readonly kind: "passphrase"; readonly salt: string } & ScryptCost & Check)
  | ({ readonly kind: "sealKey" } & Check);

interface Check {
  /** Tells a wrong passphrase from a damaged file: 16 bytes derived from the key. */
  readonly check: string;
}

/** The key that a file is sealed by, ready for use, and what the file says of it. */
export interface Seal {
  readonly key: Buffer;
  readonly header: SealHeader;
}

/** About 0.4 s and 128 MiB for a guess, and for a start. */
export const defaultScryptCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

const keyBytes = 32;

/** Derives a new seal from a passphrase, on the thread pool. */
export async function newPassphraseSeal(passphrase: string, cost: ScryptCost): Promise<Seal> {
  const salt = randomBytes(32);
  const key = await stretch(passphrase, salt, cost);
  return { key, header: { kind: "passphrase", salt: salt.toString("base64"), ...cost, check: checkOf(key) } };
}

/** The seal by a key of 32 random bytes that is kept beside the file. */
export function sealByKey(key: Buffer): Seal {
  return { key, header: { kind: "sealKey", check: checkOf(key) } };
}

/**
 * Makes the key of a file that is sealed by a passphrase, on the thread pool. The costs come from the file and are checked first.
 *
 * Memory  128 · N · r bytes while it runs, at most 512 MiB
 * Throws  KeySetupError: the passphrase is wrong, the costs are beyond reason
 */
export async function openPassphraseSeal(header: SealHeader & { kind: "passphrase" }, passphrase: string): Promise<Seal> {
  const { N, r, p } = header;
  const salt = Buffer.from(header.salt, "base64");
  const isPower = Number.isInteger(N) && N >= 2 && N <= 2 ** 19 && (N & (N - 1)) === 0;
  const isSound = isPower && Number.isInteger(r) && r >= 1 && r <= 8 && Number.isInteger(p) && p >= 1 && p <= 4 && salt.length >= 16;
  if (!isSound) {
    throw new KeySetupError("The file of the master keys names costs of its passphrase that this version never writes: it is damaged.");
  }
  const key = await stretch(passphrase, salt, { N, r, p });
  if (checkOf(key) !== header.check) {
    throw new KeySetupError("The passphrase is not the one that the master keys are sealed with. Nothing was changed; give the right one.");
  }
  return { key, header };
}

/** Throws  KeySetupError: another key sealed the file */
export function openKeySeal(header: SealHeader & { kind: "sealKey" }, key: Buffer): Seal {
  if (checkOf(key) !== header.check) {
    throw new KeySetupError(
      "The seal key is not the one that the master keys are sealed with. Nothing was changed; bring both files of one backup.",
    );
  }
  return { key, header };
}

async function stretch(passphrase: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  return await derive(passphrase.normalize("NFC"), salt, keyBytes, { N, r, p, maxmem: 128 * N * r + 16 * 1024 * 1024 });
}

function checkOf(key: Buffer): string {
  return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "tintype master keys: check", 16)).toString("base64");
}
