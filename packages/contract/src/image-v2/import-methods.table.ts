/**
 * The ways in which an image can be imported, as the answer to its making and `/v2/info/import` name them: each of them works.
 *
 * Source  OpenStack Image API reference, "Interoperable image import"
 */
export const importMethods = ["glance-direct", "web-download", "glance-download"] as const;
export type ImportMethodName = (typeof importMethods)[number];

/** Copies the content of an image to more stores; only where there are several. */
export const copyMethod = "copy-image";
