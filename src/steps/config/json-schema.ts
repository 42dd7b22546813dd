/**
 * The configuration's schema as JSON Schema (draft 2020-12), which editors complete and check from. It says less than the
 * schema itself: what a text may hold is left to `check`. Invariant: every key in it has a description.
 */
import { type OverrideSchemaContext, toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { ConfigSchema } from "./schema.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The identifier is a name, not an address: no host of anybody's is asked for it. */
export function jsonSchema(schema: ConfigSchema): JsonSchema {
  const converted = toJsonSchema(schema, {
    typeMode: "input",
    errorMode: "ignore",
    target: "draft-2020-12",
    overrideSchema: ({ valibotSchema, jsonSchema }) => withDescriptions(valibotSchema, jsonSchema),
  });
  const { $schema, ...rest } = converted as JsonSchema;
  return {
    $schema: $schema ?? "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:ggen-release:configuration",
    title: "ggen-release.yaml",
    description: "What ggen-release makes of a tag. Every key may be left out that the repository itself answers.",
    ...rest,
  };
}

/** In the form of the input the library leaves out what stands behind a transformation, descriptions too. */
function withDescriptions(valibotSchema: object, schema: OverrideSchemaContext["jsonSchema"]) {
  if (!("entries" in valibotSchema) || schema.properties === undefined) return schema;
  const entries = valibotSchema.entries as Readonly<Record<string, v.GenericSchema>>;
  const properties = Object.entries(schema.properties).map(([key, property]) => {
    const description = entries[key] === undefined ? undefined : descriptionOf(entries[key]);
    return [key, description === undefined ? property : { ...(property as object), description }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function descriptionOf(schema: v.GenericSchema): string | undefined {
  const own = v.getDescription(schema);
  return own === undefined && "wrapped" in schema ? descriptionOf(schema.wrapped as v.GenericSchema) : own;
}
