import type { DomainId } from "./ids.ts";

/** A tag that a domain has prepared for its resources. The instant is in milliseconds since 1970, UTC. */
export interface PredefinedTagRecord {
  readonly domainId: DomainId;
  readonly key: string;
  readonly value: string;
  readonly updatedAt: number;
}

/** Predefined tags of all domains. A key and value together are there once in a domain. */
export interface PredefinedTagCatalog {
  /** Writes it; one that is there already becomes as old as this one. */
  put(tag: PredefinedTagRecord): Promise<void>;
  /** Tells whether there was one to remove. */
  remove(domainId: DomainId, tag: { readonly key: string; readonly value: string }): Promise<boolean>;
  /** All of a domain, by key and value. They are as many as the domain's quota lets in. */
  list(domainId: DomainId): Promise<readonly PredefinedTagRecord[]>;
}
