/** Structured log: fields first, then a sentence. An error goes in as `err`. Never secrets. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
