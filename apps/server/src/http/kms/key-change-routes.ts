import { KmsError } from "@tintype/contract/kms/kms-error.ts";
import {
  DeletionAnswer,
  KeyBody,
  KeyStateAnswer,
  RotationAnswer,
  ScheduleDeletionBody,
  UpdateAliasAnswer,
  UpdateAliasBody,
  UpdateDescriptionAnswer,
  UpdateDescriptionBody,
} from "@tintype/contract/kms/master-keys.ts";
import { changeKey } from "../../keys/change-key.ts";
import { kmsParams as params, kmsPath } from "./kms-app.ts";
import type { KmsApp } from "./kms-app.ts";
import type { KmsServices } from "./kms-services.ts";
import { stateCodes, toRotation } from "./to-key-details.ts";

/** Changes keys: their state, their end, their words, their version. */
export function addKeyChangeRoutes(app: KmsApp, services: KmsServices): void {
  const schema = <S>(operationId: string, summary: string, answer: S) => ({
    operationId,
    summary,
    tags: ["keys"],
    params,
    response: { 200: answer, "4xx": KmsError },
  });
  for (const [path, kind, summary] of [
    ["enable-key", "enable", "Enable a master key"],
    ["disable-key", "disable", "Disable a master key: nothing is unwrapped by it then"],
  ] as const) {
    const config = { access: [`kms:cmk:${kind}`] as const, trace: { service: "KMS", resourceType: "key", name: `${kind}Key` } };
    app.post(kmsPath(path), { config, schema: { ...schema(`${kind}Key`, summary, KeyStateAnswer), body: KeyBody } }, async (request) => {
      const key = await changeKey(services, request.principal, request.body.key_id, { kind });
      return { key_info: { key_id: key.id, key_state: stateCodes[key.state] } };
    });
  }
  app.post(
    kmsPath("schedule-key-deletion"),
    {
      config: { access: ["kms:cmk:scheduleDeletion"], trace: { service: "KMS", resourceType: "key", name: "scheduleKeyDeletion" } },
      schema: { ...schema("scheduleKeyDeletion", "Delete a master key after some days", DeletionAnswer), body: ScheduleDeletionBody },
    },
    async ({ principal, body }) => {
      const key = await changeKey(services, principal, body.key_id, { kind: "scheduleDeletion", days: Number(body.pending_days) });
      return { key_id: key.id, key_state: stateCodes[key.state] };
    },
  );
  app.post(
    kmsPath("cancel-key-deletion"),
    {
      config: { access: ["kms:cmk:scheduleDeletion"], trace: { service: "KMS", resourceType: "key", name: "cancelKeyDeletion" } },
      schema: { ...schema("cancelKeyDeletion", "Keep a master key after all; it is disabled then", DeletionAnswer), body: KeyBody },
    },
    async ({ principal, body }) => {
      const key = await changeKey(services, principal, body.key_id, { kind: "cancelDeletion" });
      return { key_id: key.id, key_state: stateCodes[key.state] };
    },
  );
  app.post(
    kmsPath("rotate-key"),
    {
      config: { access: ["kms:cmk:update"], trace: { service: "KMS", resourceType: "key", name: "rotateKey" } },
      schema: { ...schema("rotateKey", "Make a new version of a master key now (not in Huawei Cloud KMS)", RotationAnswer), body: KeyBody },
    },
    async ({ principal, body }) => toRotation(await changeKey(services, principal, body.key_id, { kind: "rotate" })),
  );
  app.post(
    kmsPath("update-key-alias"),
    {
      config: { access: ["kms:cmk:update"], trace: { service: "KMS", resourceType: "key", name: "updateKeyAlias" } },
      schema: { ...schema("updateKeyAlias", "Change the alias of a master key", UpdateAliasAnswer), body: UpdateAliasBody },
    },
    async ({ principal, body }) => {
      const key = await changeKey(services, principal, body.key_id, { kind: "update", alias: body.key_alias });
      return { key_info: { key_id: key.id, key_alias: key.alias } };
    },
  );
  app.post(
    kmsPath("update-key-description"),
    {
      config: { access: ["kms:cmk:update"], trace: { service: "KMS", resourceType: "key", name: "updateKeyDescription" } },
      schema: {
        ...schema("updateKeyDescription", "Change the description of a master key", UpdateDescriptionAnswer),
        body: UpdateDescriptionBody,
      },
    },
    async ({ principal, body }) => {
      const key = await changeKey(services, principal, body.key_id, { kind: "update", description: body.key_description });
      return { key_info: { key_id: key.id, key_description: key.description } };
    },
  );
}
