import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { TlsFiles } from "./http/tls-files.ts";
import { StartError } from "./start-error.ts";

/** Where they lie; both are named, or neither. */
export interface TlsSettings {
  readonly certFile?: string;
  readonly keyFile?: string;
}

/**
 * Reads what a port needs to speak TLS; undefined when it is to speak plain HTTP. `name` is the port's part of the settings.
 *
 * Memory  the two files
 * Throws  StartError when one of the two is missing, cannot be read or is no PEM, or when they do not belong together
 */
export async function readTls(name: "http" | "obs", { certFile, keyFile }: TlsSettings): Promise<TlsFiles | undefined> {
  const variables = [`TINTYPE_${name.toUpperCase()}_TLS_CERT_FILE`, `TINTYPE_${name.toUpperCase()}_TLS_KEY_FILE`] as const;
  if (certFile === undefined && keyFile === undefined) {
    return undefined;
  }
  if (certFile === undefined || keyFile === undefined) {
    throw new StartError(`TLS needs both ${variables[0]} and ${variables[1]}. Set both, or neither.`);
  }
  const [cert, key] = [await read(certFile, variables[0]), await read(keyFile, variables[1])];
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The certificate ${certFile} and the key ${keyFile} cannot be used together (${reason}). Both must be PEM, and a pair.`,
      {
        cause: error,
      },
    );
  }
  return { cert, key };
}

async function read(path: string, variable: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The file that ${variable} names cannot be read (${reason}).`, { cause: error });
  }
}
