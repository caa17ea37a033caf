import type { Encryption } from "@tintype/client/images.ts";
import { Keys } from "@tintype/client/keys.ts";
import type { Session } from "@tintype/client/session/session.ts";
import { findKey } from "../key/find-key.ts";

/** Alias of the key that the service makes for images when it is first asked for. */
const defaultKeyAlias = "ims/default";

/**
 * What `--key` means: the default key by its alias, any other by id or alias. Undefined without the flag.
 *
 * Throws  NotFoundError
 */
export async function chooseEncryption(session: Session, key: string | undefined, signal: AbortSignal): Promise<Encryption | undefined> {
  if (key === undefined) {
    return undefined;
  }
  return key === defaultKeyAlias ? "defaultKey" : { keyId: (await findKey(new Keys(session), key, signal)).id };
}
