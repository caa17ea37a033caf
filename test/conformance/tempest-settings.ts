/** What a run of tempest needs to know. */
export interface TempestSettings {
  /** Folder for its log and its locks. */
  readonly folder: string;
  readonly accountsFile: string;
  readonly authUrl: string;
  readonly region: string;
  /** Address of a small raw disk that the server under test may fetch. */
  readonly pictureUrl: string;
}

/**
 * The text of a `tempest.conf` in which everything that an image service may have is said to be there: what is missing must show as a
 * failure, not as a skipped test. The other Glance of the tests with two is the same one, found by the same catalog.
 */
export function tempestConf({ folder, accountsFile, authUrl, region, pictureUrl }: TempestSettings): string {
  const sections: Record<string, Record<string, string | number | boolean>> = {
    DEFAULT: { log_dir: folder, log_file: "tempest.log", debug: true },
    oslo_concurrency: { lock_path: `${folder}/locks` },
    auth: {
      use_dynamic_credentials: false,
      test_accounts_file: accountsFile,
      create_isolated_networks: false,
      default_credentials_domain_name: "Default",
    },
    identity: { auth_version: "v3", uri_v3: authUrl, region, v3_endpoint_type: "public", admin_role: "admin" },
    "identity-feature-enabled": { api_v2: false, api_v3: true },
    service_available: { glance: true, nova: false, neutron: false, cinder: false, swift: false, horizon: false },
    image: {
      catalog_type: "image",
      alternate_image_endpoint: "image",
      region,
      endpoint_type: "public",
      http_image: pictureUrl,
      build_timeout: 60,
      build_interval: 1,
      container_formats: "bare,ami,ari,aki,ovf,ova",
      disk_formats: "raw,qcow2,ami,ari,aki,vhd,vmdk,vdi,iso,vhdx",
      image_caching_enabled: true,
    },
    "image-feature-enabled": { api_v1: false, api_v2: true, import_image: true, os_glance_reserved: true, manage_locations: true },
  };
  return Object.entries(sections)
    .map(([name, values]) => `[${name}]\n${lines(values)}\n`)
    .join("");
}

function lines(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join("\n");
}
