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

/** A project may have no more: exit code 5. */
export class QuotaError extends Error {
  override readonly name = "QuotaError";
}

/** A job came to a bad end. */
export class JobFailedError extends Error {
  override readonly name = "JobFailedError";
  readonly code: string;

  constructor(job: { readonly id: string; readonly error?: { readonly code: string; readonly message: string } }) {
    super(
      `${job.error?.message ?? "The job failed without saying why."} [job ${job.id}${job.error === undefined ? "" : `, ${job.error.code}`}]`,
    );
    this.code = job.error?.code ?? "";
  }
}
