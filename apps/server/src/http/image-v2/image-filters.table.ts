import { imageStatuses } from "../../ports/image-catalog.ts";
import type { AmountCondition, ImageFilter } from "../../ports/image-catalog.ts";
import { descriptionProperty } from "./attribute-fields.ts";
import { shownStatus } from "./shown-status.ts";
import { invalidQuery, parseAmount, parseSwitch, parseTime, parseWords } from "./parse-filter-value.ts";

/** What a parameter selects. */
export type Selection = Omit<ImageFilter, "visibleTo">;
type Parameter = (value: string, name: string) => Selection;

/** What failed for ever is never listed. */
export const listedStatuses = imageStatuses.filter((status) => status !== "killed");

const amounts = {
  size: "fileBytes",
  virtual_size: "virtualBytes",
  min_disk: "minDiskGiB",
  min_ram: "minRamMiB",
} as const satisfies Record<string, AmountCondition["field"]>;

const words =
  (field: keyof NonNullable<ImageFilter["oneOf"]>): Parameter =>
  (value, name) => {
    const [first = "", ...others] = parseWords(value, name);
    // One value is found by the indexes that are made for it.
    return others.length === 0 ? { [field]: first } : { oneOf: { [field]: [first, ...others] } };
  };

const amountParameters = Object.entries(amounts).flatMap(([name, field]): readonly (readonly [string, Parameter])[] => [
  [name, (value) => ({ amounts: [{ field, least: parseAmount(value, name), most: parseAmount(value, name) }] })],
  [`${name}_min`, (value) => ({ amounts: [{ field, least: parseAmount(value, `${name}_min`) }] })],
  [`${name}_max`, (value) => ({ amounts: [{ field, most: parseAmount(value, `${name}_max`) }] })],
]);

/**
 * The parameters of a list that select images by what every image has. Every other one is the name of a property; visibility and members are
 * read together elsewhere.
 */
export const imageFilters: Readonly<Record<string, Parameter>> = {
  ...Object.fromEntries(amountParameters),
  id: (value, name) => {
    const ids = parseWords(value.toLowerCase(), name);
    return { oneOf: { id: ids } };
  },
  name: words("name"),
  container_format: words("containerFormat"),
  disk_format: words("diskFormat"),
  status: (value, name) => {
    const asked = parseWords(value, name);
    return { status: listedStatuses.filter((status) => asked.includes(shownStatus(status))) };
  },
  owner: (projectId) => ({ projectId }),
  checksum: (md5) => ({ file: { md5 } }),
  os_hash_algo: (algorithm) => ({ file: { algorithm } }),
  os_hash_value: (digest) => ({ file: { digest } }),
  protected: (value, name) => ({ protected: parseSwitch(value, name) }),
  os_hidden: (value, name) => ({ isHidden: parseSwitch(value, name) }),
  created_at: (value, name) => ({ times: [parseTime(value, "createdAt", name)] }),
  updated_at: (value, name) => ({ times: [parseTime(value, "updatedAt", name)] }),
  [descriptionProperty]: (description) => ({ description }),
  "changes-since": (_value, name) => {
    throw invalidQuery(name, "this API has no such filter; use updated_at");
  },
};
