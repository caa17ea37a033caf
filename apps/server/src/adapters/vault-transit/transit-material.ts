import { ServiceError } from "@tintype/contract/service-error.ts";
import type { KeyMaterial } from "../key-register/key-material.ts";
import { wrapForms } from "../key-register/wrapped-key.ts";
import { callTransit } from "./transit-client.ts";
import type { TransitAnswer, TransitCall, TransitConnection } from "./transit-client.ts";

/**
 * Master keys in a transit engine, one named `tintype-<key id>` each; their bits never leave it. A payload is the engine's ciphertext as text
 * (`vault:v3:…`).
 *
 * Data keys are made here and wrapped by `encrypt`, not made by `datakey`: so they may have any length, and they are bound to the key and the caller's
 * context by `associated_data`. A token needs `create`, `read`, `update` and `delete` on `keys/tintype-*`, `update` on `encrypt/` and `decrypt/tintype-*`.
 */
export function transitMaterial(connection: TransitConnection): KeyMaterial {
  const call = async (request: TransitCall) => callTransit(connection, request);
  const keyPath = (id: string) => `keys/tintype-${id}`;
  return {
    form: wrapForms.transit,
    async create(id) {
      done(await call({ method: "POST", path: keyPath(id), body: { type: "aes256-gcm96" } }), id);
      return [];
    },
    async rotate({ id, material }) {
      done(await call({ method: "POST", path: `${keyPath(id)}/rotate` }), id);
      const { latest_version: version } = done(await call({ method: "GET", path: keyPath(id) }), id);
      if (typeof version !== "number" || !Number.isInteger(version)) {
        throw new ServiceError("KMS.0104", { problem: "it does not tell the key's version" });
      }
      return { version, material };
    },
    async destroy({ id }) {
      const answer = await call({ method: "GET", path: keyPath(id) });
      if (!answer.ok && answer.status === 404) {
        return;
      }
      done(answer, id);
      done(await call({ method: "POST", path: `${keyPath(id)}/config`, body: { deletion_allowed: true } }), id);
      done(await call({ method: "DELETE", path: keyPath(id) }), id);
    },
    async wrap({ id }, plain, binding, signal) {
      const body = { plaintext: toBase64(plain), associated_data: toBase64(binding) };
      const { ciphertext } = done(await call({ method: "POST", path: `encrypt/tintype-${id}`, body, signal }), id);
      const [, version] = /^[^:]+:v(\d{1,9}):./.exec(String(ciphertext)) ?? [];
      if (version === undefined) {
        throw new ServiceError("KMS.0104", { problem: "its ciphertext has no version" });
      }
      return { version: Number(version), payload: Buffer.from(String(ciphertext)) };
    },
    async unwrap({ id }, { payload }, binding, signal) {
      const body = { ciphertext: Buffer.from(payload).toString("utf8"), associated_data: toBase64(binding) };
      const answer = await call({ method: "POST", path: `decrypt/tintype-${id}`, body, signal });
      if (!answer.ok && answer.status === 400 && !isMissing(answer.errors)) {
        throw new ServiceError("KMS.2201", { problem: "it or its context was changed" }, { cause: new Error(answer.errors) });
      }
      const { plaintext } = done(answer, id);
      if (typeof plaintext !== "string") {
        throw new ServiceError("KMS.0104", { problem: "it answers no data key" });
      }
      return Buffer.from(plaintext, "base64");
    },
  };
}

/** Throws  KMS.0101: the engine refused, which it never should when the register and the engine agree */
function done(answer: TransitAnswer, id: string): Readonly<Record<string, unknown>> {
  if (answer.ok) {
    return answer.data;
  }
  const problem = isMissing(answer.errors) || answer.status === 404 ? `the engine has no key ${id}` : `the engine refuses the key ${id}`;
  throw new ServiceError("KMS.0101", { problem }, { cause: new Error(`${answer.status} ${answer.errors}`) });
}

function isMissing(errors: string): boolean {
  return /key not found/i.test(errors);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
