import { JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import {
  AddMemberBody,
  AnswerShareBody,
  AnswerSharesBody,
  ImsMember,
  ListMembersAnswer,
  ListMembersQuery,
  ShareImagesBody,
} from "@tintype/contract/ims/members.ts";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { answerShare } from "../../sharing/answer-share.ts";
import { answerShares } from "../../sharing/answer-shares.ts";
import { getMember } from "../../sharing/get-member.ts";
import { listMembers } from "../../sharing/list-members.ts";
import { shareImage } from "../../sharing/share-image.ts";
import { shareImages } from "../../sharing/share-images.ts";
import { trustNote } from "../../sharing/trust-note.ts";
import { unshareImage } from "../../sharing/unshare-image.ts";
import { unshareImages } from "../../sharing/unshare-images.ts";
import type { RouteTrace } from "../route-access.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { requireOwnProject } from "./own-project.ts";
import { parseMembersQuery } from "./parse-members-query.ts";
import { parseAnswersBody, parseShareBody } from "./parse-share-body.ts";
import { toImsMember, toImsMembers } from "./to-ims-member.ts";

const tags = ["members"];
const ImagePath = Type.Object({ image_id: Type.String() });
const MemberPath = Type.Object({ image_id: Type.String(), member_id: Type.String() });
const ProjectImagePath = Type.Object({ project_id: Type.String(), image_id: Type.String() });
const ProjectMemberPath = Type.Object({ project_id: Type.String(), image_id: Type.String(), member_id: Type.String() });

// What single members need beside this, the use cases ask for.
const access = ["ims:images:share"] as const;
const traced = (resourceType: "ims" | "image", name: string): { access: typeof access; trace: RouteTrace } => ({
  access,
  trace: { service: "IMS", resourceType, name },
});

/** Shares images with projects, shows with whom, and takes their answers. */
export function addMemberRoutes(app: ImsApp, services: ImsServices): void {
  addBatchRoutes(app, services);
  addReadRoutes(app, services);
  addSingleRoutes(app, services);
}

function addBatchRoutes(app: ImsApp, services: ImsServices): void {
  const path = "/v1/cloudimages/members";
  const response = { 200: JobStarted, "4xx": ImsError };
  app.post(
    path,
    {
      schema: { operationId: "batchAddMembers", summary: "Share images with projects", tags, body: ShareImagesBody, response },
      config: traced("ims", "addMember"),
    },
    async ({ principal, body }) => ({ job_id: await shareImages(services, principal, parseShareBody(body)) }),
  );
  app.put(
    path,
    {
      schema: { operationId: "batchUpdateMembers", summary: "Accept or reject shared images", tags, body: AnswerSharesBody, response },
      config: traced("ims", "updateMember"),
    },
    async ({ principal, body }) => ({ job_id: await answerShares(services, principal, parseAnswersBody(body, principal)) }),
  );
  app.delete(
    path,
    {
      schema: { operationId: "batchDeleteMembers", summary: "Stop sharing images with projects", tags, body: ShareImagesBody, response },
      // Spelled so where it is documented, and so looked for.
      config: traced("ims", "deleteMemeber"),
    },
    async ({ principal, body }) => ({ job_id: await unshareImages(services, principal, parseShareBody(body)) }),
  );
}

function addReadRoutes(app: ImsApp, services: ImsServices): void {
  const list = { tags, querystring: ListMembersQuery, response: { 200: ListMembersAnswer, "4xx": ImsError } };
  const show = { tags, response: { 200: ImsMember, "4xx": ImsError } };
  const listPage = async ({ principal }: FastifyRequest, imageId: string, query: ListMembersQuery) => {
    const page = parseMembersQuery(query);
    // One more than asked for tells whether there is a next page.
    return toImsMembers(await listMembers(services, principal, { imageId, page: { ...page, limit: page.limit + 1 } }), page);
  };
  const showOne = async ({ principal }: FastifyRequest, path: { readonly image_id: string; readonly member_id: string }) =>
    toImsMember(await getMember(services, principal, { imageId: path.image_id, memberId: path.member_id }));

  app.get(
    "/v1/:project_id/cloudimages/:image_id/members",
    {
      schema: { ...list, operationId: "listImageMembers", summary: "List whom an image is shared with", params: ProjectImagePath },
      config: { access },
    },
    async (request) => {
      requireOwnProject(request.principal, request.params.project_id);
      return await listPage(request, request.params.image_id, request.query);
    },
  );
  app.get(
    "/v1/:project_id/cloudimages/:image_id/members/:member_id",
    {
      schema: {
        ...show,
        operationId: "showImageMember",
        summary: "Show a project that an image is shared with",
        params: ProjectMemberPath,
      },
      config: { access },
    },
    async (request) => {
      requireOwnProject(request.principal, request.params.project_id);
      return await showOne(request, request.params);
    },
  );
  app.get(
    "/v2/images/:image_id/members",
    {
      schema: { ...list, operationId: "glanceListImageMembers", summary: "List whom an image is shared with", params: ImagePath },
      config: { access },
    },
    async (request) => await listPage(request, request.params.image_id, request.query),
  );
  app.get(
    "/v2/images/:image_id/members/:member_id",
    {
      schema: { ...show, operationId: "glanceShowImageMember", summary: "Show a project that an image is shared with", params: MemberPath },
      config: { access },
    },
    async (request) => await showOne(request, request.params),
  );
}

function addSingleRoutes(app: ImsApp, services: ImsServices): void {
  const response = { 200: ImsMember, "4xx": ImsError };
  app.post(
    "/v2/images/:image_id/members",
    {
      schema: {
        operationId: "glanceAddImageMember",
        summary: "Share an image with a project",
        tags,
        params: ImagePath,
        body: AddMemberBody,
        response,
      },
      config: traced("image", "addMember"),
    },
    async ({ principal, params, body }) =>
      toImsMember(await shareImage(services, principal, { imageId: params.image_id, memberId: body.member ?? "" })),
  );
  app.put(
    "/v2/images/:image_id/members/:member_id",
    {
      schema: {
        operationId: "glanceUpdateImageMember",
        summary: "Accept or reject a shared image",
        tags,
        params: MemberPath,
        body: AnswerShareBody,
        response,
      },
      config: traced("image", "updateMember"),
    },
    async ({ principal, params, body }) => {
      const { image_id: imageId, member_id: memberId } = params;
      const { status, vault_id: vaultId } = body;
      const member = toImsMember(await answerShare(services, principal, { imageId, memberId, status, vaultId }));
      return status === "accepted" ? { ...member, trust_note: trustNote } : member;
    },
  );
  app.delete(
    "/v2/images/:image_id/members/:member_id",
    {
      schema: {
        operationId: "glanceDeleteImageMember",
        summary: "Stop sharing an image with a project",
        tags,
        params: MemberPath,
        response: { 204: Type.Null({ description: "No longer shared" }), "4xx": ImsError },
      },
      config: traced("image", "deleteMember"),
    },
    async ({ principal, params }, reply) => {
      await unshareImage(services, principal, { imageId: params.image_id, memberId: params.member_id });
      return await reply.code(204).send(null);
    },
  );
}
