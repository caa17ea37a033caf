import type { Finding } from "@tintype/contract/api/store.ts";
import type { CliContext } from "../../context.ts";
import { exitCodes } from "../../errors/exit-codes.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { plainText } from "../../output/plain-text.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import { openUpkeep } from "./open-upkeep.ts";
import type { VerifyFlags } from "./verify.ts";

export async function runVerify(this: CliContext, flags: VerifyFlags): Promise<void> {
  await using upkeep = await openUpkeep(this, flags);
  const progress = startProgress(this, flags);
  const report = await upkeep.verify({ read: flags.read ?? false }, progress).finally(() => progress.end());
  if (flags.json) {
    writeJson(this, report);
  } else {
    writeFields(this, [
      ["contents", String(report.blobs)],
      ["packs", String(report.packs)],
      ["chunks", String(report.chunks)],
      ["read", formatBytes(report.bytesRead)],
      ["damages", String(report.damages)],
      ["notes", String(report.notes)],
    ]);
    for (const { store, blobs, bytesRead, damages } of report.stores ?? []) {
      this.process.stdout.write(`${store}: ${blobs} contents, ${formatBytes(bytesRead)} read, damages ${damages}\n`);
    }
    for (const finding of report.findings) {
      this.process.stdout.write(`${plainText(sentenceOf(finding))}\n`);
    }
  }
  if (report.damages > 0) {
    this.process.exitCode = exitCodes.checksum;
  }
}

function sentenceOf({ store, severity, message, images }: Finding): string {
  const place = store === undefined ? "" : `${store}, `;
  const named = images.map(({ id, name }) => `${name} (${id})`).join(", ");
  return `${place}${severity}: ${message}${named === "" ? "" : ` Images that suffer: ${named}.`}`;
}
