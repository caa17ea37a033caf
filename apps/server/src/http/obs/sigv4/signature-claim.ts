import type { CredentialScope } from "./credential-scope.ts";
import type { SignedParts } from "./canonical-request.ts";

/** What a request says about its signature; nothing of it is verified yet. */
export interface SignatureClaim extends SignedParts {
  readonly scope: CredentialScope;
  readonly amzDate: string;
  /** Lower-case hex. */
  readonly signature: string;
}
