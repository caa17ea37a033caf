import { ServiceError } from "@tintype/contract/service-error.ts";

const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const dotsOrHyphensSideBySide = /\.\.|\.-|-\./;
const ipAddress = /^\d{1,3}(\.\d{1,3}){3}$/;
const reservedBeginnings = ["xn--", "sthree-", "amzn-s3-demo-"];
const reservedEndings = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/**
 * Refuses names that no bucket may have.
 *
 * Throws  obs.InvalidBucketName
 * Source  Amazon S3 user guide, "General purpose bucket naming rules"
 */
export function checkBucketName(name: string): void {
  const isAllowed =
    wellFormed.test(name) &&
    !dotsOrHyphensSideBySide.test(name) &&
    !ipAddress.test(name) &&
    !reservedBeginnings.some((beginning) => name.startsWith(beginning)) &&
    !reservedEndings.some((ending) => name.endsWith(ending));
  if (!isAllowed) {
    throw new ServiceError("obs.InvalidBucketName", { bucket: name.slice(0, 100) });
  }
}
