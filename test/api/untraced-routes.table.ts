/** Routes that are no GET and leave no trace all the same, each with the reason. Whoever adds one here has it reviewed. */
export const untracedRoutes: Readonly<Record<string, string>> = {
  "POST /v1.0/:project_id/kms/list-keys": "reads: KMS asks with POST",
  "POST /v1.0/:project_id/kms/describe-key": "reads: KMS asks with POST",
  "POST /v1.0/:project_id/kms/get-key-rotation-status": "reads: KMS asks with POST",
  "POST /v2/:project_id/images/resource_instances/action": "reads: a query whose conditions are a body",
  "POST /v1.0/resource-instances/filter": "reads: a query whose conditions are a body",
  "POST /v1.0/enterprise-projects/:enterprise_project_id/resources/filter": "reads: a query whose conditions are a body",
  "POST /api/v1/import-checks": "reads: a question whose particulars are a body",
  "POST /api/v1/uploads/:upload_id/wanted": "reads: a query whose digests are a body",
};
