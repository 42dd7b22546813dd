import type { Builder } from "../ports/builder.ts";
import { cargo } from "../steps/build/cargo.ts";
import { command } from "../steps/build/command.ts";
import { go } from "../steps/build/go.ts";
import { node } from "../steps/build/node.ts";
import { prebuilt } from "../steps/build/prebuilt.ts";

/** Every builder that `builder:` knows. A new one is its file and its line here. */
export const builders: readonly Builder[] = [cargo, go, node, command, prebuilt];
