/** The key service cannot be opened as it is set up: the message says what is wrong and how to mend it. Nothing was changed. */
export class KeySetupError extends Error {
  override readonly name = "KeySetupError";
}
