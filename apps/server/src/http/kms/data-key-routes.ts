import { createHash } from "node:crypto";
import { KmsError } from "@tintype/contract/kms/kms-error.ts";
import {
  CreateDataKeyBody,
  DataKeyAnswer,
  DecryptDataKeyAnswer,
  DecryptDataKeyBody,
  EncryptDataKeyAnswer,
  EncryptDataKeyBody,
  WrappedDataKeyAnswer,
} from "@tintype/contract/kms/data-keys.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { createDataKey, decryptDataKey, encryptDataKey } from "../../keys/data-keys.ts";
import { kmsParams as params, kmsPath } from "./kms-app.ts";
import type { KmsApp } from "./kms-app.ts";
import type { KmsServices } from "./kms-services.ts";
import { lengthOfDataKey, plainOfBody } from "./parse-data-key.ts";

/** Makes, wraps and unwraps data keys. */
export function addDataKeyRoutes(app: KmsApp, services: KmsServices): void {
  const schema = <S>(operationId: string, summary: string, answer: S) => ({
    operationId,
    summary,
    tags: ["data keys"],
    params,
    response: { 200: answer, "4xx": KmsError },
  });
  const create = async (principal: Parameters<typeof createDataKey>[1], body: CreateDataKeyBody) =>
    createDataKey(services, principal, { key: body.key_id, context: body.encryption_context, lengthBytes: lengthOfDataKey(body) });

  app.post(
    kmsPath("create-datakey"),
    {
      config: { access: ["kms:dek:create"], trace: { service: "KMS", resourceType: "dataKey", name: "createDataKey" } },
      schema: { ...schema("createDataKey", "Make a data key", DataKeyAnswer), body: CreateDataKeyBody },
    },
    async ({ principal, body }) => {
      const { keyId, plain, wrapped } = await create(principal, body);
      return { key_id: keyId, plain_text: toHex(plain), cipher_text: toHex(wrapped) };
    },
  );
  app.post(
    kmsPath("create-datakey-without-plaintext"),
    {
      config: { access: ["kms:dek:create"], trace: { service: "KMS", resourceType: "dataKey", name: "createDataKeyWithoutPlaintext" } },
      schema: {
        ...schema("createWrappedDataKey", "Make a data key and answer it wrapped only", WrappedDataKeyAnswer),
        body: CreateDataKeyBody,
      },
    },
    async ({ principal, body }) => {
      const { keyId, wrapped } = await create(principal, body);
      return { key_id: keyId, cipher_text: toHex(wrapped) };
    },
  );
  app.post(
    kmsPath("encrypt-datakey"),
    {
      config: { access: ["kms:dek:crypto"], trace: { service: "KMS", resourceType: "dataKey", name: "encryptDataKey" } },
      schema: { ...schema("encryptDataKey", "Wrap a data key", EncryptDataKeyAnswer), body: EncryptDataKeyBody },
    },
    async ({ principal, body }) => {
      const plain = plainOfBody(body);
      const { keyId, wrapped } = await encryptDataKey(services, principal, { key: body.key_id, context: body.encryption_context, plain });
      return { key_id: keyId, cipher_text: toHex(wrapped), datakey_length: String(plain.length) };
    },
  );
  app.post(
    kmsPath("decrypt-datakey"),
    {
      config: { access: ["kms:dek:crypto"], trace: { service: "KMS", resourceType: "dataKey", name: "decryptDataKey" } },
      schema: { ...schema("decryptDataKey", "Unwrap a data key", DecryptDataKeyAnswer), body: DecryptDataKeyBody },
    },
    async ({ principal, body }) => {
      const wrapped = Buffer.from(body.cipher_text, "hex");
      const plain = await decryptDataKey(services, principal, { key: body.key_id, context: body.encryption_context, wrapped });
      if (Number(body.datakey_cipher_length) !== plain.length) {
        throw new ServiceError("KMS.2204");
      }
      const digest = createHash("sha256").update(plain).digest();
      return { data_key: toHex(plain), datakey_length: String(plain.length), datakey_dgst: toHex(digest) };
    },
  );
}

/** KMS writes capitals. */
function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}
