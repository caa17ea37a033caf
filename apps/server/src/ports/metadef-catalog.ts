import type { ProjectId } from "./ids.ts";

/** A set of definitions of metadata. Instants are milliseconds since 1970, UTC. */
export interface MetadefNamespaceRecord {
  /** Remains when the name changes. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  /** Public ones are for all projects, private ones for their owner. */
  readonly visibility: "public" | "private";
  readonly protected: boolean;
  /** A project; for what came with the service a word that is none. */
  readonly owner: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a namespace holds: properties, objects (groups of properties), tags, and the types of things that it is for. */
export type MetadefKind = "property" | "object" | "tag" | "resourceType";

/** One thing in a namespace. */
export interface MetadefItem {
  readonly kind: MetadefKind;
  /** The only one of its kind in the namespace. */
  readonly name: string;
  /** Everything else about it, as JSON. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A type of things that metadata is defined for, e.g. `OS::Glance::Image`. */
export interface ResourceTypeRecord {
  readonly name: string;
  readonly createdAt: number;
}

/** Which namespaces to list. All conditions hold together. */
export interface MetadefNamespaceFilter {
  /** Public ones and those of this project; undefined sees all. `none` is nobody's. */
  readonly visibleTo?: ProjectId | "none" | undefined;
  readonly visibility?: "public" | "private" | undefined;
  /** For one of these types; none stand for any. */
  readonly resourceTypes?: readonly string[] | undefined;
}

/** One page of a list: at most `limit` namespaces after the namespace `after`. Those that are equal in `key` come by id, in the same direction. */
export interface MetadefNamespacePage {
  readonly key: "createdAt" | "updatedAt" | "name" | "owner" | "visibility";
  readonly direction: "asc" | "desc";
  readonly after: MetadefNamespaceRecord | undefined;
  readonly limit: number;
}

/** Definitions of metadata: what properties of images and the like are called, and what they may hold. */
export interface MetadefCatalog {
  /** Throws `DuplicateError` when the name is taken. */
  insertNamespace(record: MetadefNamespaceRecord): Promise<void>;
  namespace(name: string): Promise<MetadefNamespaceRecord | undefined>;
  namespaces(filter: MetadefNamespaceFilter, page: MetadefNamespacePage): Promise<readonly MetadefNamespaceRecord[]>;
  /** Puts a record in the place of the one with its id. Throws `DuplicateError` when another one has its name. */
  replaceNamespace(record: MetadefNamespaceRecord): Promise<void>;
  /** Removes a namespace and everything in it. */
  removeNamespace(id: string): Promise<void>;

  /** Throws `DuplicateError` when the namespace has one of the items already; none is inserted then. */
  insertItems(namespaceId: string, items: readonly MetadefItem[]): Promise<void>;
  item(namespaceId: string, kind: MetadefKind, name: string): Promise<MetadefItem | undefined>;
  /** All of a namespace, or of one kind, oldest first, in the order in which they were inserted. */
  items(namespaceId: string, kind?: MetadefKind): Promise<readonly MetadefItem[]>;
  /** Puts an item in the place of the one with this name. Throws `DuplicateError` when another one of the kind has its name. */
  replaceItem(namespaceId: string, name: string, item: MetadefItem): Promise<void>;
  removeItem(namespaceId: string, kind: MetadefKind, name: string): Promise<void>;
  removeItems(namespaceId: string, kind: MetadefKind): Promise<void>;

  /** Makes a type known; does nothing when it is. */
  addResourceType(record: ResourceTypeRecord): Promise<void>;
  /** Every known type, oldest first. */
  resourceTypes(): Promise<readonly ResourceTypeRecord[]>;

  /** Names of the sets that came with the service and were loaded once, whatever became of them since. */
  loadedSets(): Promise<readonly string[]>;
  noteLoadedSet(name: string): Promise<void>;
}
