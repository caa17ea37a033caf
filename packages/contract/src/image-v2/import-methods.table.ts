/**
 * The ways in which an image can be imported, as the answer to its making and `/v2/info/import` name them: each of them works.
 *
 * Source  OpenStack Image API reference, "Interoperable image import"
 */
export const importMethods = ["glance-direct", "web-download", "glance-download"] as const;
export type ImportMethodName = (typeof importMethods)[number];

/** What a client without interest in imports may still ask for: it copies between stores, and there is one store here. */
export const copyMethod = "copy-image";
