import { checkDisk } from "@tintype/disk/check/check-disk.ts";
import type { CheckReport, Fault } from "@tintype/disk/check/check-report.ts";
import type { CliContext } from "../../context.ts";
import { exitCodeOf } from "../../errors/exit-codes.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeJson } from "../../output/write-result.ts";
import type { CheckFlags } from "./check.ts";
import { openImageFiles } from "./open-disk-file.ts";

/** Codes of this command alone: a script must tell a damaged image from a check that failed. */
const DAMAGED = 1;
const TROUBLE = 2;

export async function runCheck(this: CliContext, flags: CheckFlags, file: string): Promise<void> {
  const progress = startProgress(this, flags);
  try {
    const { source, related, parent } = await openImageFiles(file, this, flags);
    const report = await checkDisk(source, {
      related,
      parent,
      declaredFormat: flags.format,
      readData: flags.read,
      signal: this.signal,
      onProgress: (state) => progress.update({ step: "check", ...state }),
    });
    progress.end();
    if (flags.json) {
      writeJson(this, { file, ...report });
    } else {
      this.process.stdout.write(linesOf(file, report));
    }
    if (report.faults.some(({ severity }) => severity === "error")) {
      this.process.exitCode = DAMAGED;
    }
  } catch (error) {
    this.process.exitCode = Math.max(TROUBLE, exitCodeOf(error));
    throw error;
  } finally {
    progress.end();
  }
}

function linesOf(file: string, report: CheckReport): string {
  const errors = report.faults.filter(({ severity }) => severity === "error").length;
  const leaks = report.faults.length - errors;
  const more = report.omittedFaults === 0 ? "" : `, and ${report.omittedFaults} more`;
  return [
    ...report.faults.map(lineOf),
    ...report.warnings.map(({ message }) => `warning: ${message}`),
    `${file} (${report.format ?? "unknown format"}): ${errors} errors, ${leaks} leaks${more}.`,
    "",
  ].join("\n");
}

function lineOf({ severity, code, message, fileOffset, diskOffset }: Fault): string {
  const places = [
    ...(fileOffset === undefined ? [] : [`file offset ${fileOffset}`]),
    ...(diskOffset === undefined ? [] : [`disk offset ${diskOffset}`]),
  ];
  return `${severity}: ${message} [${[code, ...places].join(", ")}]`;
}
