/** Addresses, credentials and services do not fit together: what answers is not what the settings say it is. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
