/**
 * Where things stand in a package's archive: binaries and documents at the top, man pages under man/, completions under
 * completions/ by the names that shells look for. Packages that install from the archive (the formula) read it here.
 */
import type { Project, Shell } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";
import type { InputDocument } from "../../ports/packager.ts";

/** The program that completions are for: the one called like the project, else the first. */
export function mainProgram(project: Pick<Project, "name" | "builds">): string {
  const programs = project.builds.flatMap(({ binaries }) => binaries);
  return programs.includes(project.name) ? project.name : (programs[0] ?? project.name);
}

/** File name of a completion: bash-completion finds NAME.bash, zsh's fpath _NAME, fish NAME.fish. */
function completionFile(shell: Shell, program: string): string {
  return { bash: `${program}.bash`, zsh: `_${program}`, fish: `${program}.fish` }[shell];
}

/** Path of a document inside the archive's folder. */
export function documentPath(document: Pick<InputDocument, "role" | "name" | "shell">, program: string): string {
  switch (document.role) {
    case "man":
      return `man/${document.name}`;
    case "completion":
      return `completions/${document.shell === undefined ? document.name : completionFile(document.shell, program)}`;
    default:
      return document.name;
  }
}

/** A program's file: Windows runs nothing without its suffix. */
export function programFile(name: string, target: Pick<Target, "system">): string {
  return target.system === "windows" && !/\.exe$/i.test(name) ? `${name}.exe` : name;
}
