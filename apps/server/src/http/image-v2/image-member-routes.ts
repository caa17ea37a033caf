import { AddMemberV2Body, AnswerMemberV2Body, MembersV2Answer, MemberV2 } from "@tintype/contract/image-v2/members.ts";
import { Type } from "typebox";
import { answerDeclaredShare } from "../../sharing/answer-declared-share.ts";
import { shareDeclaredImage } from "../../sharing/share-declared-image.ts";
import { getDeclaredMember, listDeclaredMembers } from "../../sharing/show-declared-members.ts";
import { unshareDeclaredImage } from "../../sharing/unshare-declared-image.ts";
import { Done, imageParams, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { toMember } from "./to-member.ts";

const tags = ["image members"];
const params = Type.Object({ image_id: Type.String(), member_id: Type.String() });
const membersPath = `${imagePath}/members` as const;
const memberPath = `${membersPath}/:member_id` as const;

/** Shares images with projects, shows with whom, and takes their answers. */
export function addImageMemberRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  const config = { access: ["ims:images:get"] } as const;
  app.get(
    membersPath,
    {
      config,
      schema: {
        operationId: "listImageMembers",
        summary: "List the projects that an image is shared with",
        tags,
        params: imageParams,
        response: { 200: MembersV2Answer, ...refusals },
      },
    },
    async ({ principal, params: { image_id: id } }) => ({
      members: (await listDeclaredMembers(services, principal, id)).map(toMember),
      schema: "/v2/schemas/members",
    }),
  );
  app.get(
    memberPath,
    {
      config,
      schema: {
        operationId: "showImageMember",
        summary: "Show a project that an image is shared with",
        tags,
        params,
        response: { 200: MemberV2, ...refusals },
      },
    },
    async ({ principal, params: { image_id: imageId, member_id: memberId } }) =>
      toMember(await getDeclaredMember(services, principal, { imageId, memberId })),
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    membersPath,
    {
      config: traced("ims:images:share", "addMember"),
      schema: {
        operationId: "addImageMember",
        summary: "Share an image with a project",
        tags,
        params: imageParams,
        body: AddMemberV2Body,
        response: { 200: MemberV2, ...refusals },
      },
    },
    async ({ principal, params: { image_id: imageId }, body: { member: memberId } }) =>
      toMember(await shareDeclaredImage(services, principal, { imageId, memberId })),
  );
  app.put(
    memberPath,
    {
      config: traced("ims:images:share", "updateMember"),
      schema: {
        operationId: "answerImageShare",
        summary: "Accept an image that is shared, or not",
        tags,
        params,
        body: AnswerMemberV2Body,
        response: { 200: MemberV2, ...refusals },
      },
    },
    async ({ principal, params: { image_id: imageId, member_id: memberId }, body: { status } }) =>
      toMember(await answerDeclaredShare(services, principal, { imageId, memberId, status })),
  );
  app.delete(
    memberPath,
    {
      config: traced("ims:images:share", "deleteMember"),
      schema: {
        operationId: "deleteImageMember",
        summary: "Stop sharing an image with a project",
        tags,
        params,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ principal, params: { image_id: imageId, member_id: memberId } }, reply) => {
      await unshareDeclaredImage(services, principal, { imageId, memberId });
      return await reply.code(204).send(null);
    },
  );
}
