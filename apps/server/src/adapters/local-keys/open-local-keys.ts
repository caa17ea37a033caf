import type { KeyService } from "../../ports/key-service.ts";
import { RegisteredKeys } from "../key-register/registered-keys.ts";
import type { RegisteredKeysParts } from "../key-register/registered-keys.ts";
import { localMaterial } from "./local-material.ts";
import { SealedRegisterFile } from "./sealed-register-file.ts";
import type { SealedFileOptions } from "./sealed-register-file.ts";

/**
 * Master keys in a file of this machine.
 *
 * Throws  KeySetupError: wrong or missing passphrase, damaged files
 */
export async function openLocalKeys(options: SealedFileOptions & Pick<RegisteredKeysParts, "clock" | "ids" | "log">): Promise<KeyService> {
  const { clock, ids, log } = options;
  return await RegisteredKeys.open({ file: new SealedRegisterFile(options), material: localMaterial, clock, ids, log });
}
