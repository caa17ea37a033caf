import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startNbdServer } from "@tintype/disk/nbd/nbd-server.ts";
import type { NbdServerOptions } from "@tintype/disk/nbd/nbd-server.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { describeError } from "../../errors/describe-error.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { writeJson } from "../../output/write-result.ts";
import { openStoredImage } from "../../stored-image/open-stored-image.ts";
import { DistinctBytes } from "./distinct-bytes.ts";
import type { ServeImageFlags } from "./serve.ts";

export async function runServeImage(this: CliContext, flags: ServeImageFlags, idOrName: string): Promise<void> {
  checkPlace(flags);
  await using opened = new AsyncDisposableStack();
  const { image, disk, fetchedBytes } = await openStoredImage(idOrName, this, flags);
  opened.use(disk);
  const tls = await readTls(flags);
  const listen = await choosePlace(flags, opened);
  const read = new DistinctBytes(disk.virtualSizeBytes);
  const server = await startNbdServer(disk, {
    listen,
    exportName: image.id,
    description: image.name,
    tls,
    writesFolder: flags.writable === true ? (flags.writesFolder ?? tmpdir()) : undefined,
    onRead: (offset, length) => read.note(offset, length),
    onFailure: (error) => this.process.stderr.write(`Note: ${describeError(error, { debug: flags.debug ?? false })}\n`),
  });
  opened.use(server);
  const command = exampleOf(server.uri, flags);
  if (flags.json) {
    writeJson(this, { imageId: image.id, uri: server.uri, sizeBytes: disk.virtualSizeBytes, writable: flags.writable ?? false, command });
  } else {
    this.process.stdout.write(`${image.name} is at ${server.uri} until Ctrl-C. To use it: ${command}\n`);
  }
  if ("port" in listen && tls === undefined && !isLoopback(listen.host)) {
    this.process.stderr.write("Note: everybody who reaches this port can read the image, and nothing is encrypted.\n");
  }
  await aborted(this.signal);
  await opened.disposeAsync();
  if (flags.json) {
    writeJson(this, { imageId: image.id, readBytes: read.bytes, fetchedBytes: fetchedBytes() });
  } else {
    this.process.stderr.write(
      `${formatBytes(read.bytes)} of ${formatBytes(disk.virtualSizeBytes)} were read; ${formatBytes(fetchedBytes())} were fetched from the server.\n`,
    );
  }
}

function checkPlace({ socket, port, host, writable, writesFolder, tlsCert, tlsKey }: ServeImageFlags): void {
  if (socket !== undefined && port !== undefined) {
    throw new UsageError("--socket and --port are two places: give one of them.");
  }
  if (host !== undefined && port === undefined) {
    throw new UsageError("--host is the address of a port: give --port too.");
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together: give both.");
  }
  if (writesFolder !== undefined && writable !== true) {
    throw new UsageError("--writes-folder is for what clients write: give --writable too.");
  }
}

async function readTls({ tlsCert, tlsKey }: ServeImageFlags): Promise<NbdServerOptions["tls"]> {
  return tlsCert === undefined || tlsKey === undefined
    ? undefined
    : { cert: await readFile(tlsCert, "utf8"), key: await readFile(tlsKey, "utf8") };
}

/** A socket that nobody named gets a folder of its own, which only this user can look into. */
async function choosePlace({ socket, port, host }: ServeImageFlags, opened: AsyncDisposableStack): Promise<NbdServerOptions["listen"]> {
  if (port !== undefined) {
    return { host: host ?? "127.0.0.1", port };
  }
  if (socket !== undefined) {
    return { path: resolve(socket) };
  }
  const folder = await mkdtemp(join(tmpdir(), "tintype-"));
  opened.defer(() => rm(folder, { recursive: true }));
  return { path: join(folder, "nbd.sock") };
}

function isLoopback(host: string): boolean {
  return /^(127\.|::1$|localhost$)/.test(host);
}

/** A command to type. Without `--writable` the machine keeps what it writes itself. */
function exampleOf(uri: string, { writable, tlsCert }: ServeImageFlags): string {
  if (tlsCert !== undefined) {
    return `nbdinfo '${uri}?tls-certificates=FOLDER'`;
  }
  const snapshot = writable === true ? "" : ",snapshot=on";
  return `qemu-system-x86_64 -m 2048 -drive 'file=${uri},format=raw,if=virtio${snapshot}'`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (!signal.aborted) {
    await promise;
  }
}
