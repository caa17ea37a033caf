import type { Piece } from "../core/disk-writer.ts";
import type { Qcow2Layout } from "./plan-layout.ts";
import { writeHeader } from "./write-header.ts";
import type { L2TableWriter } from "./write-l2-tables.ts";
import type { RefcountWriter } from "./write-refcounts.ts";

/**
 * Makes what is left when all data and L2 tables are written: refcounts, L1 table, and the header as the very last piece.
 *
 * Shape   counts the references to all tables; those to data are counted already
 * Memory  as the table writers
 */
export function* writeHead(written: {
  readonly layout: Qcow2Layout;
  readonly tables: L2TableWriter;
  readonly refcounts: RefcountWriter;
  readonly compression: "zlib" | "zstd";
}): Generator<Piece> {
  const { layout, tables, refcounts } = written;
  const { clusterSize, refcountBlocksAt, l1At, l2At } = layout;
  refcounts.add(0, refcountBlocksAt);
  refcounts.add(l1At, l2At + tables.tables);
  yield* refcounts.finish();
  yield { offset: l1At * clusterSize, bytes: tables.l1 };
  yield { offset: 0, bytes: writeHeader(layout, written.compression) };
}
