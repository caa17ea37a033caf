import { ServiceError } from "@tintype/contract/service-error.ts";
import { KmsError } from "@tintype/contract/kms/kms-error.ts";
import {
  CreateKeyAnswer,
  CreateKeyBody,
  DescribeKeyAnswer,
  DescribeKeyBody,
  KeyBody,
  ListKeysAnswer,
  ListKeysBody,
  RotationAnswer,
} from "@tintype/contract/kms/master-keys.ts";
import { createKey } from "../../keys/create-key.ts";
import { describeKey, listKeys } from "../../keys/list-keys.ts";
import type { KeyState } from "../../ports/key-service.ts";
import { kmsParams as params, kmsPath } from "./kms-app.ts";
import type { KmsApp } from "./kms-app.ts";
import type { KmsServices } from "./kms-services.ts";
import { toKeyDetails, toRotation } from "./to-key-details.ts";

const tags = ["keys"];
const longestPage = 1000;

/** States by their numbers; the other numbers that KMS knows no key here has. */
const states: Readonly<Record<string, KeyState>> = { 2: "enabled", 3: "disabled", 4: "pendingDeletion" };

/** Makes keys and shows them. */
export function addKeyRoutes(app: KmsApp, services: KmsServices): void {
  const schema = <S>(operationId: string, summary: string, answer: S) => ({
    operationId,
    summary,
    tags,
    params,
    response: { 200: answer, "4xx": KmsError },
  });
  app.post(
    kmsPath("create-key"),
    {
      config: { access: ["kms:cmk:create"], trace: { service: "KMS", resourceType: "key", name: "createKey" } },
      schema: { ...schema("createKey", "Make a master key", CreateKeyAnswer), body: CreateKeyBody },
    },
    async ({ principal, body }) => {
      if (body.key_spec !== undefined && body.key_spec !== "AES_256") {
        throw new ServiceError("KMS.1110", { spec: body.key_spec.slice(0, 50) });
      }
      const { key_alias: alias, key_description: description = "", enterprise_project_id: enterpriseProjectId = "0" } = body;
      const key = await createKey(services, principal, { alias, description, enterpriseProjectId });
      return { key_info: { key_id: key.id, domain_id: principal.domainId } };
    },
  );
  app.post(
    kmsPath("list-keys"),
    {
      config: { access: ["kms:cmk:list"] },
      schema: { ...schema("listKeys", "List master keys, newest first", ListKeysAnswer), body: ListKeysBody },
    },
    async ({ principal, body }) => {
      const state = body.key_state === undefined ? undefined : (states[body.key_state] ?? "none");
      const page = await listKeys(services, principal, {
        state,
        passOver: Number(body.marker ?? 0),
        limit: Number(body.limit ?? longestPage),
      });
      return {
        keys: page.keys.map(({ id }) => id),
        key_details: page.keys.map((key) => toKeyDetails(key, { domainId: principal.domainId, region: services.region })),
        next_marker: page.next === undefined ? "" : String(page.next),
        truncated: page.next === undefined ? ("false" as const) : ("true" as const),
        total: page.total,
      };
    },
  );
  app.post(
    kmsPath("describe-key"),
    {
      config: { access: ["kms:cmk:get"] },
      schema: { ...schema("describeKey", "Show a master key", DescribeKeyAnswer), body: DescribeKeyBody },
    },
    async ({ principal, body }) => {
      const key = await describeKey(services, principal, body.key_id);
      return { key_info: toKeyDetails(key, { domainId: principal.domainId, region: services.region }) };
    },
  );
  app.post(
    kmsPath("get-key-rotation-status"),
    {
      config: { access: ["kms:cmk:get"] },
      schema: { ...schema("showKeyRotation", "Show how often a master key was rotated", RotationAnswer), body: KeyBody },
    },
    async ({ principal, body }) => toRotation(await describeKey(services, principal, body.key_id)),
  );
}
