import { imageCapabilities } from "@tintype/client/image-capabilities.ts";
import { Images } from "@tintype/client/images.ts";
import type { Capability } from "@tintype/contract/api/image-capabilities.ts";
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
    const { capabilities } = await imageCapabilities(session, id, { language: flags.language, signal: this.signal });
    const chosen = operation === undefined ? capabilities : [chooseOperation(capabilities, operation)];
    write(this, flags, chosen);
    if (operation !== undefined && chosen.some(({ allowed }) => !allowed)) {
      this.process.exitCode = REFUSED;
    }
  } catch (error) {
    this.process.exitCode = Math.max(TROUBLE, exitCodeOf(error));
    throw error;
  }
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
          `${sentence} ${remedy}`,
        ]),
  );
  writeTable(context, columns, rows);
}
