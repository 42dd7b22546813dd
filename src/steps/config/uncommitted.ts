/** A configuration that was written and not committed: a release reads its tag's, so it has none. */
import { configFile } from "./load.ts";

export const uncommitted = {
  message: `${configFile} is in the working directory and not in the commit: a release reads its tag's.`,
  next: `Run: git add ${configFile} && git commit -m "Say what is released"; for a tag that exists already: --config ${configFile}`,
} as const;
