/** What to do once a mended file is committed: a tag that stands for the commit before does not get it. */

/** The end of a sentence: a first release has no tag yet, and the same command takes the new commit. */
export function runAgain({ tag }: { readonly tag: string }): string {
  return `run the same command again (where tag ${tag} exists already, under the next version)`;
}
