import { isStoreError } from "../store-error.ts";
import { readStoreFormat } from "../store-format.ts";
import { formatFileName } from "../store-names.ts";
import type { Finding } from "./finding.ts";
import { reported } from "./findings-of.ts";
import type { Inspection } from "./inspection.ts";

/** Looks whether the file that says what the store is still says what it said when the store was opened. */
export async function* inspectFormat(inspection: Inspection): AsyncGenerator<Finding> {
  const { backend, format } = inspection.parts;
  const finding = (message: string): Finding =>
    reported(inspection, { severity: "damage", kind: "format", message, file: formatFileName, blobs: [], blobCount: 0 });
  try {
    const found = (await backend.sizeOf(formatFileName)) === undefined ? undefined : await readStoreFormat(backend);
    if (found === undefined) {
      yield finding(`The file ${formatFileName} (${backend.place}) is missing. Restore it from a backup.`);
    } else if (found.chunkSizeBytes !== format.chunkSizeBytes) {
      yield finding(`The file ${formatFileName} (${backend.place}) was changed since the store was opened. Restore it from a backup.`);
    }
  } catch (error) {
    if (!isStoreError(error) || error.code !== "store.badFormat") {
      throw error;
    }
    yield finding(error.message);
  }
}
