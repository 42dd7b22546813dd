/**
 * The configuration's schema, made of the builders, packagers and channels that are handed in: validation, the JSON Schema
 * and docs/configuration.md all derive from it. Invariant: every key has a description, and no key is silently ignored.
 */
import * as v from "valibot";
import type { Builder } from "../../ports/builder.ts";
import type { ChannelKind } from "../../ports/channel.ts";
import type { Packager } from "../../ports/packager.ts";
import { parseLicense } from "../../engines/values/license.ts";
import { parseId, parseLine, parseMaintainer, parseParagraphs, parseProjectName } from "../../engines/values/names.ts";
import { parseWebAddress } from "../../engines/values/web-address.ts";
import type { ConfigOutput } from "./config.ts";
import { buildEntries } from "./build-entries.ts";
import { aptSection, documentSection, signSection, sourceSection, versionSection } from "./sections.ts";
import { described, text } from "./entry.ts";

/** What a release can be made with. The arrays are the only place where kinds are named. */
export interface Kinds {
  readonly builders: readonly Builder[];
  readonly packagers: readonly Packager[];
  readonly channels: readonly ChannelKind[];
}

export type ConfigSchema = v.GenericSchema<unknown, ConfigOutput>;

export function configSchema(kinds: Kinds): ConfigSchema {
  const schema = v.strictObject({
    name: text(
      parseProjectName,
      "The program's name. Files and packages of the release are called after it. Default: found in Cargo.toml, go.mod or package.json.",
    ),
    summary: text(
      parseLine,
      "What the program is, in one line, without an article before it or a full stop behind it.",
    ),
    description: text(parseParagraphs, "Further paragraphs about the program, for packages that show them."),
    homepage: text(parseWebAddress, "Web address of the program's home page."),
    repository: text(parseWebAddress, "Web address of the source repository."),
    license: text(parseLicense, "Licence as an SPDX expression: MIT, or MIT OR Apache-2.0."),
    maintainer: text(parseMaintainer, "Who maintains the packages: Jane Doe <jane@project.org>."),
    version: v.exactOptional(versionSection),
    source: v.exactOptional(sourceSection),
    builds: v.exactOptional(
      v.pipe(
        v.array(v.variant("builder", kinds.builders.map(buildOption))),
        v.minLength(1, "builds is empty."),
        v.description("How the programs are built. Default: as the repository shows."),
      ),
    ),
    documents: v.exactOptional(documentSection),
    packages: v.exactOptional(
      described(
        v.strictObject(
          Object.fromEntries(kinds.packagers.map((packager) => [packager.format, packageChoice(packager)])),
        ),
        "Which packages are made. A format that is not named is made where nothing is missing for it.",
      ),
    ),
    sign: v.exactOptional(signSection),
    apt: v.exactOptional(aptSection),
    channels: v.exactOptional(
      described(
        v.array(v.variant("channel", kinds.channels.map(channelOption))),
        "Where the release is published, in this order. Default: nowhere; it lies in releases/<tag>/.",
      ),
    ),
  });
  return schema as unknown as ConfigSchema;
}

type Option<Key extends string> = v.StrictObjectSchema<
  Record<Key, v.LiteralSchema<string, undefined>> & Record<string, v.GenericSchema>,
  undefined
>;

function buildOption(builder: Builder): Option<"builder"> {
  return v.strictObject({
    builder: described(v.literal(builder.id), `The builder: ${builder.id}.`),
    ...builder.entries,
    ...buildEntries,
  });
}

function packageChoice({ format, section }: Packager): v.GenericSchema {
  const choice = v.union([v.boolean(), section]);
  return v.exactOptional(described(choice, `${format}: true, false, or its settings.`));
}

function channelOption(kind: ChannelKind): Option<"channel"> {
  return v.strictObject({
    channel: described(v.literal(kind.channel), `The kind of channel: ${kind.channel}.`),
    id: text(parseId, "What the channel is called in plans and messages. Default: its kind."),
    ...kind.entries,
  });
}
