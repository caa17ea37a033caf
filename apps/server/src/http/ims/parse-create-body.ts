import { ServiceError } from "@tintype/contract/service-error.ts";
import type { CreateImageBody } from "@tintype/contract/ims/create-image.ts";
import { resolveOs } from "../../images/resolve-os.ts";
import type { KnownSystems } from "../../os-lists/known-systems.ts";
import type { ImageKind } from "../../ports/image-catalog.ts";
import type { CreateImageRequest } from "../../transfers/create-image.ts";
import type { MachineImport } from "../../transfers/create-from-machine.ts";
import type { FileImport } from "../../transfers/import-request.ts";
import { parseNewImage } from "./parse-new-image.ts";
import type { NewImageFields } from "./parse-new-image.ts";

type DataImage = NonNullable<CreateImageBody["data_images"]>[number];

/** What the words for a type stand for; a data disk has calls of its own. */
const kinds: Readonly<Record<Exclude<NonNullable<CreateImageBody["type"]>, "DataImage">, ImageKind>> = {
  ECS: "system",
  FusionCompute: "system",
  BMS: "bareMetal",
  Ironic: "bareMetal",
  IsoImage: "iso",
};

/**
 * Reads what images shall be made from. Which one it is, the fields say that are there: a server, a disk, a file, or data disks alone.
 *
 * Throws  IMG.0021 without a source, IMG.0157 and IMG.0117 for types that the source cannot have, IMG.0115 for tags told twice
 */
export function parseCreateBody(systems: KnownSystems, body: CreateImageBody): CreateImageRequest {
  const kind = kindOf(body);
  const { instance_id: serverId, volume_id: volumeId, image_url: file, data_images: disks = [] } = body;
  const image = parseNewImage(body, kind);
  if (serverId !== undefined) {
    return { sources: [{ kind: "server", id: serverId, image }, ...volumes(body, disks)] };
  }
  if (volumeId !== undefined) {
    if (kind === "iso") {
      throw new ServiceError("IMG.0117", { type: "IsoImage" });
    }
    return { sources: [{ kind: "systemDisk", id: volumeId, image }] };
  }
  if (file !== undefined) {
    const properties = { ...image.properties, ...configuration(body) };
    const system = { ...image, properties, file, minDiskGiB: body.min_disk, isQuick: body.is_quick_import ?? false };
    const images = [system, ...dataFiles(systems, body, disks)];
    return { action: "ims:serverImages:create", images, isList: disks.length > 0, deletesSources: body.delete_source };
  }
  if (disks.some((disk) => text(disk.volume_id) !== undefined)) {
    return { sources: volumes(body, disks) };
  }
  if (disks.length > 0) {
    const images = dataFiles(systems, body, disks);
    return { action: "ims:serverImages:create", images, isList: true, deletesSources: body.delete_source };
  }
  throw new ServiceError("IMG.0021");
}

function kindOf({ type = "ECS" }: CreateImageBody): ImageKind {
  if (type === "DataImage") {
    throw new ServiceError("IMG.0157", {
      type,
      remedyEn: "Give data_images, or use the call for data disk images.",
      remedyZh: "请填写 data_images，或使用制作数据盘镜像的接口。",
    });
  }
  return kinds[type];
}

/** The disk's content is left as it is, so it was not configured; who did not ask is told nothing. */
function configuration(body: CreateImageBody): Readonly<Record<string, string>> {
  return (body.is_config ?? body.is_config_init ?? false) ? { __is_config_init: "false" } : {};
}

/** Files of data disks. What one does not say itself, it has from the whole request, and its system is that of the system disk. */
function dataFiles(systems: KnownSystems, body: CreateImageBody, disks: readonly DataImage[]): readonly FileImport[] {
  const { osType } = resolveOs(systems, { osVersion: body.os_version, osType: body.os_type });
  const systemName = body.image_url === undefined ? undefined : body.name;
  return disks.map((disk, index) => ({
    ...parseNewImage({ ...inherited(body, disk), os_type: osType === "Other" ? body.os_type : osType }, "data"),
    name: text(disk.name) ?? (systemName === undefined ? (body.name ?? "") : `${systemName}-data${index + 1}`),
    file: text(disk.image_url) ?? "",
    minDiskGiB: disk.min_disk,
    isQuick: disk.is_quick_import ?? body.is_quick_import ?? false,
  }));
}

function volumes(body: CreateImageBody, disks: readonly DataImage[]): MachineImport["sources"] {
  return disks.map((disk) => {
    const image = { ...parseNewImage(inherited(body, disk), "data"), name: text(disk.name) ?? "" };
    return { kind: "dataDisk" as const, id: text(disk.volume_id) ?? "", image };
  });
}

function inherited(body: CreateImageBody, disk: DataImage): NewImageFields {
  const { description, enterprise_project_id, cmk_id, __system__encrypted } = body;
  const common = { description: text(disk.description) ?? description, enterprise_project_id, cmk_id, __system__encrypted };
  const hasTags = (disk.tags ?? []).length > 0 || (disk.image_tags ?? []).length > 0;
  const { tags, image_tags } = hasTags ? disk : body;
  return { ...common, tags, image_tags };
}

/** Empty texts count as absent, also inside lists. */
function text(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
