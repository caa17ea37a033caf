import { isDiskError } from "../core/disk-error.ts";
import type { DiskError } from "../core/disk-error.ts";
import type { Fault } from "./check-report.ts";

/** Faults that are kept; the others are counted. */
const MAX_FAULTS = 1000;

/**
 * Collects faults.
 *
 * Memory  1,000 faults
 */
export class FaultList {
  readonly #kept: Fault[] = [];
  #errors = 0;
  #leaks = 0;

  get faults(): readonly Fault[] {
    return this.#kept;
  }

  get omitted(): number {
    return this.#errors + this.#leaks - this.#kept.length;
  }

  /** How many faults are errors, kept or not. */
  get errors(): number {
    return this.#errors;
  }

  add(fault: Fault): void {
    if (fault.severity === "error") {
      this.#errors += 1;
    } else {
      this.#leaks += 1;
    }
    if (this.#kept.length < MAX_FAULTS) {
      this.#kept.push(fault);
    }
  }

  /** Adds what a codec refused, with the place where that is known. */
  addRefusal(error: DiskError, place: Pick<Fault, "fileOffset" | "diskOffset"> = {}): void {
    this.add({ code: error.code, message: error.message, ...place, severity: "error" });
  }
}

/** Tells whether a failure says something of the image. A medium that fails, a caller that gave up and our own mistakes do not. */
export function isRefusal(error: unknown): error is DiskError {
  return isDiskError(error) && error.code !== "disk.io";
}
