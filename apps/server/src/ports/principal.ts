import type { DomainId, ProjectId, UserId } from "./ids.ts";

/** Who calls, and for which project: the outcome of authentication, whatever the method was. */
export interface Principal {
  readonly userId: UserId;
  readonly userName: string;
  readonly domainId: DomainId;
  readonly domainName: string;
  /** Undefined for an unscoped token. */
  readonly project: { readonly id: ProjectId; readonly name: string } | undefined;
  /** Role names in that project, lower case. */
  readonly roles: readonly string[];
  readonly method: "token" | "signature";
}
