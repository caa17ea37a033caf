import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const script = join(import.meta.dirname, "start-rgw.sh");
const programs = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool", "ceph-authtool"];

/** A running Ceph RADOS Gateway with one user. */
export interface Rgw extends AsyncDisposable {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Why the gateway cannot run here, or false. */
export async function rgwMissing(): Promise<string | false> {
  const found = await Promise.allSettled(programs.map((program) => run("sh", ["-c", `command -v ${program}`])));
  const absent = programs.filter((_, index) => found[index]?.status === "rejected");
  return absent.length === 0 ? false : `not installed: ${absent.join(", ")} (Debian: radosgw ceph-mon ceph-osd ceph-common)`;
}

/** Starts a gateway with everything it keeps in a temporary folder and in memory. Takes about 5 s. */
export async function startRgw(): Promise<Rgw> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-rgw-"));
  const data = join(folder, "ceph");
  const stop = async () => {
    await run(script, ["stop", data]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { stdout } = await run(script, ["start", data], { timeout: 120_000 });
    const credentials = { accessKeyId: "tintype", secretAccessKey: "tintype-secret" };
    return { endpoint: stdout.trim(), credentials, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
