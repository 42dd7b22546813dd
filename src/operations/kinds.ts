import type { Kinds } from "../steps/config/schema.ts";
import { builders } from "./builders.ts";
import { channelKinds } from "./channels.ts";
import { packagers } from "./packagers.ts";

/** What this program can build, package and publish to: schema, help and documentation derive from it. */
export const kinds: Kinds = { builders, packagers, channels: channelKinds };
