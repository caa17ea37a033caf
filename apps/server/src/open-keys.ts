import { access } from "node:fs/promises";
import { join } from "node:path";
import { KeySetupError } from "./adapters/key-register/key-setup-error.ts";
import { readSecretLine } from "./adapters/key-register/read-secret-file.ts";
import { openLocalKeys } from "./adapters/local-keys/open-local-keys.ts";
import { openTransitKeys } from "./adapters/vault-transit/open-transit-keys.ts";
import type { Config } from "./config/config-schema.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { KeyService } from "./ports/key-service.ts";
import type { Log } from "./ports/log.ts";
import { StartError } from "./start-error.ts";

interface KeysSetup {
  readonly settings: Config["keys"];
  readonly dataDir: string;
  readonly credentialsFolder: string | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Name of the systemd credential with the passphrase. */
const credentialName = "tintype-keys";

/**
 * Opens the key service that the settings name: a Vault, or the file of this machine. Settings that only half name one refuse the start.
 *
 * Throws  StartError
 */
export async function openKeys(setup: KeysSetup): Promise<KeyService> {
  const folder = join(setup.dataDir, "keys");
  const { vault, passphraseFile } = setup.settings;
  try {
    if (vault.address === undefined) {
      requireUnset({ keys_vault_token_file: vault.tokenFile, keys_vault_namespace: vault.namespace }, "TINTYPE_KEYS_VAULT_ADDRESS is not");
      return await openLocalKeys({ ...setup, folder, passphrase: await passphraseOf(setup) });
    }
    requireUnset({ keys_passphrase_file: passphraseFile }, "a Vault is to keep the keys, too");
    if (vault.tokenFile === undefined) {
      throw new KeySetupError(
        "TINTYPE_KEYS_VAULT_ADDRESS is set, and no token for it. Name the token's file with TINTYPE_KEYS_VAULT_TOKEN_FILE.",
      );
    }
    const { address, mount, namespace, tokenFile } = vault;
    return await openTransitKeys({ ...setup, folder, address, mount, namespace, tokenFile });
  } catch (error) {
    throw error instanceof KeySetupError ? new StartError(error.message, { cause: error }) : error;
  }
}

function requireUnset(settings: Readonly<Record<string, string | undefined>>, because: string): void {
  const set = Object.entries(settings).find(([, value]) => value !== undefined);
  if (set !== undefined) {
    throw new KeySetupError(`TINTYPE_${set[0].toUpperCase()} is set, and ${because}. Set what belongs together, or neither.`);
  }
}

async function passphraseOf({ settings, credentialsFolder }: KeysSetup): Promise<string | undefined> {
  if (settings.passphraseFile !== undefined) {
    return await readSecretLine(settings.passphraseFile, "passphrase file");
  }
  const credential = credentialsFolder === undefined ? undefined : join(credentialsFolder, credentialName);
  return credential !== undefined && (await isThere(credential)) ? await readSecretLine(credential, "systemd credential") : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return false;
    }
    throw error;
  }
}
