/** A class of tempest's image tests, and what is expected of its tests. */
export interface ExpectedClass {
  /** `module.Class` below `tempest.api.image.v2`. */
  readonly name: string;
  /** Tests that must pass. */
  readonly passes: readonly string[];
  /** Tests that cannot pass, with the reason. One that passes nevertheless is a fault of this table. */
  readonly fails?: Readonly<Record<string, string>>;
}

/** Later versions of the test take either answer. */
const badUrl =
  "contradicts the fixes of CVE-2026-71196 to 71198: an address that leads nowhere is refused with 400 at once, and the test wants 202 first";

/** The 83 tests of the Image API v2 in Debian's tempest 33. */
export const expectedClasses: readonly ExpectedClass[] = [
  { name: "admin.test_image_caching.ImageCachingTest", passes: ["test_image_caching_cycle"] },
  { name: "admin.test_images.BasicOperationsImagesAdminTest", passes: ["test_create_image_owner_param", "test_update_image_owner_param"] },
  { name: "admin.test_images.ImportCopyImagesTest", passes: ["test_image_copy_image_import"] },
  {
    name: "admin.test_images_metadefs_namespace_objects.MetadataNamespaceObjectsTest",
    passes: ["test_create_update_delete_meta_namespace_objects", "test_list_meta_namespace_objects", "test_show_meta_namespace_objects"],
  },
  {
    name: "admin.test_images_metadefs_namespace_properties.MetadataNamespacePropertiesTest",
    passes: ["test_basic_meta_def_namespace_property"],
  },
  {
    name: "admin.test_images_metadefs_namespace_tags.MetadataNamespaceTagsTest",
    passes: ["test_create_list_delete_namespace_tags", "test_create_update_delete_tag"],
  },
  { name: "admin.test_images_metadefs_namespaces.MetadataNamespacesTest", passes: ["test_basic_metadata_definition_namespaces"] },
  {
    name: "admin.test_images_metadefs_resource_types.MetadataResourceTypesTest",
    passes: ["test_basic_meta_def_resource_type_association"],
  },
  {
    name: "test_images.BasicOperationsImagesTest",
    passes: ["test_deactivate_reactivate_image", "test_delete_image", "test_register_upload_get_image_file", "test_update_image"],
  },
  {
    name: "test_images.ImageLocationsTest",
    passes: [
      "test_delete_locations",
      "test_location_after_upload",
      "test_replace_location",
      "test_set_location",
      "test_set_location_bad_scheme",
      "test_set_location_with_hash",
      "test_set_location_with_hash_not_matching",
      "test_set_location_with_hash_second_matching",
    ],
  },
  {
    name: "test_images.ImportImagesTest",
    passes: [
      "test_image_glance_direct_import",
      "test_image_glance_download_import_bad_endpoint",
      "test_image_glance_download_import_bad_missing_image",
      "test_image_glance_download_import_bad_uuid",
      "test_image_glance_download_import_success",
      "test_image_web_download_import",
      "test_remote_delete",
      "test_remote_import",
    ],
  },
  { name: "test_images.ListSharedImagesTest", passes: ["test_list_images_param_member_status"] },
  {
    name: "test_images.ListUserImagesTest",
    passes: [
      "test_get_image_schema",
      "test_get_images_schema",
      "test_list_image_param_owner",
      "test_list_images_param_container_format",
      "test_list_images_param_disk_format",
      "test_list_images_param_limit",
      "test_list_images_param_min_max_size",
      "test_list_images_param_name",
      "test_list_images_param_size",
      "test_list_images_param_sort",
      "test_list_images_param_sort_key_dir",
      "test_list_images_param_status",
      "test_list_images_param_tag",
      "test_list_images_param_visibility",
      "test_list_no_params",
    ],
  },
  {
    name: "test_images.MultiStoresImportImagesTest",
    passes: ["test_glance_direct_import_image_to_all_stores", "test_glance_direct_import_image_to_specific_stores"],
  },
  {
    name: "test_images_member.ImagesMemberTest",
    passes: [
      "test_get_image_member",
      "test_get_image_member_schema",
      "test_get_image_members_schema",
      "test_image_share_accept",
      "test_image_share_reject",
      "test_remove_image_member",
    ],
  },
  {
    name: "test_images_member_negative.ImagesMemberNegativeTest",
    passes: ["test_image_share_invalid_status", "test_image_share_owner_cannot_accept"],
  },
  {
    name: "test_images_metadefs_schema.MetadataSchemaTest",
    passes: [
      "test_get_metadata_namespace_schema",
      "test_get_metadata_namespaces_schema",
      "test_get_metadata_object_schema",
      "test_get_metadata_objects_schema",
      "test_get_metadata_properties_schema",
      "test_get_metadata_property_schema",
      "test_get_metadata_resource_type_schema",
      "test_get_metadata_resources_types_schema",
      "test_get_metadata_tag_schema",
      "test_get_metadata_tags_schema",
    ],
  },
  {
    name: "test_images_negative.ImagesNegativeTest",
    passes: [
      "test_create_image_reserved_property",
      "test_delete_image_null_id",
      "test_delete_non_existing_image",
      "test_delete_protected_image",
      "test_get_delete_deleted_image",
      "test_get_image_null_id",
      "test_get_non_existent_image",
      "test_register_with_invalid_container_format",
      "test_register_with_invalid_disk_format",
      "test_update_image_reserved_property",
    ],
  },
  { name: "test_images_negative.ImportImagesNegativeTest", passes: [], fails: { test_image_web_download_import_with_bad_url: badUrl } },
  { name: "test_images_tags.ImagesTagsTest", passes: ["test_update_delete_tags_for_image"] },
  {
    name: "test_images_tags_negative.ImagesTagsNegativeTest",
    passes: ["test_delete_non_existing_tag", "test_update_tags_for_non_existing_image"],
  },
  { name: "test_versions.VersionsTest", passes: ["test_list_versions"] },
];
