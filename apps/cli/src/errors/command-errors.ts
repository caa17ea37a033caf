import type { CapabilityReason } from "@tintype/contract/api/image-capabilities.ts";
import type { Job } from "@tintype/contract/api/job.ts";

/** The command line asks for something that cannot be: exit code 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The person stopped the command: exit code 2. `message` says what was done about what was under way. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** What was named does not exist: exit code 3. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** The service said beforehand that it would refuse something: all reasons in its words, and the code of the first, which the refusal would have had. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly code: string;

  constructor(reasons: readonly CapabilityReason[]) {
    super(reasons.map(({ code, sentence, remedy }) => `${sentence} ${remedy} [${code}]`).join(" "));
    this.code = reasons[0]?.code ?? "";
  }
}

/** A job came to a bad end: why, in English and, where the server words it so, in Chinese. */
export class JobFailedError extends Error {
  override readonly name = "JobFailedError";
  readonly code: string;

  constructor({ id, error }: { readonly id: string; readonly error?: NonNullable<Job["error"]> }) {
    const sentences = error === undefined ? ["The job failed without saying why."] : [error.message, error.messageZh];
    const facts = [`job ${id}`, error?.code];
    super([...sentences, `[${facts.filter((fact) => fact !== undefined).join(", ")}]`].filter((part) => part !== undefined).join(" "));
    this.code = error?.code ?? "";
  }
}
