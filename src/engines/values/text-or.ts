/**
 * A union of text and something else, told apart by the value's type: what is refused is refused in the words of the
 * branch that was meant, where valibot's union could only say that no branch fits. The JSON Schema stays that of a union.
 */
import * as v from "valibot";

export function textOr<Text extends v.GenericSchema<string, unknown>, Other extends v.GenericSchema<unknown, unknown>>(
  text: Text,
  other: Other,
): v.UnionSchema<[Text, Other], undefined> {
  const union = v.union([text, other]);
  return {
    ...union,
    "~run": (dataset, config) =>
      (typeof dataset.value === "string" ? text : other)["~run"](dataset, config) as ReturnType<(typeof union)["~run"]>,
  };
}
