/** The kinds of bad input that the program meets, and how it ends for each. Tests name the number in their titles. */
import type { ExitCode } from "../../src/domain/errors/index.ts";

export interface BadInput {
  readonly number: number;
  readonly what: string;
  /** How the command ends; 0 where it is taken, put right, or only warned of. */
  readonly expected: ExitCode;
  /** The work that brings it, where it, or a part of it, is still to come. */
  readonly later?: string;
}

const apt = "the APT repository";
const publishing = "publishing to channels";
const gate = "the checklist gate";
const images = "container images";

export const groups: readonly { readonly title: string; readonly inputs: readonly BadInput[] }[] = [
  {
    title: "Versions and tags",
    inputs: [
      { number: 1, what: "A tag that is no version: `v1.2`, `1.2.3.4`, `release-1`", expected: 2 },
      { number: 2, what: "A number with a leading zero", expected: 2 },
      {
        number: 3,
        what: "Build metadata (`1.2.3+build.5`), which registries drop or count as the same",
        expected: 0,
        later: publishing,
      },
      { number: 4, what: "A pre-release, which Debian writes and sorts in another way", expected: 0 },
      { number: 5, what: "An epoch, which only a Debian package may have", expected: 2 },
      { number: 6, what: "An epoch larger than dpkg can hold", expected: 2 },
      { number: 7, what: "An empty Debian revision", expected: 2 },
      { number: 8, what: "A version that begins with a letter", expected: 2 },
      { number: 9, what: "A version of 300 characters; numbers beyond 2^53", expected: 2 },
      { number: 10, what: "Digits of other scripts, characters that nobody sees", expected: 2 },
      { number: 11, what: "A tag that a shell or a workflow would run", expected: 2 },
      { number: 12, what: "The prefix twice, or in capitals", expected: 2 },
      { number: 13, what: "A version lower than the latest one", expected: 8 },
      { number: 14, what: "Manifests, changelog and tag that name different versions", expected: 8 },
    ],
  },
  {
    title: "The repository",
    inputs: [
      { number: 15, what: "Changes that are not committed (refused under `source.strict`)", expected: 8 },
      { number: 16, what: "Untracked files in a folder that is packaged", expected: 0 },
      { number: 17, what: "A tag that is not at HEAD", expected: 0 },
      { number: 18, what: "A tag that moved after the release was begun", expected: 4 },
      {
        number: 19,
        what: "A tag that is another one at origin",
        expected: 4,
        later: `${publishing} (until then no command asks origin)`,
      },
      { number: 20, what: "A lightweight or unsigned tag (refused under `source.strict`)", expected: 8 },
      {
        number: 21,
        what: "A tag signed by a revoked or expired key; by an unknown one under `source.strict`",
        expected: 3,
      },
      { number: 22, what: "A tag off the protected branch (refused under `source.strict`)", expected: 8 },
      { number: 23, what: "A shallow clone", expected: 7 },
      { number: 24, what: "A submodule that is absent, or at a commit that is", expected: 2 },
      { number: 25, what: "A detached HEAD", expected: 0 },
      { number: 26, what: "Attributes that change the source archive, the tag's and the user's own", expected: 0 },
      { number: 27, what: "Git LFS pointers in the place of files", expected: 3 },
      { number: 28, what: "Names that are one on systems without case", expected: 0 },
      { number: 29, what: "A hostile `.git/config`", expected: 0 },
      {
        number: 30,
        what: "Quotes, line breaks and commands in titles of commits and branches",
        expected: 0,
        later: `${publishing} (release notes)`,
      },
    ],
  },
  {
    title: "Files and archives",
    inputs: [
      { number: 31, what: "A path that leads out of the tree", expected: 2 },
      {
        number: 32,
        what: "A configuration, a document or another file of a package that is a link out of the tree (other links are warned of)",
        expected: 2,
      },
      { number: 33, what: "Two files of one name in a package", expected: 2 },
      { number: 34, what: "A line break in a name (refused); tabs, dashes, quotes, any script (kept)", expected: 2 },
      { number: 35, what: "Names and paths as long as file systems take them", expected: 0 },
      { number: 36, what: "Files beyond 8 GiB, and beyond what ar can hold", expected: 2 },
      { number: 37, what: "Empty files (kept); pipes, folders or nothing in the place of a program", expected: 3 },
      { number: 38, what: "Setuid bits and files that everybody may write", expected: 0 },
      { number: 39, what: "A program that nobody may execute", expected: 3 },
      { number: 40, what: "Windows' line ends in a script", expected: 3 },
      { number: 41, what: "A program for another machine, or for a newer C library", expected: 3 },
      { number: 42, what: "A library that no dependency provides", expected: 3 },
      { number: 43, what: "Times before 1980 (raised) and after 2106 (refused)", expected: 2 },
      { number: 44, what: "Archives that swell beyond measure when they are read", expected: 3 },
      { number: 45, what: "Archives that are cut off, or go on after their end", expected: 3 },
      { number: 46, what: "A `.deb` with its members missing, doubled or in another order", expected: 3 },
      {
        number: 47,
        what: "Control files with doubled fields, NUL, or CR LF",
        expected: 3,
      },
      { number: 48, what: "A file that changed after it was looked at", expected: 3 },
    ],
  },
  {
    title: "Text that becomes something else",
    inputs: [
      { number: 49, what: "Lines in a description that look like control fields", expected: 0 },
      { number: 50, what: "Ruby in a formula's texts", expected: 0 },
      { number: 51, what: "Quotes, backslashes and `__END__` in a formula's texts", expected: 0 },
      { number: 52, what: "YAML values that are no text, or run code", expected: 2 },
      { number: 53, what: "Expressions of a workflow in the configuration", expected: 2, later: "workflows for CI" },
      { number: 54, what: "Escape sequences in a build's output or a changelog", expected: 0 },
      { number: 55, what: "Credentials in an address", expected: 2 },
      {
        number: 56,
        what: "A name that image registries refuse",
        expected: 2,
        later: `${images} (references and labels)`,
      },
    ],
  },
  {
    title: "Keys and signatures",
    inputs: [
      { number: 57, what: "An expired key; one that expires soon is warned of", expected: 6 },
      { number: 58, what: "A revoked key", expected: 6 },
      { number: 59, what: "A kind of key that apt refuses; RSA of 2048 bits is warned of", expected: 6 },
      { number: 60, what: "A key that vouches for itself by SHA-1", expected: 6 },
      { number: 61, what: "A locked key with a wrong passphrase, or none", expected: 6 },
      { number: 62, what: "A good signature by another key", expected: 3 },
      { number: 63, what: "A clock that is a day off", expected: 6, later: apt },
      { number: 64, what: "Text before or after a signed index", expected: 3, later: apt },
    ],
  },
  {
    title: "Services and the machine",
    inputs: [
      { number: 65, what: "A token that is missing, expired or for something else", expected: 6, later: publishing },
      { number: 66, what: "Other bytes under a name of the release", expected: 4, later: `${publishing} (registries)` },
      {
        number: 67,
        what: "Time limits, names that do not resolve, bad certificates, proxies",
        expected: 5,
        later: publishing,
      },
      { number: 68, what: "Services that ask for patience, or fail again and again", expected: 5, later: publishing },
      { number: 69, what: "Answers that are something else than they say", expected: 5, later: publishing },
      { number: 70, what: "No room, no permission, read-only, noexec, a narrow umask, no HOME", expected: 7 },
      { number: 71, what: "Two runs at once; a lock that was left behind", expected: 9 },
      {
        number: 72,
        what: "Signals, a reader that goes away, being killed; secrets in a package",
        expected: 130,
        later: `${gate} (secrets in a package)`,
      },
    ],
  },
];

export const badInputs: readonly BadInput[] = groups.flatMap(({ inputs }) => inputs);
