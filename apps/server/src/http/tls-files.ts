/** What a port needs to speak TLS, in PEM. */
export interface TlsFiles {
  /** The server's certificate, and those between it and a root that clients know. */
  readonly cert: Buffer;
  readonly key: Buffer;
}
