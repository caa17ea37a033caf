import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestDisk } from "../../core/testing/test-disk.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";
import { startNbdServer } from "../nbd-server.ts";
import type { NbdServerOptions } from "../nbd-server.ts";

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** A disk of 4 MiB and a sector: data, zeros that were written, and holes. */
export function smallDisk(): TestDisk {
  return new TestDisk(4 * MIB + 512, [
    { offset: 0, length: 100 * KIB, content: "noise" },
    { offset: 1 * MIB, length: 1 * MIB, content: "text" },
    { offset: 2 * MIB, length: 64 * KIB, content: "zeros", kind: "zero" },
    { offset: 4 * MIB, length: 512, content: "noise" },
  ]);
}

/** A server on a socket of a temporary folder, and what it told. */
export interface ServedDisk extends AsyncDisposable {
  readonly path: string;
  readonly folder: string;
  readonly uri: string;
  readonly failures: unknown[];
}

export async function serveDisk(
  disk: VirtualDisk,
  options: Partial<NbdServerOptions> & { readonly writable?: boolean } = {},
): Promise<ServedDisk> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-nbd-"));
  const path = join(folder, "disk.sock");
  const failures: unknown[] = [];
  const server = await startNbdServer(disk, {
    listen: { path },
    exportName: "disk",
    description: "a disk",
    onFailure: (error) => failures.push(error),
    ...(options.writable === true && { writesFolder: folder }),
    ...options,
  });
  return {
    path,
    folder,
    uri: server.uri,
    failures,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
