import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { benchImages } from "../images/bench-image.ts";
import { startGlance } from "../images/glance-server.ts";
import { measureLoad } from "../images/http-load.ts";
import type { Call } from "../images/http-load.ts";
import { inTurn } from "../images/in-turn.ts";
import { startTintype } from "../images/tintype-server.ts";
import type { Row } from "./row.ts";

/** What is asked for, by one client, one call after the other. */
interface Asked {
  readonly name: string;
  readonly budget: number;
  readonly calls: () => () => Call;
}

/**
 * Measures calls about images, where both services have `count` of them: the same calls in the same words, in `rounds` rounds of `durationMs` for
 * each. Creations come last, since they leave more images behind.
 */
export async function measureCalls(
  folder: string,
  { count, rounds, durationMs }: { readonly count: number; readonly rounds: number; readonly durationMs: number },
): Promise<readonly Row[]> {
  const images = benchImages(count);
  const [oursFolder, glanceFolder] = [join(folder, "calls-tintype"), join(folder, "calls-glance")];
  await Promise.all([mkdir(oursFolder), mkdir(glanceFolder)]);
  await using ours = await startTintype(oursFolder, images);
  await using glance = await startGlance(glanceFolder, images);
  const asked: readonly Asked[] = [
    { name: "show", budget: 10, calls: () => shows(inTurn(images)) },
    { name: "list 25", budget: 20, calls: () => () => ({ method: "GET", path: "/v2/images?limit=25" }) },
    { name: "list 300", budget: 20, calls: () => () => ({ method: "GET", path: "/v2/images?limit=300" }) },
    { name: "create", budget: 20, calls: creations },
  ];
  const rows: Row[] = [];
  for (const { name, budget, calls } of asked) {
    const row: Row = { name, unit: "calls/s", ours: [], glance: [], budget };
    for (let round = 0; round < rounds; round += 1) {
      const load = { connections: 1, durationMs };
      row.ours.push((await measureLoad(`${ours.url}/image`, ours.headers, { ...load, calls: calls() })).perSecond);
      row.glance.push((await measureLoad(glance.url, {}, { ...load, calls: calls() })).perSecond);
    }
    rows.push(row);
  }
  return rows;
}

function shows(next: ReturnType<typeof inTurn>): () => Call {
  return () => ({ method: "GET", path: `/v2/images/${next().id}` });
}

function creations(): () => Call {
  let made = 0;
  return () => {
    made += 1;
    return {
      method: "POST",
      path: "/v2/images",
      body: JSON.stringify({ name: `made-${made}`, disk_format: "raw", container_format: "bare" }),
    };
  };
}
