import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import type { DetectedFormat, DiskFormat } from "@tintype/disk/core/disk-format.ts";
import { roundUpToSector } from "@tintype/disk/core/sector.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import type { ImageDisk, ImageRecord } from "../../ports/image-catalog.ts";
import { containers, declaredFormats } from "./file-formats.table.ts";

/** What a file is, as its image will remember it for ever. */
export interface JudgedFile extends Pick<ImageDisk, "format" | "virtualSizeBytes"> {
  /** What the content is. */
  readonly content: DetectedFormat;
}

/** What the file was said to be, and whether that is to be held against it. */
export interface FileJudgement extends Pick<ImageRecord, "diskFormat" | "containerFormat"> {
  readonly requireMatch: boolean;
}

/**
 * Decides by its content what the stored file of an image is. Whatever it was declared as, and whether or not that must be true, a file
 * that reaches for other files, or that is two things at once, is refused. A file with a container around the disk, such as an archive or
 * a kernel, need not be what its disk format says. The source is closed.
 *
 * Memory  as `detectFormat` and the format's opener
 * Throws  image.contentRefused (not what was declared); as `detectFormat` and the format's opener
 */
export async function judgeFile(source: ByteSource, judgement: FileJudgement): Promise<JudgedFile> {
  await using opened = new AsyncDisposableStack();
  opened.use(source);
  const plain = { virtualSizeBytes: roundUpToSector(source.lengthBytes) };
  if (source.lengthBytes === 0) {
    return { ...plain, content: "raw" };
  }
  const { format: content, evidence } = await detectFormat(source);
  refuseMismatch({ content, evidence }, judgement);
  const format = containers[content];
  if (format === undefined) {
    return { ...plain, content };
  }
  opened.move();
  const virtualSizeBytes = await sizeInside(source, format);
  // Who says that the bytes are the disk's means a disk whose guest may have written anything into it.
  return declaredFormats[judgement.diskFormat]?.isPlain === true ? { ...plain, content } : { format, virtualSizeBytes, content };
}

/** Opening it is what checks it. */
async function sizeInside(source: ByteSource, format: DiskFormat): Promise<number> {
  const open = await openers[format].load();
  await using disk = await open(source, {});
  return disk.virtualSizeBytes;
}

function refuseMismatch(
  { content, evidence }: { readonly content: DetectedFormat; readonly evidence: string },
  { diskFormat, containerFormat, requireMatch }: FileJudgement,
): void {
  const accepted = declaredFormats[diskFormat]?.content ?? [];
  if (!requireMatch || containerFormat !== "bare" || accepted.includes(content)) {
    return;
  }
  const fitting = Object.keys(declaredFormats).find((name) => declaredFormats[name]?.content[0] === content);
  throw new ServiceError("image.contentRefused", {
    problem: `it was declared as ${diskFormat}, and its content is ${content} (${evidence})`,
    remedyEn:
      fitting === undefined ? "Upload the disk image itself, unpacked." : `Set disk_format to ${fitting}, if that is what it should be.`,
    remedyZh: fitting === undefined ? "请上传解包后的磁盘镜像。" : `如果文件本应如此，请将 disk_format 设为 ${fitting}。`,
  });
}
