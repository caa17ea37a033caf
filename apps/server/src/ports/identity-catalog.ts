import type { DomainId, ProjectId, UserId } from "./ids.ts";

export interface DomainRecord {
  readonly id: DomainId;
  readonly name: string;
}

export interface ProjectRecord {
  readonly id: ProjectId;
  readonly domainId: DomainId;
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
}

export interface UserRecord {
  readonly id: UserId;
  readonly domainId: DomainId;
  readonly name: string;
  /** scrypt, in the form `scrypt$N$r$p$salt$hash` (base64). */
  readonly passwordHash: string;
  readonly enabled: boolean;
}

/** One role of one user in one project. Role names are lower case. */
export interface GrantRecord {
  readonly userId: UserId;
  readonly projectId: ProjectId;
  readonly role: string;
}

/** An access key pair. The secret is kept as it is: verifying a signature needs it. */
export interface AccessKeyRecord {
  readonly access: string;
  readonly secret: string;
  readonly userId: UserId;
  readonly enabled: boolean;
}

/** A token is kept by its digest; the token itself is never stored. */
export interface TokenRecord {
  /** SHA-256 of the token, hex. */
  readonly digest: string;
  readonly userId: UserId;
  readonly projectId: ProjectId | undefined;
  readonly methods: readonly string[];
  readonly auditId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Domains, projects, users, grants, keys and tokens. Inserts of a name or id that exists throw `DuplicateError`. */
export interface IdentityCatalog {
  insertDomain(domain: DomainRecord): Promise<void>;
  insertProject(project: ProjectRecord): Promise<void>;
  insertUser(user: UserRecord): Promise<void>;
  updatePassword(userId: UserId, passwordHash: string): Promise<void>;
  updateSecret(access: string, secret: string): Promise<void>;
  insertGrant(grant: GrantRecord): Promise<void>;
  insertAccessKey(key: AccessKeyRecord): Promise<void>;
  insertToken(token: TokenRecord): Promise<void>;
  deleteToken(digest: string): Promise<void>;
  deleteTokensExpiredBefore(instant: number): Promise<void>;

  domain(by: { readonly id: string } | { readonly name: string }): Promise<DomainRecord | undefined>;
  domains(): Promise<readonly DomainRecord[]>;
  project(by: { readonly id: string } | { readonly domainId: DomainId; readonly name: string }): Promise<ProjectRecord | undefined>;
  projects(filter: { readonly domainId?: string; readonly name?: string; readonly userId?: UserId }): Promise<readonly ProjectRecord[]>;
  user(by: { readonly id: string } | { readonly domainId: DomainId; readonly name: string }): Promise<UserRecord | undefined>;
  roles(userId: UserId, projectId: ProjectId): Promise<readonly string[]>;
  accessKey(access: string): Promise<AccessKeyRecord | undefined>;
  token(digest: string): Promise<TokenRecord | undefined>;
}
