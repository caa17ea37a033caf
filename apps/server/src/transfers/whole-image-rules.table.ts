import type { Rule } from "../images/check-rules.ts";

/** An image of a whole machine, as it was asked for. */
export interface WholeImageSource {
  readonly serverId: string | undefined;
  readonly backupId: string | undefined;
  readonly vaultId: string | undefined;
  /** Which service made the backup. */
  readonly backupKind: string | undefined;
}

/** What the source of an image of a whole machine must be told like. */
export const wholeImageRules: readonly Rule<WholeImageSource>[] = [
  {
    name: "backupKindExists",
    requirement: "ims-api §1.8",
    code: "IMG.0198",
    holds: ({ backupKind }) => backupKind === undefined || backupKind === "CBR" || backupKind === "CSBS",
    data: ({ backupKind = "" }) => ({ kind: backupKind }),
  },
  {
    name: "oneSource",
    requirement: "ims-api §1.8",
    code: "IMG.0001",
    holds: ({ serverId, backupId }) => serverId === undefined || backupId === undefined,
    data: () => ({ problem: "it names a server and a backup" }),
  },
  {
    name: "backupNamed",
    requirement: "ims-api §6 IMG.0019",
    code: "IMG.0019",
    holds: ({ serverId, backupId, backupKind }) => backupKind === undefined || serverId !== undefined || backupId !== undefined,
  },
  {
    name: "serverNamed",
    requirement: "ims-api §6 IMG.0012",
    code: "IMG.0012",
    holds: ({ serverId, backupId }) => serverId !== undefined || backupId !== undefined,
  },
  {
    name: "backupKindUsable",
    requirement: "ims-api §6 IMG.0190",
    code: "IMG.0190",
    holds: ({ backupKind }) => backupKind !== "CSBS",
    data: ({ backupKind = "" }) => ({ kind: backupKind }),
  },
  {
    name: "vaultNamed",
    requirement: "ims-api §1.8 vault_id",
    code: "IMG.0184",
    holds: ({ serverId, vaultId }) => serverId === undefined || vaultId !== undefined,
  },
];
