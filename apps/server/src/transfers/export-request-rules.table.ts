import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import type { Rule } from "../images/check-rules.ts";

/** How an image shall be exported. */
export interface ExportWay {
  readonly isQuick: boolean;
  readonly format: string | undefined;
}

/** What a request for an export must say. */
export const exportRequestRules: readonly Rule<ExportWay>[] = [
  {
    name: "formatLeftOut",
    requirement: "ims-api §1.10",
    code: "IMG.0105",
    holds: ({ isQuick, format }) => !isQuick || format === undefined,
    data: () => ({ operation: "file_format together with is_quick_export" }),
    remedy: {
      en: "Leave file_format out: a fast export makes a ZVHD2 file.",
      zh: "请去掉 file_format：快速导出的文件为 ZVHD2 格式。",
    },
  },
  {
    name: "formatPossible",
    requirement: "R-153",
    code: "IMG.0072",
    holds: ({ isQuick, format }) => isQuick || exportFormats.some((candidate) => candidate === format),
    data: ({ format = "" }) => ({ format, formats: exportFormats.join(", ") }),
  },
];
