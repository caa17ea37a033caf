import { imageCapabilities } from "@tintype/client/image-capabilities.ts";
import { Images } from "@tintype/client/images.ts";
import type { Capability, FlavorFit } from "@tintype/contract/api/image-capabilities.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { exitCodeOf } from "../../errors/exit-codes.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { ExplainFlags } from "./explain.ts";
import { findImage } from "./find-image.ts";

/** Codes of this command alone: a script must tell an operation that is refused from a question that failed. */
const REFUSED = 1;
const TROUBLE = 2;

export async function runExplain(this: CliContext, flags: ExplainFlags, idOrName: string, operation?: string): Promise<void> {
  try {
    const session = await openSession(this, flags);
    const { id } = await findImage(new Images(session), idOrName, this.signal);
    const { language, flavor: name, kernel } = flags;
    const { capabilities, notes, flavor } = await imageCapabilities(session, id, { language, flavor: name, kernel, signal: this.signal });
    const operations = operation === undefined ? capabilities : [chooseOperation(capabilities, operation)];
    const chosen = [...operations, ...machinesOf(flavor)];
    // Who asks about one operation wants nothing beside it.
    const told = operation === undefined || flavor !== undefined ? notes : [];
    for (const { sentence } of told) {
      this.process.stderr.write(`Note: ${sentence}\n`);
    }
    write(this, flags, chosen);
    if (operation !== undefined && chosen.some(({ allowed }) => !allowed)) {
      this.process.exitCode = REFUSED;
    }
  } catch (error) {
    this.process.exitCode = Math.max(TROUBLE, exitCodeOf(error));
    throw error;
  }
}

/** Machines of a flavor, as one more thing that may be possible or not. */
function machinesOf(flavor: FlavorFit | undefined): readonly Capability[] {
  return flavor === undefined ? [] : [{ operation: `machine ${flavor.name}`, allowed: flavor.allowed, reasons: flavor.reasons }];
}

function chooseOperation(capabilities: readonly Capability[], name: string): Capability {
  const capability = capabilities.find(({ operation }) => operation.toLowerCase() === name.toLowerCase());
  if (capability === undefined) {
    throw new UsageError(`There is no operation "${name}". There are: ${capabilities.map(({ operation }) => operation).join(", ")}.`);
  }
  return capability;
}

/** A line for each reason; an operation that is allowed has none. */
function write(context: CliContext, flags: ExplainFlags, capabilities: readonly Capability[]): void {
  if (flags.json) {
    writeJson(context, capabilities);
    return;
  }
  const columns = [{ title: "OPERATION" }, { title: "ALLOWED" }, { title: "CODE" }, { title: "REASON" }] as const;
  const rows = capabilities.flatMap(({ operation, allowed, reasons }) =>
    allowed
      ? [[operation, "yes", "", ""]]
      : reasons.map(({ code, sentence, remedy }, number) => [
          { text: number === 0 ? operation : "", raw: operation },
          { text: number === 0 ? "no" : "", raw: "no" },
          code,
          // Chinese puts no space between sentences.
          [sentence, remedy].join(flags.language === "zh" ? "" : " "),
        ]),
  );
  writeTable(context, columns, rows);
}
