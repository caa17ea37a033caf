import { readFile, writeFile } from "node:fs/promises";

/** Memory of a process that is resident, in MiB. */
export interface ProcessMemory {
  readonly nowMiB: number;
  /** The most since the process started, or since `forgetPeak`. */
  readonly peakMiB: number;
}

/** Reads what Linux knows of a process. Source: proc_pid_status(5). */
export async function memoryOfProcess(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const mebibytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? NaN) / 1024;
  return { nowMiB: mebibytes("VmRSS"), peakMiB: mebibytes("VmHWM") };
}

/** Lets the peak begin anew at what is resident now. Source: proc_pid_clear_refs(5). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}
