import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Limiter } from "@tintype/disk/core/limiter.ts";

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** About 60 ms and 32 MiB a password; with the limit below, 64 MiB in all. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const;
const keyBytes = 32;
const saltBytes = 16;
const memoryCeilingBytes = 64 * 1024 * 1024;

/** Hashing shares its threads with reading and writing files: however many people log in at once, half of them stay free. */
const atOnce = new Limiter(2);

/**
 * Hashes a password for keeping, on the thread pool.
 *
 * Shape   `scrypt$N$r$p$salt$hash`, salt and hash in base64
 * Source  RFC 7914
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await atOnce.run(async () => derive(password, salt, keyBytes, { ...cost, maxmem: memoryCeilingBytes }));
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** Compares a password with what is kept of it, in a time that tells nothing. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = kept.split("$");
  if (scheme !== "scrypt" || salt === undefined || hash === undefined) {
    throw new Error("A kept password is not in the form that this version writes");
  }
  const expected = Buffer.from(hash, "base64");
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: memoryCeilingBytes };
  const actual = await atOnce.run(async () => derive(password, Buffer.from(salt, "base64"), expected.length, options));
  return timingSafeEqual(actual, expected);
}

/** What an unknown user's password is compared with, so that the answer takes as long as for a known one. Nobody's password. */
export const nobodysHash = `scrypt$${cost.N}$${cost.r}$${cost.p}$${Buffer.alloc(saltBytes).toString("base64")}$${Buffer.alloc(keyBytes).toString("base64")}`;
