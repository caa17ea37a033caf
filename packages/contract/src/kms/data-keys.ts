import { Type } from "typebox";
import type { Static } from "typebox";
import { KeyReference } from "./master-keys.ts";

const digits = (description: string) =>
  Type.Union([Type.String({ pattern: "^\\d{1,9}$" }), Type.Integer({ minimum: 0, maximum: 999_999_999 })], { description });
const hex = (mostBytes: number, description: string) =>
  Type.String({ pattern: "^([0-9A-Fa-f]{2})+$", maxLength: mostBytes * 2, description: `hexadecimal: ${description}` });

const common = {
  key_id: KeyReference,
  encryption_context: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: "whoever unwraps must send the same; up to 8192 characters in all" }),
  ),
  sequence: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z-]{36}$" })),
};

/** Body of `create-datakey` and `create-datakey-without-plaintext`. */
export const CreateDataKeyBody = Type.Object({
  ...common,
  datakey_length: Type.Optional(digits("bits: 8 to 8192, a multiple of 8; 256 when neither this nor key_spec is given")),
  key_spec: Type.Optional(Type.String({ description: "AES_128 or AES_256, instead of datakey_length" })),
});
export type CreateDataKeyBody = Static<typeof CreateDataKeyBody>;

/** Answer of `create-datakey-without-plaintext`. */
export const WrappedDataKeyAnswer = Type.Object({ key_id: Type.String(), cipher_text: Type.String({ description: "hexadecimal" }) });

/** Answer of `create-datakey`. */
export const DataKeyAnswer = Type.Object({
  key_id: Type.String(),
  plain_text: Type.String({ description: "hexadecimal" }),
  cipher_text: Type.String({ description: "hexadecimal" }),
});

/** Body of `encrypt-datakey`. */
export const EncryptDataKeyBody = Type.Object({
  ...common,
  plain_text: hex(1024 + 32, "the data key, then its SHA-256"),
  datakey_plain_length: digits("bytes of the data key"),
});
export type EncryptDataKeyBody = Static<typeof EncryptDataKeyBody>;

/** Answer of `encrypt-datakey`. */
export const EncryptDataKeyAnswer = Type.Object({
  key_id: Type.String(),
  cipher_text: Type.String({ description: "hexadecimal" }),
  datakey_length: Type.String({ description: "bytes of the data key" }),
});

/** Body of `decrypt-datakey`. */
export const DecryptDataKeyBody = Type.Object({
  ...common,
  cipher_text: hex(4096, "as it was answered"),
  datakey_cipher_length: digits("bytes of the data key"),
});
export type DecryptDataKeyBody = Static<typeof DecryptDataKeyBody>;

/** Answer of `decrypt-datakey`. */
export const DecryptDataKeyAnswer = Type.Object({
  data_key: Type.String({ description: "hexadecimal" }),
  datakey_length: Type.String({ description: "bytes of the data key" }),
  datakey_dgst: Type.String({ description: "hexadecimal: SHA-256 of the data key" }),
});
