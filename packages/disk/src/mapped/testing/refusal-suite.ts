import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../../core/byte-source.ts";
import { isDiskError } from "../../core/disk-error.ts";
import type { DiskErrorCode } from "../../core/disk-error.ts";
import { listExtents } from "../../core/testing/list-extents.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";
import { MemorySource } from "../../source/memory-source.ts";

/** A sound image that is broken in one place, and how it is refused. */
export interface Refusal {
  readonly title: string;
  readonly code: DiskErrorCode;
  /** Says what is wrong, and where. */
  readonly message: RegExp;
  /** When it is noticed. Default: opening. */
  readonly when?: "opening" | "walking";
  /** Answers the broken file. */
  make(): Uint8Array;
}

/** Tests that every file is refused when it should be, with a remedy, and that its source is closed. For tests. */
export function testRefusals(format: string, open: (source: ByteSource) => Promise<VirtualDisk>, refusals: readonly Refusal[]): void {
  for (const { title, code, message, when = "opening", make } of refusals) {
    test(`${format} with ${title} is refused: ${code}`, async () => {
      const source = new ClosableSource(make());
      const walk = async (): Promise<void> => {
        await using disk = await open(source);
        assert.equal(when, "walking", "it opened");
        await listExtents(disk);
      };
      await assert.rejects(walk(), (error: unknown) => {
        assert.ok(isDiskError(error), String(error));
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.ok((error.remedy ?? "").length > 0, "there is no remedy");
        return true;
      });
      assert.ok(source.isClosed, "the source is left open");
    });
  }
}

class ClosableSource extends MemorySource {
  isClosed = false;

  override async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}
