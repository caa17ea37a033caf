import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { createFromMachine } from "./create-from-machine.ts";
import type { MachineImport } from "./create-from-machine.ts";
import { importFiles } from "./import-files.ts";
import type { ImportFilesDeps, ImportRequest } from "./import-files.ts";

/** What images shall be made from: files, or a machine. */
export type CreateImageRequest = ImportRequest | MachineImport;

/** Starts the making of images. Throws what `importFiles` and `createFromMachine` throw. */
export async function createImage(deps: ImportFilesDeps, principal: Principal, request: CreateImageRequest): Promise<JobId> {
  return "sources" in request ? await createFromMachine(deps, principal, request) : await importFiles(deps, principal, request);
}
