import { setTimeout as sleep } from "node:timers/promises";

/** Nothing takes as long here; what does hangs. */
const hangsAfterMs = 30_000;

/** Waits for something. Throws  an Error that says what, when it does not come to an end */
export async function orHang<T>(work: Promise<T>, what: () => string): Promise<T> {
  const done = new AbortController();
  const hung = Symbol("hung");
  try {
    const first = await Promise.race([work, sleep(hangsAfterMs, hung, { signal: done.signal })]);
    if (first === hung) {
      throw new Error(`${what()}: no end in ${hangsAfterMs} ms`);
    }
    return first;
  } finally {
    done.abort();
  }
}
