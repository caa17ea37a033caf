import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomIds } from "../adapters/random-ids.ts";
import { openLocalKeys } from "../adapters/local-keys/open-local-keys.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Log } from "../ports/log.ts";

/** A clock that a test moves. */
class MovableClock {
  #now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** A folder, a clock and a log for key services. */
export class KeyWorld implements AsyncDisposable {
  readonly folder: string;
  readonly clock = new MovableClock();
  readonly ids = randomIds(this.clock);
  readonly warnings: string[] = [];
  readonly log: Log = { info() {}, warn: (_, message) => void this.warnings.push(message), error() {} };

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<KeyWorld> {
    return new KeyWorld(join(await mkdtemp(join(tmpdir(), "tintype-keys-")), "keys"));
  }

  /** Local keys in the folder; a passphrase costs little here. */
  async local(passphrase?: string): Promise<KeyService> {
    const { folder, clock, ids, log } = this;
    return await openLocalKeys({ folder, passphrase, cost: { N: 1024, r: 8, p: 1 }, clock, ids, log });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(join(this.folder, ".."), { recursive: true, force: true });
  }
}
