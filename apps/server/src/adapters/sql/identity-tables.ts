/** Rows of the identity tables, as they lie in the database. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface IdentityTables {
  readonly domains: DomainRow;
  readonly projects: ProjectRow;
  readonly users: UserRow;
  readonly grants: GrantRow;
  readonly access_keys: AccessKeyRow;
  readonly tokens: TokenRow;
}

interface DomainRow {
  readonly id: string;
  readonly name: string;
}

interface ProjectRow {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly description: string;
  readonly enabled: number;
}

interface UserRow {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly password_hash: string;
  readonly enabled: number;
}

interface GrantRow {
  readonly user_id: string;
  readonly project_id: string;
  readonly role: string;
}

interface AccessKeyRow {
  readonly access: string;
  readonly secret: string;
  readonly user_id: string;
  readonly enabled: number;
}

interface TokenRow {
  readonly digest: string;
  readonly user_id: string;
  readonly project_id: string | null;
  /** JSON array of texts. */
  readonly methods: string;
  readonly audit_id: string;
  readonly issued_at: number;
  readonly expires_at: number;
}
