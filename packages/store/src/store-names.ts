/** The file that says what a store is. */
export const formatFileName = "format";
/** The file that says which work folder a store is used with; and the one by which the work folder knows that. */
export const ownerFileName = "owner";
/** Where a backend keeps packs, and where manifests. */
export const packsPrefix = "packs/";
export const manifestsPrefix = "manifests/";

const nameForm = /^(?<kind>packs|manifests)\/(?<two>[0-9a-f]{2})\/(?<name>[0-9a-f]{32})\.(?<suffix>pack|manifest)$/;

/** A pack's file in the backend. `name` is 32 hex digits. */
export function packFileName(name: string): string {
  return `${packsPrefix}${name.slice(0, 2)}/${name}.pack`;
}

/** A blob's file in the backend. `id` is 32 hex digits. */
export function manifestFileName(id: string): string {
  return `${manifestsPrefix}${id.slice(0, 2)}/${id}.manifest`;
}

/** Name of the pack or blob that a file holds; undefined for a file that is neither. */
export function nameOfFile(file: string): string | undefined {
  const name = nameForm.exec(file)?.groups?.["name"];
  return name !== undefined && (file === packFileName(name) || file === manifestFileName(name)) ? name : undefined;
}
