/** Packages of a repository by name, version and architecture, a line each, and how many more there are. */
const shown = 50;

export interface NamedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

export function keyLines(mark: string, packages: readonly NamedPackage[]): readonly string[] {
  return [
    ...packages.slice(0, shown).map(({ name, version, architecture }) => `${mark} ${name} ${version} ${architecture}`),
    ...(packages.length > shown ? [`  and ${packages.length - shown} more`] : []),
  ];
}
