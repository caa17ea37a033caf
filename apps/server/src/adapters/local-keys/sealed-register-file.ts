import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../ports/log.ts";
import type { KeyRegisterFile } from "../key-register/key-material.ts";
import { parseKeyRecords } from "../key-register/key-record.ts";
import type { KeyRecord } from "../key-register/key-record.ts";
import { KeySetupError } from "../key-register/key-setup-error.ts";
import { readIfThere } from "../key-register/read-if-there.ts";
import { readSecretFile } from "../key-register/read-secret-file.ts";
import { writeKeyFile } from "../key-register/write-key-file.ts";
import { defaultScryptCost, newPassphraseSeal, openKeySeal, openPassphraseSeal, sealByKey } from "./seal.ts";
import type { ScryptCost, Seal } from "./seal.ts";
import { openText, parseSealedFile, sealText } from "./sealed-text.ts";
import type { SealedFile } from "./sealed-text.ts";

export interface SealedFileOptions {
  readonly folder: string;
  /** Without one, a key beside the file seals it. */
  readonly passphrase: string | undefined;
  readonly cost?: ScryptCost | undefined;
  readonly log: Log;
}

const sealKeyBytes = 32;

/**
 * The records of local keys with their bits, in `master-keys.json`, sealed by a passphrase or by `seal-key` beside it. A file that was sealed by a key is
 * sealed anew the first time that there is a passphrase, and the key is removed.
 *
 * Throws  KeySetupError from `load`: wrong passphrase, missing passphrase or seal key, damage; nothing on the disk is changed then
 */
export class SealedRegisterFile implements KeyRegisterFile {
  readonly #options: SealedFileOptions;
  readonly #path: string;
  readonly #keyPath: string;
  #seal: Seal | undefined;

  constructor(options: SealedFileOptions) {
    this.#options = options;
    this.#path = join(options.folder, "master-keys.json");
    this.#keyPath = join(options.folder, "seal-key");
  }

  async load(): Promise<readonly KeyRecord[]> {
    const text = await readIfThere(this.#path);
    if (text === undefined) {
      return [];
    }
    const file = parseSealedFile(text, this.#path);
    const seal = await this.#open(file);
    const records = this.#parse(openText(file, seal, this.#path));
    this.#seal = seal;
    if (this.#options.passphrase !== undefined) {
      await this.#leaveSealKey(file, records);
    } else {
      this.#warn();
    }
    return records;
  }

  async save(records: readonly KeyRecord[]): Promise<void> {
    const seal = (this.#seal ??= await this.#newSeal());
    await writeKeyFile(this.#path, sealText(JSON.stringify({ keys: records }), seal));
  }

  async #open(file: SealedFile): Promise<Seal> {
    const { passphrase } = this.#options;
    const { seal } = file;
    if (seal.kind === "sealKey") {
      return openKeySeal(seal, await this.#readSealKey());
    }
    if (passphrase === undefined) {
      throw new KeySetupError(
        `The master keys in ${this.#path} are sealed with a passphrase, and none is set. Name its file with TINTYPE_KEYS_PASSPHRASE_FILE, or load the systemd credential tintype-keys.`,
      );
    }
    return await openPassphraseSeal(seal, passphrase);
  }

  #parse(text: string): readonly KeyRecord[] {
    const content: unknown = JSON.parse(text);
    try {
      return parseKeyRecords(typeof content === "object" && content !== null ? Reflect.get(content, "keys") : undefined);
    } catch (error) {
      throw new KeySetupError(
        `${this.#path} holds what this version does not write: ${error instanceof Error ? error.message : "damage"}.`,
        {
          cause: error,
        },
      );
    }
  }

  /** Whoever has a passphrase now need not have the seal key; a crash may have left it. */
  async #leaveSealKey(file: SealedFile, records: readonly KeyRecord[]): Promise<void> {
    if (file.seal.kind === "sealKey") {
      this.#seal = await this.#newSeal();
      await this.save(records);
    }
    await rm(this.#keyPath, { force: true });
  }

  async #newSeal(): Promise<Seal> {
    const { passphrase, cost = defaultScryptCost } = this.#options;
    if (passphrase !== undefined) {
      return await newPassphraseSeal(passphrase, cost);
    }
    if ((await readIfThere(this.#keyPath)) === undefined) {
      await writeKeyFile(this.#keyPath, randomBytes(sealKeyBytes));
    }
    this.#warn();
    return sealByKey(await this.#readSealKey());
  }

  #warn(): void {
    this.#options.log.warn(
      { folder: this.#options.folder },
      "Master keys are sealed by a key that lies beside them: whoever takes this disk takes the keys. Set TINTYPE_KEYS_PASSPHRASE_FILE or the systemd credential tintype-keys to change that.",
    );
  }

  async #readSealKey(): Promise<Buffer> {
    const key = await readSecretFile(this.#keyPath, "seal key");
    if (key.length !== sealKeyBytes) {
      throw new KeySetupError(
        `The seal key ${this.#keyPath} has ${key.length} bytes, not ${sealKeyBytes}: it is damaged. Bring it back from a backup.`,
      );
    }
    return Buffer.from(key);
  }
}
