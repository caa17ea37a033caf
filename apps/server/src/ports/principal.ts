import type { AgencyId, DomainId, ProjectId, UserId } from "./ids.ts";
import type { Rights } from "./policy.ts";

/** Who calls, and for which project: the outcome of authentication, whatever the method was. */
export interface Principal {
  /** The id of an agency where `actor` is there. */
  readonly userId: UserId;
  readonly userName: string;
  readonly domainId: DomainId;
  readonly domainName: string;
  /** Undefined for a principal that acts for its whole domain, or for nothing. */
  readonly project: { readonly id: ProjectId; readonly name: string } | undefined;
  /** True when it acts for its whole domain. */
  readonly isForDomain?: true;
  /** Names of the roles and policies in that project or domain, for showing. What they allow is in `rights`. */
  readonly roles: readonly string[];
  readonly rights: Rights;
  readonly method: "token" | "signature";
  /** When it called, in milliseconds since 1970. */
  readonly at: number;
  /** Who really calls, when it acts as an agency of the domain. */
  readonly actor?: Actor;
}

/** A user that acts as an agency. */
export interface Actor {
  readonly agencyId: AgencyId;
  readonly userId: UserId;
  readonly userName: string;
  readonly domainId: DomainId;
  readonly domainName: string;
}
