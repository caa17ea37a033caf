import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ImportCheck, ImportCheckQuery, ImportCheckRequest } from "@tintype/contract/api/import-checks.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { meantTag } from "../../images/image-tags.ts";
import { checkImport } from "../../transfers/check-import.ts";
import type { CheckImportDeps, ImportQuestion } from "../../transfers/check-import.ts";
import { reasonsInWords } from "./reasons-in-words.ts";

/** Tells whether a file could be imported, before it is sent. */
export function addImportCheckRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: CheckImportDeps): void {
  app.post(
    "/api/v1/import-checks",
    {
      config: { access: ["ims:serverImages:create", "ims:dataImages:create"] },
      schema: {
        operationId: "checkImport",
        summary: "Tell whether an import would pass now, and every reason why not, before its file is sent",
        tags: ["transfers"],
        querystring: ImportCheckQuery,
        body: ImportCheckRequest,
        response: { 200: ImportCheck, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { language = "en" }, body }) => {
      const reasons = await checkImport(services, principal, questionOf(body));
      return { allowed: reasons.length === 0, reasons: reasonsInWords(reasons, language) };
    },
  );
}

/** What is not told is what it is for an import. */
function questionOf(body: ImportCheckRequest): ImportQuestion {
  const { encryption, tags = [], diskFormat, furtherDiskBytes = [], deletesSource = false, ...image } = body;
  return {
    image: {
      file: image.file,
      name: image.name ?? "",
      description: image.description ?? "",
      kind: image.kind ?? "system",
      isQuick: image.isQuick ?? false,
      minDiskGiB: image.minDiskGiB,
      minRamMiB: image.minRamMiB ?? 0,
      maxRamMiB: image.maxRamMiB ?? 0,
      osVersion: image.osVersion,
      osType: image.osType,
      architecture: image.architecture ?? "x86",
      firmware: image.firmware,
      license: image.license,
      tags: tags.map(meantTag),
      enterpriseProjectId: image.enterpriseProjectId ?? "0",
      properties: {},
      encryption: encryption && { key: encryption.key },
    },
    lengthBytes: image.lengthBytes,
    format: diskFormat,
    virtualSizeBytes: image.virtualSizeBytes,
    furtherDiskBytes,
    dataBytes: image.dataBytes,
    deletesSource,
  };
}
