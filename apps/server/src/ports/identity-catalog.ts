import type { AgencyId, DomainId, GroupId, ProjectId, UserId } from "./ids.ts";

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
  readonly description?: string;
}

/** Users who are given rights together. */
export interface GroupRecord {
  readonly id: GroupId;
  readonly domainId: DomainId;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
}

/** A policy that a domain wrote for itself. */
export interface PolicyRecord {
  readonly id: string;
  readonly domainId: DomainId;
  readonly name: string;
  readonly description: string;
  /** As it was written; it was judged before. */
  readonly document: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Rights of a domain that the users of another one, or a service, may use. */
export interface AgencyRecord {
  readonly id: AgencyId;
  readonly domainId: DomainId;
  readonly name: string;
  readonly description: string;
  /** Name of the domain or service that it trusts. */
  readonly trustedDomainName: string;
  readonly createdAt: number;
  /** Undefined when it never ends. */
  readonly expiresAt: number | undefined;
}

/** One role of one user in one project. */
export interface GrantRecord {
  readonly userId: UserId;
  readonly projectId: ProjectId;
  readonly role: string;
}

export type SubjectKind = "user" | "group" | "agency";
/** Where a role holds: in one project, in all of a domain's, for services that belong to no project, for one enterprise project's things. */
export type ScopeKind = "project" | "allProjects" | "domain" | "enterpriseProject";

/** One role of one user, group or agency, and where it holds. */
export interface AssignmentRecord {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly scopeKind: ScopeKind;
  /** Id of the project, the domain or the enterprise project. */
  readonly scopeId: string;
  /** The domain that it is in. */
  readonly domainId: DomainId;
  /** Id of a system role or of a policy. */
  readonly roleId: string;
}

/** A role that somebody has in the scope that was asked about, whether given to itself or to its groups. */
export interface GivenRole {
  readonly roleId: string;
  readonly scope: ScopeKind;
  readonly enterpriseProjectId: string | undefined;
  /** Undefined for system roles, and for a name that stands for nothing. */
  readonly policy: { readonly name: string; readonly document: unknown } | undefined;
}

/** An access key pair. The secret is kept as it is: verifying a signature needs it. */
export interface AccessKeyRecord {
  readonly access: string;
  readonly secret: string;
  readonly userId: UserId;
  readonly enabled: boolean;
  readonly description?: string;
  readonly createdAt?: number;
}

/** An access key pair for a short time, with the rights of the token that it was made with. */
export interface TemporaryKeyRecord {
  readonly access: string;
  readonly secret: string;
  /** SHA-256 of the security token that comes with every request, hex. */
  readonly tokenDigest: string;
  readonly userId: UserId;
  readonly agencyId: AgencyId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly expiresAt: number;
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
  /** The agency that the user acts as. */
  readonly agencyId?: AgencyId;
  /** True when it is for a whole domain. */
  readonly isForDomain?: true;
}

/** Of whom to answer, and where. */
export interface RolesQuery {
  readonly subject: { readonly kind: "user" | "agency"; readonly id: string };
  readonly domainId: DomainId;
  /** Undefined for the whole domain. */
  readonly projectId: ProjectId | undefined;
}

type ById = { readonly id: string };
type ByName = ById | { readonly domainId: DomainId; readonly name: string };

/** Domains, projects, users and groups. Inserts and changes that make a second thing of a name or id throw `DuplicateError`. */
export interface IdentityDirectory {
  insertDomain(domain: DomainRecord): Promise<void>;
  insertProject(project: ProjectRecord): Promise<void>;
  insertUser(user: UserRecord): Promise<void>;
  insertGroup(group: GroupRecord): Promise<void>;
  updateProject(id: ProjectId, change: Partial<Pick<ProjectRecord, "name" | "description" | "enabled">>): Promise<void>;
  updateUser(id: UserId, change: Partial<Pick<UserRecord, "name" | "description" | "enabled">>): Promise<void>;
  updatePassword(userId: UserId, passwordHash: string): Promise<void>;
  updateGroup(id: GroupId, change: Partial<Pick<GroupRecord, "name" | "description">>): Promise<void>;
  /** With everything it has: rights, memberships, keys, tokens. */
  deleteUser(id: UserId): Promise<void>;
  /** With its rights and memberships. */
  deleteGroup(id: GroupId): Promise<void>;
  /** Harmless to repeat. */
  addMember(groupId: GroupId, userId: UserId): Promise<void>;
  /** Tells whether it was one. */
  removeMember(groupId: GroupId, userId: UserId): Promise<boolean>;

  domain(by: { readonly id: string } | { readonly name: string }): Promise<DomainRecord | undefined>;
  domains(): Promise<readonly DomainRecord[]>;
  project(by: ByName): Promise<ProjectRecord | undefined>;
  /** By name. With `userId`: those in which it has a role, itself or through a group. */
  projects(filter: { readonly domainId?: string; readonly name?: string; readonly userId?: UserId }): Promise<readonly ProjectRecord[]>;
  user(by: ByName): Promise<UserRecord | undefined>;
  users(filter: { readonly domainId?: string; readonly name?: string; readonly groupId?: GroupId }): Promise<readonly UserRecord[]>;
  group(by: ByName): Promise<GroupRecord | undefined>;
  groups(filter: { readonly domainId?: string; readonly name?: string; readonly userId?: UserId }): Promise<readonly GroupRecord[]>;
}

/** Policies, agencies, and who was given what. */
export interface IdentityRights {
  insertGrant(grant: GrantRecord): Promise<void>;
  /** Harmless to repeat. */
  assign(assignment: AssignmentRecord): Promise<void>;
  /** Tells whether it was there. */
  unassign(assignment: AssignmentRecord): Promise<boolean>;
  assignments(filter: Partial<AssignmentRecord>): Promise<readonly AssignmentRecord[]>;
  /** Every role that counts for somebody there, in one query. */
  givenRoles(query: RolesQuery): Promise<readonly GivenRole[]>;

  insertPolicy(policy: PolicyRecord): Promise<void>;
  updatePolicy(
    id: string,
    change: Partial<Pick<PolicyRecord, "name" | "description" | "document">> & { readonly updatedAt: number },
  ): Promise<void>;
  deletePolicy(id: string): Promise<void>;
  policy(by: ByName): Promise<PolicyRecord | undefined>;
  policies(domainId: DomainId): Promise<readonly PolicyRecord[]>;

  insertAgency(agency: AgencyRecord): Promise<void>;
  updateAgency(id: AgencyId, change: Partial<Pick<AgencyRecord, "description" | "trustedDomainName" | "expiresAt">>): Promise<void>;
  /** With its rights, tokens and keys. */
  deleteAgency(id: AgencyId): Promise<void>;
  agency(by: ByName): Promise<AgencyRecord | undefined>;
  agencies(domainId: DomainId): Promise<readonly AgencyRecord[]>;
}

/** Access keys and tokens. */
export interface IdentityCredentials {
  insertAccessKey(key: AccessKeyRecord): Promise<void>;
  updateSecret(access: string, secret: string): Promise<void>;
  updateAccessKey(access: string, change: Partial<Pick<AccessKeyRecord, "enabled" | "description">>): Promise<void>;
  deleteAccessKey(access: string): Promise<void>;
  accessKey(access: string): Promise<AccessKeyRecord | undefined>;
  /** Oldest first. */
  accessKeys(userId: UserId): Promise<readonly AccessKeyRecord[]>;

  insertTemporaryKey(key: TemporaryKeyRecord): Promise<void>;
  temporaryKey(access: string): Promise<TemporaryKeyRecord | undefined>;
  deleteTemporaryKeysExpiredBefore(instant: number): Promise<void>;

  insertToken(token: TokenRecord): Promise<void>;
  deleteToken(digest: string): Promise<void>;
  /** All tokens and temporary keys of a user. */
  deleteTokensOf(userId: UserId): Promise<void>;
  deleteTokensExpiredBefore(instant: number): Promise<void>;
  token(digest: string): Promise<TokenRecord | undefined>;
}

/** Everything about who there is and who may do what. */
export interface IdentityCatalog extends IdentityDirectory, IdentityRights, IdentityCredentials {}
