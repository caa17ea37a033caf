import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Clock } from "../ports/clock.ts";

/** A request that has brought nothing for so long makes room for the next one: its client is likely gone, and the connection broken. */
const stalledMs = 5000;

/** One request's turn to write to an upload; disposal ends it. */
export interface WritingTurn extends Disposable {
  /** Tells that bytes came. */
  moved(): void;
  /** Tells that all bytes came, and that what is done with them cannot be called off. */
  finishing(): void;
}

interface Writer {
  movedAt: number;
  isFinishing: boolean;
  readonly cancel: () => void;
  readonly ended: Promise<void>;
}

/**
 * Lets one request at a time write to an upload. It holds for one process; what several ones would do to each other's work, the catalog
 * refuses.
 */
export class UploadWriters {
  readonly #writers = new Map<string, Writer>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `cancel` makes the writer end soon. Throws  tus.locked while another one is at work */
  async begin(id: string, cancel: () => void): Promise<WritingTurn> {
    const other = this.#writers.get(id);
    if (other !== undefined) {
      if (other.isFinishing || this.#clock.now() - other.movedAt < stalledMs) {
        throw new ServiceError("tus.locked", { id });
      }
      other.cancel();
      await other.ended;
      if (this.#writers.has(id)) {
        throw new ServiceError("tus.locked", { id });
      }
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const writer: Writer = { movedAt: this.#clock.now(), isFinishing: false, cancel, ended };
    this.#writers.set(id, writer);
    return {
      moved: () => void (writer.movedAt = this.#clock.now()),
      finishing: () => void (writer.isFinishing = true),
      [Symbol.dispose]: () => {
        this.#writers.delete(id);
        resolve();
      },
    };
  }

  /** Ends whoever writes to an upload. What it has stored by then counts or not as the catalog has it. */
  stop(id: string): void {
    this.#writers.get(id)?.cancel();
  }
}
