/** Rows of resumable uploads, as they lie in the database. Instants are milliseconds since 1970. */
export interface UploadsTables {
  resumable_uploads: {
    id: string;
    project_id: string;
    /** JSON. */
    target: string;
    length_bytes: number | null;
    offset_bytes: number;
    metadata: string;
    created_at: number;
    expires_at: number;
    /** 1 when it is. */
    is_complete: number;
  };
  resumable_upload_parts: {
    upload_id: string;
    offset_bytes: number;
    length_bytes: number;
    blob_id: string;
  };
}
