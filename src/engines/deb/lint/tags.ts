/** All tags that are known. A new one is an entry in the file of its subject. */
import { binaryTags } from "./binary-tags.ts";
import { conffileTags } from "./conffile-tags.ts";
import { descriptionTags } from "./description-tags.ts";
import { documentTags } from "./document-tags.ts";
import { fieldTags } from "./field-tags.ts";
import { linkTags } from "./link-tags.ts";
import { manualTags } from "./manual-tags.ts";
import { nameTags } from "./name-tags.ts";
import { permissionTags } from "./permission-tags.ts";
import { placeTags } from "./place-tags.ts";
import { scriptTags } from "./script-tags.ts";
import type { LintTag } from "./tag.ts";
import { unitTags } from "./unit-tags.ts";

export interface TagGroup {
  readonly title: string;
  readonly tags: readonly LintTag[];
}

export const tagGroups: readonly TagGroup[] = [
  { title: "Control fields and the archive", tags: fieldTags },
  { title: "Description", tags: descriptionTags },
  { title: "Control files and settings", tags: conffileTags },
  { title: "Maintainer scripts and other scripts", tags: scriptTags },
  { title: "systemd units", tags: unitTags },
  { title: "Programs and libraries", tags: binaryTags },
  { title: "Modes and owners", tags: permissionTags },
  { title: "Places", tags: placeTags },
  { title: "Names", tags: nameTags },
  { title: "Links", tags: linkTags },
  { title: "Documentation", tags: documentTags },
  { title: "Manual pages", tags: manualTags },
];

export const allTags: readonly LintTag[] = tagGroups.flatMap(({ tags }) => tags);
