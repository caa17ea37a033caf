import { Type } from "typebox";

/** Where a list, and its other pages, are. Everything comes on one page. */
export const ListLinks = Type.Object({ self: Type.String(), next: Type.Null(), previous: Type.Null() });

/** Where a thing is. */
export const SelfLink = Type.Object({ self: Type.String() });
