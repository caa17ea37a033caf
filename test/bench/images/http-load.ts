import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

/** One call of a load. */
export interface Call {
  readonly method: "GET" | "PATCH" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
}

/** What a load measured. */
export interface LoadFigures {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/**
 * Sends calls over connections that stay open, each connection one call after the other, until `durationMs` have passed.
 *
 * Throws  Error for an answer that is neither 200 nor 201
 */
export async function measureLoad(
  base: string,
  headers: Readonly<Record<string, string>>,
  { calls, connections, durationMs }: { readonly calls: () => Call; readonly connections: number; readonly durationMs: number },
): Promise<LoadFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  // The first calls open connections and warm caches up.
  for (let warm = 0; warm < 20; warm += 1) {
    await send(agent, base, headers, calls());
  }
  const begin = performance.now();
  const end = begin + durationMs;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let now = performance.now(); now < end;) {
        await send(agent, base, headers, calls());
        const after = performance.now();
        times.push(after - now);
        now = after;
      }
    }),
  );
  const tookMs = performance.now() - begin;
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { perSecond: (times.length / tookMs) * 1000, medianMs: at(0.5), p99Ms: at(0.99) };
}

// oxlint-disable-next-line max-params -- a call and where it goes
async function send(agent: Agent, base: string, headers: Readonly<Record<string, string>>, call: Call): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { method, path, body, type } = call;
  const sent = {
    ...headers,
    ...(body !== undefined && { "content-type": type ?? "application/json", "content-length": String(Buffer.byteLength(body)) }),
  };
  const outgoing = request(`${base}${path}`, { method, agent, headers: sent }, (answer) => {
    const pieces: Buffer[] = [];
    answer.on("data", (piece: Buffer) => pieces.push(piece));
    answer.on("error", reject);
    answer.on("end", () =>
      answer.statusCode === 200 || answer.statusCode === 201
        ? resolve()
        : reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${Buffer.concat(pieces).toString().slice(0, 300)}`)),
    );
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return await promise;
}
