import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { KeySetupError } from "../key-register/key-setup-error.ts";
import type { Seal, SealHeader } from "./seal.ts";

/** A file of master keys, as it lies on the disk (JSON). */
export interface SealedFile {
  readonly format: "tintype-master-keys";
  readonly version: 1;
  readonly seal: SealHeader;
  /** 12 random bytes, new with every write. */
  readonly nonce: string;
  /** AES-256-GCM of the content and its tag; `format`, `version` and `seal` are authenticated with it. */
  readonly sealed: string;
}

const tagBytes = 16;
const format = "tintype-master-keys";

/** Seals a text. */
export function sealText(text: string, { key, header }: Seal): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(authenticated(header));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  const file: SealedFile = { format, version: 1, seal: header, nonce: nonce.toString("base64"), sealed: sealed.toString("base64") };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads what lies on the disk, as far as that needs no key.
 *
 * Throws  KeySetupError: it is no such file, or of a later version
 */
export function parseSealedFile(text: string, path: string): SealedFile {
  const file = parse(text);
  if (file?.format !== format || typeof file.nonce !== "string" || typeof file.sealed !== "string" || !isHeader(file.seal)) {
    throw new KeySetupError(`${path} is no file of master keys, or it is damaged. Nothing was changed; bring it back from a backup.`);
  }
  if (file.version !== 1) {
    throw new KeySetupError(`${path} was written by a later version of this program. Nothing was changed; use that version.`);
  }
  return file as SealedFile; // every field was looked at
}

/** Throws  KeySetupError: the file was changed since it was written */
export function openText({ nonce, sealed }: SealedFile, { key, header }: Seal, path: string): string {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: tagBytes });
    decipher.setAAD(authenticated(header)).setAuthTag(bytes.subarray(Math.max(0, bytes.length - tagBytes)));
    return Buffer.concat([decipher.update(bytes.subarray(0, Math.max(0, bytes.length - tagBytes))), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new KeySetupError(`${path} was changed since it was written. Nothing was changed now; bring it back from a backup.`, {
      cause: error,
    });
  }
}

function parse(text: string): Partial<SealedFile> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function isHeader(seal: SealHeader | undefined): boolean {
  if (typeof seal !== "object" || seal === null || typeof seal.check !== "string") {
    return false;
  }
  return seal.kind === "sealKey" || (seal.kind === "passphrase" && typeof seal.salt === "string");
}

function authenticated(header: SealHeader): Buffer {
  const { kind, check } = header;
  const costs = header.kind === "passphrase" ? [header.salt, header.N, header.r, header.p] : [];
  return Buffer.from(JSON.stringify([format, 1, kind, check, ...costs]));
}
