/**
 * The data set beside the schema: every key that the schema does not know, at once, with the nearest one that it does.
 * (valibot names one unknown key of an object and then stops.) Invariant: what remains holds no unknown key.
 */
import type * as v from "valibot";
import { nearest } from "../../domain/nearest.ts";
import { quoted } from "../../domain/quoted.ts";
import { type Path, pathText } from "./problem.ts";

/** What a valibot schema may have inside, whatever its type; read only. */
interface Inner {
  readonly type: string;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
  readonly options?: readonly v.GenericSchema[];
  readonly key?: string;
  readonly literal?: unknown;
}

interface Misshapen {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly what: string;
  readonly next: string;
}

export interface Shape {
  /** The data without unknown keys, and without lists where sections belong. */
  readonly value: unknown;
  readonly misshapen: readonly Misshapen[];
}

export function shapeOf(schema: v.GenericSchema, value: unknown): Shape {
  const misshapen: Misshapen[] = [];
  return { value: prune(schema, value, [], misshapen), misshapen };
}

function prune(schema: v.GenericSchema, value: unknown, path: Path, misshapen: Misshapen[]): unknown {
  const inner = schema as unknown as Inner;
  if (inner.wrapped !== undefined) return prune(inner.wrapped, value, path, misshapen);
  // valibot would take the list for an empty section.
  if (Array.isArray(value) && isObjectType(inner)) {
    misshapen.push(notASection(path));
    return null;
  }
  if (inner.options !== undefined) {
    const option = optionFor(inner, value);
    return option === undefined ? value : prune(option, value, path, misshapen);
  }
  if (Array.isArray(value)) {
    const { item } = inner;
    return item === undefined ? value : value.map((one, index) => prune(item, one, [...path, index], misshapen));
  }
  return isRecord(value) ? pruneRecord(inner, value, path, misshapen) : value;
}

function pruneRecord(
  inner: Inner,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  misshapen: Misshapen[],
): unknown {
  const { entries, value: any } = inner;
  const known = Object.keys(entries ?? {});
  const kept: [string, unknown][] = [];
  for (const [key, one] of Object.entries(value)) {
    const schema = entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : any;
    if (schema !== undefined && !prototypeKeys.has(key))
      kept.push([key, prune(schema, one, [...path, key], misshapen)]);
    else if (inner.type === "strict_object" || prototypeKeys.has(key))
      misshapen.push(unknownKey([...path, key], key, known));
    else kept.push([key, one]);
  }
  return Object.fromEntries(kept);
}

/** valibot leaves these out of records without a word. */
const prototypeKeys = new Set(["__proto__", "prototype", "constructor"]);

function unknownKey(path: Path, key: string, known: readonly string[]): Misshapen {
  const guess = nearest(key, known);
  const where = path.length === 1 ? "" : ` in ${pathText(path.slice(0, -1))}`;
  const list = known.length === 0 ? "" : `Known here: ${known.join(", ")}.`;
  return {
    path,
    at: "key",
    what: `There is no key ${quoted(key)}${where}.`,
    next: `${guess === undefined ? "" : `Did you mean ${guess}? `}${list}`.trim() || "Take the line out.",
  };
}

function notASection(path: Path): Misshapen {
  const name = path.length === 0 ? "The configuration" : pathText(path);
  return {
    path,
    at: "value",
    what: `${name} must be a section of keys, but is a list.`,
    next: "Write key: value lines.",
  };
}

/** The option of a variant or union that the value was meant for, or undefined where none can be told. */
function optionFor(inner: Inner, value: unknown): v.GenericSchema | undefined {
  const options = inner.options ?? [];
  if (inner.type === "variant") {
    const { key = "" } = inner;
    const wanted = isRecord(value) ? value[key] : undefined;
    return options.find((option) => literalOf((option as unknown as Inner).entries?.[key]) === wanted);
  }
  if (Array.isArray(value)) return options.find((option) => (option as unknown as Inner).type === "array");
  return isRecord(value) ? options.find((option) => isObjectType(option as unknown as Inner)) : undefined;
}

function literalOf(schema: v.GenericSchema | undefined): unknown {
  return (schema as unknown as Inner | undefined)?.literal;
}

function isObjectType({ type }: Inner): boolean {
  return /^(?:strict_|loose_)?object|^object_with_rest$|^record$|^variant$/.test(type);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
