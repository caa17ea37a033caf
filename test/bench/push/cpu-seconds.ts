import { readFile } from "node:fs/promises";

/** Linux counts in these for every program. Source: proc_pid_stat(5), sysconf(_SC_CLK_TCK) */
const ticksPerSecond = 100;

/** Seconds of processor time that a process has taken, its threads included. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in brackets, which may hold spaces; utime and stime are the 14th and 15th.
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(utime) + Number(stime)) / ticksPerSecond;
}
