import { readU64Le } from "../core/read-u64-le.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import type { EntryPage } from "../mapped/table-map.ts";
import type { RunList } from "../mapped/run-list.ts";
import type { QedHeader } from "./qed-header.ts";

const HOLE = 0;
const ZERO = 1;

/**
 * Turns entries of an L2 table into runs.
 *
 * Throws  disk.corrupt (no cluster, or inside the header or the L1 table), disk.truncated (behind the file's end)
 * Source  QEMU docs/interop/qed_spec, "Tables", "L2 table entry"
 */
export function decodeQedEntries(page: EntryPage, image: { readonly header: QedHeader; readonly fileBytes: number }, runs: RunList): void {
  const { clusterSize } = image.header;
  for (let index = page.from; index < page.to; index += 1) {
    const offset = readU64Le(page.view, index * 8);
    if (offset === HOLE || offset === ZERO) {
      runs.addEmpty(offset === HOLE ? "hole" : "zero", clusterSize);
    } else {
      checkPlace(offset, { page, index }, image);
      runs.addData(clusterSize, offset);
    }
  }
}

function checkPlace(
  offset: number,
  at: { readonly page: EntryPage; readonly index: number },
  { header, fileBytes }: { readonly header: QedHeader; readonly fileBytes: number },
): void {
  const { clusterSize, headBytes, l1Offset, tableBytes, sizeBytes } = header;
  const cluster = at.page.firstCluster + at.index;
  const isInL1 = offset >= l1Offset && offset < l1Offset + tableBytes;
  // The last cluster may reach over the end of the disk; what lies behind it is nobody's.
  const isWhole = offset + Math.min(clusterSize, sizeBytes - cluster * clusterSize) <= fileBytes;
  if (isWhole && offset % clusterSize === 0 && offset >= headBytes && !isInL1) {
    return;
  }
  const names = `The L2 entry at ${at.page.fileOffset + at.index * 8} of the QED image, for cluster ${cluster}, names data at ${offset}`;
  throw isWhole ? damaged(`${names}, which is no cluster behind the header and beside the L1 table`) : cutOff(names, fileBytes);
}
