/** Formats of files that become a system image, in the order of the product's documents. Installer discs are registered in another way. */
export const importFormats = ["vmdk", "vhd", "qcow2", "raw", "vhdx", "qed", "vdi", "qcow", "zvhd2", "zvhd"] as const;

/** Formats of all files that become images: also installer discs, and archives of machines. */
export const fileFormats = [...importFormats, "iso", "ova"] as const;

/** Formats that an image can be exported in. */
export const exportFormats = ["qcow2", "vmdk", "vhd", "zvhd"] as const;
