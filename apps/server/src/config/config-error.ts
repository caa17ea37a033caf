/** A setting that cannot be used: one sentence that names it and says what to do. The service does not start then. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
