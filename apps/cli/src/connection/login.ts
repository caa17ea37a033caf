/** What one place (flags, variables, a file) says about the server and the caller. All fields are optional: places complete each other. */
export interface Login {
  /** For messages: where this was read. */
  readonly place: string;
  readonly apiUrl?: string | undefined;
  readonly bucketsUrl?: string | undefined;
  readonly authUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly userDomainName?: string | undefined;
  readonly projectName?: string | undefined;
  readonly projectDomainName?: string | undefined;
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
}
