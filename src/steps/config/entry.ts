/** The two forms in which the schema's entries are written: with a description that editors and the documentation show. */
import * as v from "valibot";
import { parsed } from "../../engines/values/parsed.ts";

export function described<Schema extends v.GenericSchema>(schema: Schema, description: string) {
  return v.pipe(schema, v.description(description));
}

/** An entry that may be absent, of text that a function reads. */
export function text<Output>(parse: (text: string) => Output, description: string) {
  return v.exactOptional(v.pipe(v.string(), parsed(parse), v.description(description)));
}

/** Text or a bare number: `10` and `10MB` alike. */
export function quantity(parse: (text: string) => number, description: string) {
  return v.exactOptional(
    v.pipe(v.union([v.string(), v.number()]), v.transform(String), parsed(parse), v.description(description)),
  );
}

export function list<Output>(parse: (text: string) => Output, description: string) {
  return v.exactOptional(v.pipe(v.array(v.pipe(v.string(), parsed(parse))), v.description(description)));
}

export function flag(description: string) {
  return v.exactOptional(described(v.boolean(), description));
}
