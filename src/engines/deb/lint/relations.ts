/** Relation fields as values (Debian Policy 7.1). Invariant: what cannot be read as a relation is left out, not guessed. */

/** Alternatives, any of which will do. */
export type RelationGroup = readonly Relation[];

export interface Relation {
  /** As it stands. */
  readonly text: string;
  readonly name: string;
  /** Behind a colon: an architecture or `any`. */
  readonly qualifier: string | undefined;
  readonly operator: string | undefined;
  readonly version: string | undefined;
}

const grammar = /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s()]+)\s*\))?$/i;

export function parseRelations(value: string): readonly RelationGroup[] {
  return value.split(",").flatMap((group) => {
    const relations = group.split("|").flatMap((part): Relation[] => {
      const text = part.replace(/\s+/g, " ").trim();
      const [, name, qualifier, operator, version] = grammar.exec(text) ?? [];
      return name === undefined ? [] : [{ text, name, qualifier, operator, version }];
    });
    return relations.length === 0 ? [] : [relations];
  });
}

/** Whether one of the packages is named at all, as an alternative too. */
export function namesAny(groups: readonly RelationGroup[], packages: readonly string[]): boolean {
  return groups.some((group) => group.some(({ name }) => packages.includes(name)));
}
