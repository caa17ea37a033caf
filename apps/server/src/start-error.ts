/** The service cannot start, for a reason that the operator can mend: the message says what and how. */
export class StartError extends Error {
  override readonly name = "StartError";
}
