import type { Rule } from "../images/check-rules.ts";

/** A machine, a disk or a backup that an image shall be made from, and whether it is there for the caller. */
export interface MachineSource {
  readonly id: string;
  readonly isThere: boolean;
}

const noDisk = {
  problemEn: "there is no such disk",
  problemZh: "磁盘不存在",
  remedyEn: "Check the disk id and the project.",
  remedyZh: "请检查磁盘 ID 和项目。",
};

/** What the sources of images must be like that are no files: that they exist. */
export const machineSourceRules = {
  server: { name: "serverIsThere", requirement: "R-037", code: "IMG.0005", holds: isThere, data: ({ id }) => ({ id }) },
  systemDisk: { name: "diskIsThere", requirement: "R-056", code: "IMG.0022", holds: isThere, data: ({ id }) => ({ id, ...noDisk }) },
  dataDisk: { name: "dataDiskIsThere", requirement: "R-099", code: "IMG.0120", holds: isThere, data: ({ id }) => ({ id, ...noDisk }) },
  backup: { name: "backupIsThere", requirement: "ims-api §6 IMG.0020", code: "IMG.0020", holds: isThere, data: ({ id }) => ({ id }) },
} as const satisfies Record<string, Rule<MachineSource>>;

function isThere(source: MachineSource): boolean {
  return source.isThere;
}

/** What kind of source it is. */
export type MachineSourceKind = keyof typeof machineSourceRules;
