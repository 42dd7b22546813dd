/** `schema`: the JSON Schema of ggen-release.yaml, for editors. Nothing is read and nothing is written. */
import type { JsonSchema } from "../steps/config/json-schema.ts";
import { configSchema } from "../steps/config/schema.ts";
import { kinds } from "./kinds.ts";

export async function schema(): Promise<JsonSchema> {
  // Its library is needed here only.
  const { jsonSchema } = await import("../steps/config/json-schema.ts");
  return jsonSchema(configSchema(kinds));
}
