import type { DomainId } from "./ids.ts";

/** What an enterprise project is for: production, or a trial. */
export type EnterpriseProjectKind = "prod" | "poc";

/** A group of a domain's resources, across its projects. Instants are milliseconds since 1970, UTC. */
export interface EnterpriseProjectRecord {
  /** UUID; the default one, `0`, is in no catalog. */
  readonly id: string;
  readonly domainId: DomainId;
  readonly name: string;
  readonly description: string;
  readonly kind: EnterpriseProjectKind;
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type EnterpriseProjectChange = Partial<Pick<EnterpriseProjectRecord, "name" | "description" | "kind" | "enabled">> & {
  readonly updatedAt: number;
};

/** Enterprise projects of all domains. A name is taken once in a domain. */
export interface EnterpriseProjectCatalog {
  /** Throws `DuplicateError` when the id, or the name in its domain, is taken. */
  insert(record: EnterpriseProjectRecord): Promise<void>;
  get(domainId: DomainId, id: string): Promise<EnterpriseProjectRecord | undefined>;
  /** All of a domain, oldest first, then by id. They are as many as the domain's quota lets in. */
  list(domainId: DomainId): Promise<readonly EnterpriseProjectRecord[]>;
  /** Answers undefined when there is none. Throws `DuplicateError` when the new name is taken. */
  update(domainId: DomainId, id: string, change: EnterpriseProjectChange): Promise<EnterpriseProjectRecord | undefined>;
}
