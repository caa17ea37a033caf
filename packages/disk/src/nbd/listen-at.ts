import { once } from "node:events";
import { lstat, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import type { Server } from "node:net";
import { DiskError } from "../core/disk-error.ts";

/** A socket in the file system, or an address and port of this machine (port 0: any that is free). */
export type ListenPlace = { readonly path: string } | { readonly host: string; readonly port: number };

/**
 * Lets a server listen. A socket that a server left which was killed is removed first.
 *
 * Throws  disk.io (the place is taken, or cannot be used)
 */
export async function listenAt(server: Server, place: ListenPlace): Promise<void> {
  if ("path" in place && (await isForsaken(place.path))) {
    await rm(place.path);
  }
  try {
    server.listen(place);
    await once(server, "listening");
  } catch (error) {
    const name = "path" in place ? place.path : `${place.host}:${place.port}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DiskError("disk.io", `Listening at ${name} failed: ${reason}.`, {
      remedy: "Stop what listens there, or choose another place.",
      cause: error,
    });
  }
}

async function isForsaken(path: string): Promise<boolean> {
  const isSocket = await lstat(path).then(
    (stat) => stat.isSocket(),
    () => false,
  );
  if (!isSocket) {
    return false;
  }
  const probe = createConnection({ path });
  try {
    await once(probe, "connect");
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
  } finally {
    probe.destroy();
  }
}
