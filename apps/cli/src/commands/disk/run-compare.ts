import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { CliContext } from "../../context.ts";
import { exitCodeOf } from "../../errors/exit-codes.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { writeJson } from "../../output/write-result.ts";
import { openDiskFile } from "./open-disk-file.ts";

/** Codes of this command alone, those of `cmp` and `qemu-img compare`: a script must tell a difference from a failure. */
const DIFFERENT = 1;
const TROUBLE = 2;

export async function runCompare(this: CliContext, flags: CommonFlags, a: string, b: string): Promise<void> {
  try {
    await compare(this, flags, { a, b });
  } catch (error) {
    this.process.exitCode = Math.max(TROUBLE, exitCodeOf(error));
    throw error;
  }
}

async function compare(context: CliContext, flags: CommonFlags, files: { readonly a: string; readonly b: string }): Promise<void> {
  const { signal } = context;
  await using diskA = (await openDiskFile(files.a, context)).disk;
  await using diskB = (await openDiskFile(files.b, context)).disk;
  const result = await compareDisks(diskA, diskB, { signal });
  if (result.sizeDifferenceBytes !== 0) {
    const [longer, bytes] =
      result.sizeDifferenceBytes > 0 ? ["second", result.sizeDifferenceBytes] : ["first", -result.sizeDifferenceBytes];
    context.process.stderr.write(`Note: the ${longer} disk is ${bytes} bytes longer.\n`);
  }
  if (flags.json) {
    writeJson(context, result);
  } else {
    context.process.stdout.write(result.equal ? "The disks are equal.\n" : `The disks differ, first at offset ${result.offset}.\n`);
  }
  if (!result.equal) {
    context.process.exitCode = DIFFERENT;
  }
}
