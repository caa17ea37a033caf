import type { ScopeKind, SubjectKind } from "../../ports/identity-catalog.ts";

/** Rows of the identity tables, as they lie in the database. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface IdentityTables {
  readonly domains: DomainRow;
  readonly projects: ProjectRow;
  readonly users: UserRow;
  readonly groups: GroupRow;
  readonly group_members: GroupMemberRow;
  readonly assignments: AssignmentRow;
  readonly policies: PolicyRow;
  readonly agencies: AgencyRow;
  readonly access_keys: AccessKeyRow;
  readonly temporary_keys: TemporaryKeyRow;
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
  readonly description: string;
}

interface GroupRow {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly description: string;
  readonly created_at: number;
}

interface GroupMemberRow {
  readonly group_id: string;
  readonly user_id: string;
}

interface AssignmentRow {
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly scope_kind: ScopeKind;
  readonly scope_id: string;
  readonly domain_id: string;
  readonly role_id: string;
}

interface PolicyRow {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly description: string;
  /** JSON. */
  readonly document: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface AgencyRow {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly description: string;
  readonly trusted_domain_name: string;
  readonly created_at: number;
  readonly expires_at: number | null;
}

interface AccessKeyRow {
  readonly access: string;
  readonly secret: string;
  readonly user_id: string;
  readonly enabled: number;
  readonly description: string;
  readonly created_at: number;
}

interface TemporaryKeyRow {
  readonly access: string;
  readonly secret: string;
  readonly token_digest: string;
  readonly user_id: string;
  readonly agency_id: string | null;
  readonly project_id: string | null;
  readonly expires_at: number;
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
  readonly agency_id: string | null;
  readonly is_for_domain: number;
}
