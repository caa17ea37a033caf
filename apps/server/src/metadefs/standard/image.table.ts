import { uuidPattern } from "@tintype/contract/image-v2/image-words.table.ts";
import { choice, images, text, volumeImages } from "./define.ts";
import type { StandardSet } from "./define.ts";

/**
 * Namespaces about images and volumes.
 *
 * Source  names, types, values and associations are those of the namespaces that Glance is shipped with
 */
export const imageSets: readonly StandardSet[] = [
  {
    namespace: "OS::Glance::CommonImageProperties",
    title: "Common image properties",
    description: "Properties that most services understand on an image.",
    protected: true,
    types: [],
    properties: {
      kernel_id: text("Kernel image", "Image of the kernel that boots an image without one", { pattern: uuidPattern }),
      ramdisk_id: text("Memory disk image", "Image of the initial memory disk for that kernel", { pattern: uuidPattern }),
      instance_uuid: text("Source server", "Server that the image was made from"),
      architecture: text("Processor architecture", "What the system was built for, e.g. x86_64 or aarch64"),
      os_distro: text("Operating system", "Short name in small letters, e.g. debian"),
      hw_cpu_mode: text("Processor mode", "Which processor the server is to see"),
      os_version: text("System version", "As its makers number it"),
      description: text("Description", "A few words about the image"),
      cinder_encryption_key_id: text("Volume key", "Key that opens a volume made from the image"),
      cinder_encryption_key_deletion_policy: choice(
        "End of the volume key",
        ["on_image_deletion", "do_not_delete"],
        "Whether that key is deleted with the image",
      ),
    },
  },
  {
    namespace: "OS::Glance::Signatures",
    title: "Image signature",
    description: "A signature over the content, so that a changed image is noticed before it boots.",
    protected: false,
    types: [images()],
    properties: {
      img_signature: text("Signature", "Of the content, in base64"),
      img_signature_certificate_uuid: text("Certificate", "Id in the key manager of the certificate that checks it"),
      img_signature_hash_method: choice("Digest", ["SHA-224", "SHA-256", "SHA-384", "SHA-512"], "Digest that was signed"),
      img_signature_key_type: choice(
        "Key type",
        ["RSA-PSS", "DSA", "ECC_SECT571K1", "ECC_SECT409K1", "ECC_SECT571R1", "ECC_SECT409R1", "ECC_SECP521R1", "ECC_SECP384R1"],
        "Kind of the key that signed",
      ),
    },
  },
  {
    namespace: "OS::OperatingSystem",
    title: "Operating system",
    description: "Which operating system an image holds.",
    protected: true,
    types: [images(), volumeImages()],
    properties: {
      os_distro: text("Operating system", "Short name in small letters, e.g. debian"),
      os_version: text("System version", "As its makers number it"),
      os_admin_user: text("Administrator", "Name of the user with all rights"),
    },
  },
  {
    namespace: "OS::Cinder::Volumetype",
    title: "Volume type",
    description: "Which kind of volume is made from an image when none is named.",
    protected: true,
    types: [images("cinder_")],
    properties: { img_volume_type: text("Volume type", "Its name") },
  },
];
