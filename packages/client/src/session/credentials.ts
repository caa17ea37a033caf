/** A project by name, as Keystone wants it: the name alone is unique only inside its domain. */
export interface ProjectName {
  readonly name: string;
  readonly domainName: string;
}

/** A user by name and password; each session issues itself a token. */
export interface PasswordCredentials {
  readonly kind: "password";
  readonly username: string;
  readonly password: string;
  readonly userDomainName: string;
  readonly project: ProjectName;
}

/** An access key pair, with which every request is signed. Without a project the key's own one is meant. */
export interface KeyCredentials {
  readonly kind: "key";
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectName?: string | undefined;
}

/** On whose behalf a session calls. */
export type Credentials = PasswordCredentials | KeyCredentials;
