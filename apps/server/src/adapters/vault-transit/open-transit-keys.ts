import { join } from "node:path";
import { isServiceError } from "@tintype/contract/service-error.ts";
import type { KeyService } from "../../ports/key-service.ts";
import { readSecretLine } from "../key-register/read-secret-file.ts";
import { RegisteredKeys } from "../key-register/registered-keys.ts";
import type { RegisteredKeysParts } from "../key-register/registered-keys.ts";
import { plainRegisterFile } from "./plain-register-file.ts";
import { callTransit } from "./transit-client.ts";
import { transitMaterial } from "./transit-material.ts";

/** How the engine is reached, and where what it has no place for is kept. */
export interface TransitKeysOptions extends Pick<RegisteredKeysParts, "clock" | "ids" | "log"> {
  readonly folder: string;
  readonly address: string;
  readonly mount: string;
  readonly namespace?: string | undefined;
  /** File with the token, read anew for every call: an agent may renew it. */
  readonly tokenFile: string;
}

/**
 * Master keys in the transit engine of a HashiCorp Vault or an OpenBao. A server that is away does not hinder the start: keys are not needed for everything.
 *
 * Throws  KeySetupError: the token's file or the register cannot be used
 */
export async function openTransitKeys(options: TransitKeysOptions): Promise<KeyService> {
  const { clock, ids, log, folder, tokenFile } = options;
  const connection = { ...options, token: async () => readSecretLine(tokenFile, "token file") };
  await connection.token();
  try {
    await callTransit(connection, { method: "GET", path: "keys/tintype-probe" });
  } catch (error) {
    if (!isServiceError(error)) {
      throw error;
    }
    log.warn(
      { err: error, address: options.address },
      "The key service cannot use its Vault: encrypted images cannot be read or made until it can",
    );
  }
  const file = plainRegisterFile(join(folder, "transit-keys.json"));
  return await RegisteredKeys.open({ file, material: transitMaterial(connection), clock, ids, log });
}
