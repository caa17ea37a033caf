import type { Kysely, Selectable } from "kysely";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { ResumableUpload, UploadCatalog, UploadedPart } from "../../ports/upload-catalog.ts";
import type { Tables } from "./tables.ts";
import type { UploadsTables } from "./uploads-tables.ts";

type UploadRow = Selectable<UploadsTables["resumable_uploads"]>;
type PartRow = Selectable<UploadsTables["resumable_upload_parts"]>;

/** Resumable uploads in an SQL database. */
export function sqlUploadCatalog(db: Kysely<Tables>): UploadCatalog {
  return { ...uploadsOf(db), ...changesOf(db), ...partsOf(db) };
}

function uploadsOf(db: Kysely<Tables>): Pick<UploadCatalog, "insert" | "get" | "countUnfinished" | "list" | "expired" | "remove"> {
  return {
    async insert(upload) {
      await db.insertInto("resumable_uploads").values(toRow(upload)).execute();
    },
    async get(id) {
      const row = await db.selectFrom("resumable_uploads").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toUpload(row);
    },
    async countUnfinished(projectId) {
      const { count } = await db
        .selectFrom("resumable_uploads")
        .select((row) => row.fn.countAll<number | string | bigint>().as("count"))
        .where("project_id", "=", projectId)
        .where("is_complete", "=", 0)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async list(projectId, { isComplete, now, after, limit }) {
      let query = db
        .selectFrom("resumable_uploads")
        .selectAll()
        .where("project_id", "=", projectId)
        .where("is_complete", "=", Number(isComplete))
        .where("expires_at", ">", now);
      if (after !== undefined) {
        query = query.where((row) =>
          row.or([row("created_at", "<", after.createdAt), row.and([row("created_at", "=", after.createdAt), row("id", "<", after.id)])]),
        );
      }
      return (await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(limit).execute()).map(toUpload);
    },
    async expired(now, limit) {
      const due = db.selectFrom("resumable_uploads").selectAll().where("expires_at", "<=", now);
      return (await due.orderBy("expires_at").orderBy("id").limit(limit).execute()).map(toUpload);
    },
    async remove(id) {
      const parts = await takeParts(db, id);
      const { numDeletedRows } = await db.deleteFrom("resumable_uploads").where("id", "=", id).executeTakeFirstOrThrow();
      return numDeletedRows === 0n ? undefined : parts;
    },
  };
}

function changesOf(db: Kysely<Tables>): Pick<UploadCatalog, "setLength" | "append" | "complete"> {
  return {
    async setLength(id, lengthBytes) {
      const row = await db
        .updateTable("resumable_uploads")
        .set({ length_bytes: lengthBytes })
        .where("id", "=", id)
        .where("length_bytes", "is", null)
        .where("offset_bytes", "<=", lengthBytes)
        .returningAll()
        .executeTakeFirst();
      return row && toUpload(row);
    },
    async append(id, part, expiresAt) {
      const row = await db
        .updateTable("resumable_uploads")
        .set({ offset_bytes: part.offsetBytes + part.lengthBytes, expires_at: expiresAt })
        .where("id", "=", id)
        .where("offset_bytes", "=", part.offsetBytes)
        .where("is_complete", "=", 0)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) {
        return undefined;
      }
      await db.insertInto("resumable_upload_parts").values(toPartRow(id, part)).execute();
      return toUpload(row);
    },
    async complete(id, { offsetBytes, lengthBytes, expiresAt }) {
      const { numUpdatedRows } = await db
        .updateTable("resumable_uploads")
        .set({ offset_bytes: lengthBytes, length_bytes: lengthBytes, expires_at: expiresAt, is_complete: 1 })
        .where("id", "=", id)
        .where("offset_bytes", "=", offsetBytes)
        .where("is_complete", "=", 0)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 0n ? undefined : await takeParts(db, id);
    },
  };
}

function partsOf(db: Kysely<Tables>): Pick<UploadCatalog, "parts" | "replaceParts"> {
  return {
    async parts(id) {
      const rows = await db.selectFrom("resumable_upload_parts").selectAll().where("upload_id", "=", id).orderBy("offset_bytes").execute();
      return rows.map(toPart);
    },
    async replaceParts(id, merged) {
      const end = merged.offsetBytes + merged.lengthBytes;
      const within = await db
        .selectFrom("resumable_upload_parts")
        .selectAll()
        .where("upload_id", "=", id)
        .where("offset_bytes", ">=", merged.offsetBytes)
        .where("offset_bytes", "<", end)
        .orderBy("offset_bytes")
        .execute();
      const last = within.at(-1);
      if (within[0]?.offset_bytes !== merged.offsetBytes || last === undefined || last.offset_bytes + last.length_bytes !== end) {
        return undefined;
      }
      await db
        .deleteFrom("resumable_upload_parts")
        .where("upload_id", "=", id)
        .where("offset_bytes", ">=", merged.offsetBytes)
        .where("offset_bytes", "<", end)
        .execute();
      await db.insertInto("resumable_upload_parts").values(toPartRow(id, merged)).execute();
      return within.map(toPart);
    },
  };
}

async function takeParts(db: Kysely<Tables>, id: string): Promise<readonly UploadedPart[]> {
  const rows = await db.deleteFrom("resumable_upload_parts").where("upload_id", "=", id).returningAll().execute();
  return rows.map(toPart).toSorted((one, other) => one.offsetBytes - other.offsetBytes);
}

// Rows are written by the functions below alone, so the words and the JSON in them are ours.

function toRow(upload: ResumableUpload): UploadRow {
  return {
    id: upload.id,
    project_id: upload.projectId,
    target: JSON.stringify(upload.target),
    length_bytes: upload.lengthBytes ?? null,
    offset_bytes: upload.offsetBytes,
    metadata: upload.metadata,
    created_at: upload.createdAt,
    expires_at: upload.expiresAt,
    is_complete: Number(upload.isComplete),
  };
}

function toUpload(row: UploadRow): ResumableUpload {
  return {
    id: row.id,
    projectId: row.project_id as ProjectId,
    target: JSON.parse(row.target) as ResumableUpload["target"],
    lengthBytes: row.length_bytes ?? undefined,
    offsetBytes: row.offset_bytes,
    metadata: row.metadata,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    isComplete: row.is_complete === 1,
  };
}

function toPartRow(uploadId: string, part: UploadedPart): PartRow {
  return { upload_id: uploadId, offset_bytes: part.offsetBytes, length_bytes: part.lengthBytes, blob_id: part.blobId };
}

function toPart(row: PartRow): UploadedPart {
  return { blobId: row.blob_id as BlobId, offsetBytes: row.offset_bytes, lengthBytes: row.length_bytes };
}
