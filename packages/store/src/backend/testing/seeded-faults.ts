import { createHash } from "node:crypto";
import type { BackendOperation, Fault, FaultScript } from "./faulty-backend.ts";

/** Which faults may befall which operation. */
const faultsOf: Readonly<Record<BackendOperation, readonly Fault[]>> = {
  put: ["before", "after", "slow"],
  read: ["before", "after", "slow", "partial"],
  sizeOf: ["before", "slow"],
  list: ["before", "slow", "partial", "stale"],
  remove: ["before", "after", "slow"],
};

/**
 * A script that draws faults from a seed: the same seed gives the same faults for the same calls in the same order.
 *
 * `rate` is how many of a hundred calls go wrong; `leaveOut` names faults that never come.
 */
export function seededFaults(seed: string, rate: number, leaveOut: readonly Fault[] = []): FaultScript {
  let calls = 0;
  return (operation) => {
    calls += 1;
    const draw = createHash("sha256").update(`${seed} ${calls}`).digest();
    const faults = faultsOf[operation].filter((fault) => !leaveOut.includes(fault));
    return draw.readUInt32LE(0) % 100 < rate ? faults[draw.readUInt32LE(4) % faults.length] : undefined;
  };
}
