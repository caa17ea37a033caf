import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Backend } from "../backend/backend.ts";
import { syncDirectory } from "../folder/durable-files.ts";
import { isMissing } from "../folder/is-missing.ts";
import type { WorkFolder } from "../folder/work-folder.ts";
import { isStoreError, StoreError } from "../store-error.ts";
import { ownerFileName } from "../store-names.ts";

/** Looks whether the store still belongs to the work folder that it was opened with. Throws `store.owned` when not. */
export type CheckOwner = () => Promise<void>;

/** What a store's owner file says. */
interface Owner {
  /** Undefined when the file says something that this release does not know. */
  readonly id: string | undefined;
  /** Where the work folder is, for people. */
  readonly where: string;
}

/** More than any owner file has. */
const mostOwnerBytes = 4096;
const idForm = /^[0-9a-f]{32}$/;

/**
 * Makes sure that a store is used with one work folder. Its files say whose they are, by a number that the work folder keeps too. A store
 * that nobody owns is claimed; one that another work folder owns is refused, unless `takeOver` says that the other is given up for good.
 *
 * Notices  a second server with another work folder, when it opens the store, and one whose store was taken over, when it asks; not one
 *          whose work folder is a copy of the first one's
 * Throws   `store.owned`, saying where the other one is and what to do; what backend and work folder throw
 */
export async function claimStore(
  backend: Backend,
  folder: WorkFolder,
  { takeOver = false }: { readonly takeOver?: boolean | undefined },
): Promise<CheckOwner> {
  const kept = await readKeptId(folder);
  let owner = await readOwner(backend);
  const isTakenOver = takeOver && owner !== undefined && (kept === undefined || owner.id !== kept);
  const id = isTakenOver || kept === undefined ? randomBytes(16).toString("hex") : kept;
  if (owner === undefined || isTakenOver) {
    // Before it stands in the backend, so that whoever dies in between is not locked out.
    await keepId(folder, id);
    if (isTakenOver) {
      await backend.remove(ownerFileName);
    }
    await putOwner(backend, { id, folder });
    owner = await readOwner(backend);
  }
  if (owner?.id !== id) {
    throw owned(backend, owner, folder);
  }
  return async () => {
    const now = await readOwner(backend);
    if (now?.id !== id) {
      const by = now === undefined ? "somebody who removed its owner file" : now.where;
      throw new StoreError("store.owned", `The store in ${backend.place} was taken over by ${by} since it was opened here. Close it here.`);
    }
  };
}

async function readOwner(backend: Backend): Promise<Owner | undefined> {
  const bytes = Buffer.alloc(mostOwnerBytes);
  try {
    const length = await backend.read(ownerFileName, 0, [bytes]);
    return parseOwner(bytes.toString("utf8", 0, length));
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
}

function parseOwner(text: string): Owner {
  const [, id, host, folder] = /^([0-9a-f]{32}) (\S+) (.+)\n$/.exec(text) ?? [];
  return { id, where: host === undefined || folder === undefined ? "somebody unknown" : `the work folder ${folder} on ${host}` };
}

/** Whoever else claims the store at this moment, and comes first, is found by reading it again. */
async function putOwner(backend: Backend, { id, folder }: { readonly id: string; readonly folder: WorkFolder }): Promise<void> {
  // Only people read host and folder.
  const told = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?");
  const text = `${id} ${told(hostname()).replaceAll(/\s/g, "-") || "?"} ${told(folder.root).slice(0, 1000)}\n`;
  try {
    await backend.put(ownerFileName, { bytes: Buffer.from(text) });
  } catch (error) {
    if (!isStoreError(error) || error.code !== "store.exists") {
      throw error;
    }
  }
}

function owned(backend: Backend, owner: Owner | undefined, folder: WorkFolder): StoreError {
  const whose = `The store in ${backend.place} belongs to ${owner?.where ?? "nobody"}, and was to be opened with the work folder ${folder.root}.`;
  const why = "Two servers on one store destroy each other's images.";
  const remedy = `When the other one is stopped for good, or its work folder lost, remove the file "${ownerFileName}" there and open the store again.`;
  return new StoreError("store.owned", `${whose} ${why} ${remedy}`);
}

function pathIn(folder: WorkFolder): string {
  return join(folder.root, ownerFileName);
}

async function readKeptId(folder: WorkFolder): Promise<string | undefined> {
  try {
    const id = (await readFile(pathIn(folder), "utf8")).slice(0, mostOwnerBytes).split(/\s/, 1)[0] ?? "";
    return idForm.test(id) ? id : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Keeps the number so that it survives power loss. */
async function keepId(folder: WorkFolder, id: string): Promise<void> {
  const staged = folder.tmpPath(ownerFileName);
  {
    await using file = await open(staged, "w", 0o600);
    await file.writeFile(`${id}\n`);
    await file.sync();
  }
  await rename(staged, pathIn(folder));
  await syncDirectory(folder.root);
}
