import type { KeyService } from "../ports/key-service.ts";

/** What the use cases of keys need. */
export interface KeysDeps {
  readonly keys: KeyService;
  readonly limits: { readonly keys: { readonly perProject: number } };
}
