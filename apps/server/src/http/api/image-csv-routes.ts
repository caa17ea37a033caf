import { Readable } from "node:stream";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { ImageCsvQuery } from "@tintype/contract/api/image-csv.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { Language } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { eachImage } from "../../images/each-image.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import { csvLine } from "./csv-line.ts";
import { imageCsvColumns } from "./image-csv-columns.table.ts";
import type { ImageCsvColumn } from "./image-csv-columns.table.ts";

/** What giving the list as a file needs. */
export interface ImageCsvServices {
  readonly catalog: Pick<Catalog, "images">;
  readonly clock: Clock;
  readonly region: string;
}

/** Tells spreadsheets that the text is UTF-8. */
const byteOrderMark = "\uFEFF";
const Lines = { content: { "text/csv": { schema: Type.String({ description: "A line of titles, and a line for each image" }) } } };

/** Gives the list of images as a file for spreadsheets. */
export function addImageCsvRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: ImageCsvServices): void {
  app.get(
    "/api/v1/images.csv",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listImagesAsCsv",
        summary: "Get the list of images as a CSV file",
        tags: ["images"],
        querystring: ImageCsvQuery,
        response: { 200: Lines, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { scope = "private", language = "en" } }, reply) => {
      const pages = eachImage(services, principal, scope);
      const time = new Date(services.clock.now()).toISOString().replace(/\D/g, "").slice(0, 14);
      const name = `${scope}-images-${services.region}-${time}.csv`;
      reply.header("content-disposition", `attachment; filename="${name}"`);
      return await sendLines(reply, linesOf(pages, imageCsvColumns[scope], language));
    },
  );
}

/** The route's type of answers knows texts only; a stream is one of those, piece by piece. */
async function sendLines(reply: FastifyReply, lines: AsyncIterable<string>): Promise<FastifyReply> {
  return await reply
    .header("content-type", "text/csv; charset=utf-8")
    .header("cache-control", "no-store")
    .send(Readable.from(lines, { objectMode: false }));
}

/** Memory  the lines of one page */
async function* linesOf(
  pages: AsyncIterable<readonly ImageRecord[]>,
  columns: readonly ImageCsvColumn[],
  language: Language,
): AsyncGenerator<string, void, undefined> {
  yield byteOrderMark + csvLine(columns.map(({ title }) => title[language]));
  for await (const images of pages) {
    // An empty text would end the stream.
    if (images.length > 0) {
      yield images.map((image) => csvLine(columns.map(({ textOf }) => textOf(image, language)))).join("");
    }
  }
}
